import { arnOf, parseArn } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** One version of a secret's value. */
export interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  lastAccessedAt?: number;
  readonly string?: string;
  /** Base64. */
  readonly binary?: string;
  /** Staging labels. */
  stages: string[];
}

/** A secret. Times in milliseconds since the epoch. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  description?: string;
  kmsKeyId?: string;
  changedAt: number;
  lastAccessedAt?: number;
  /** When it was marked for deletion, and the timer that will delete it. */
  deletion?: { readonly markedAt: number; readonly date: number; readonly timer: string };
  policy?: string;
  readonly versions: SecretVersion[];
}

interface SecretsState {
  /** By name. */
  readonly secrets: Record<string, Secret>;
}

/** The secrets of a place. */
export function secretsOf(world: World, scope: Scope): Record<string, Secret> {
  return world.slice<SecretsState>(scope, 'secretsmanager', () => ({ secrets: {} })).secrets;
}

/** ARN of a new secret: its name and six random characters. */
export function newSecretArn(world: World, scope: Scope, name: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const suffix = Array.from({ length: 6 }, () => alphabet.charAt(Math.floor(world.random() * alphabet.length)));
  return arnOf('secretsmanager', scope, `secret:${name}-${suffix.join('')}`);
}

/**
 * The secret of a name, an ARN, or an ARN without the random characters. Throws ResourceNotFoundException.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function secretOf(world: World, scope: Scope, id: string | undefined): Secret {
  const arn = parseArn(id ?? '');
  const place = arn ? { accountId: arn.accountId, region: arn.region } : scope;
  const secrets = secretsOf(world, place);
  const name = arn?.resource.replace(/^secret:/, '') ?? id ?? '';
  const secret = own(secrets, name.slice(0, -7));
  const found = arn && secret?.arn === id ? secret : own(secrets, name);
  if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
}

/** As `secretOf`, for what cannot be done to a secret that is marked for deletion. Throws InvalidRequestException. */
export function liveSecretOf(world: World, scope: Scope, id: string | undefined): Secret {
  const secret = secretOf(world, scope, id);
  if (secret.deletion) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}
