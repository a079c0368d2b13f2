import type {
  CreateSecretCommandInput,
  DescribeSecretCommandInput,
  Tag,
  UpdateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { liveSecretOf, newSecretArn, type Secret, secretOf, secretsOf } from './state.ts';
import { addVersion, hasValue, stagesByVersion } from './versions.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export function createSecret(input: CreateSecretCommandInput, { world, scope, now }: Call): object {
  const name = input.Name ?? '';
  if (!/^[\w/+=.@!-]+$/.test(name)) {
    throw new AwsError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const withValue = hasValue(input);
  const secrets = secretsOf(world, scope);
  const existing = own(secrets, name);
  if (existing) return created(again(existing, input, withValue));

  const secret: Secret = { arn: newSecretArn(world, scope, name), name, createdAt: now, changedAt: now, versions: [] };
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  secrets[name] = secret;
  world.resources.add({
    ...scope,
    arn: secret.arn,
    type: 'secretsmanager:secret',
    createdAt: now,
    tags: tagsOf(input.Tags ?? []),
  });
  if (withValue) addVersion(world, secret, input, input.ClientRequestToken);
  return created(secret);
}

/** The secret, when the request is a retry of the one that made it. */
function again(existing: Secret, input: CreateSecretCommandInput, withValue: boolean): Secret {
  if (existing.deletion) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = existing.versions.find(({ id }) => id === input.ClientRequestToken);
  if (withValue && version && version.string === input.SecretString) return existing;
  throw new AwsError(
    'ResourceExistsException',
    `The operation failed because the secret ${existing.name} already exists.`,
  );
}

function created(secret: Secret): object {
  return { ARN: secret.arn, Name: secret.name, VersionId: secret.versions[0]?.id };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export function updateSecret(input: UpdateSecretCommandInput, { world, scope, now }: Call): object {
  const secret = liveSecretOf(world, scope, input.SecretId);
  const withValue = hasValue(input);
  const version = withValue ? addVersion(world, secret, input, input.ClientRequestToken) : undefined;
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  secret.changedAt = now;
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export function describeSecret({ SecretId }: DescribeSecretCommandInput, call: Call): object {
  const secret = secretOf(call.world, call.scope, SecretId);
  const { SecretVersionsToStages: VersionIdsToStages, ...description } = described(secret, call);
  return { ...description, VersionIdsToStages };
}

/** A secret as listings show it. */
export function described(secret: Secret, { world }: Call) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    LastAccessedDate: secret.lastAccessedAt === undefined ? undefined : new Date(secret.lastAccessedAt),
    DeletedDate: secret.deletion && new Date(secret.deletion.markedAt),
    Tags: Object.entries(world.resources.get(secret.arn)?.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    SecretVersionsToStages: stagesByVersion(secret),
  };
}

/** Tags as the registry keeps them. */
export function tagsOf(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
