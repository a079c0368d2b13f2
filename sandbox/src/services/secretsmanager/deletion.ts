import type { DeleteSecretCommandInput, RestoreSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { liveSecretOf, secretOf, secretsOf } from './state.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Name of the timer that deletes a secret at the end of its recovery window. */
export const purgeTimer = 'secretsmanager/purge';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export function deleteSecret(input: DeleteSecretCommandInput, { world, scope, now }: Call): object {
  const { RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: force = false } = input;
  if (force && input.RecoveryWindowInDays !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days < 7 || days > 30) {
    throw new AwsError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  const secret = liveSecretOf(world, scope, input.SecretId);
  if (force) {
    purge({ name: secret.name }, scope, world);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(now) };
  }
  const date = now + days * dayMs;
  const timer = world.timers.set(scope, purgeTimer, days * dayMs, { name: secret.name });
  secret.deletion = { markedAt: now, date, timer };
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(date) };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export function restoreSecret({ SecretId }: RestoreSecretCommandInput, { world, scope }: Call): object {
  const secret = secretOf(world, scope, SecretId);
  if (secret.deletion) world.timers.cancel(secret.deletion.timer);
  delete secret.deletion;
  return { ARN: secret.arn, Name: secret.name };
}

/** Deletes a secret for good. */
export function purge({ name }: { readonly name: string }, scope: Scope, world: World): void {
  const secrets = secretsOf(world, scope);
  world.resources.remove(secrets[name]?.arn ?? '');
  delete secrets[name];
}
