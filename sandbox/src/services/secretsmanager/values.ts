import type {
  BatchGetSecretValueCommandInput,
  GetSecretValueCommandInput,
  ListSecretVersionIdsCommandInput,
  PutSecretValueCommandInput,
  UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { pageOf } from '../../kernel/page.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { matchingSecrets } from './list.ts';
import { liveSecretOf, type Secret, type SecretVersion, secretOf } from './state.ts';
import { addVersion, hasValue, moveStage, versionOf } from './versions.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export function putSecretValue(input: PutSecretValueCommandInput, { world, scope }: Call): object {
  const secret = liveSecretOf(world, scope, input.SecretId);
  if (!hasValue(input)) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  const version = addVersion(world, secret, input, input.ClientRequestToken, input.VersionStages);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(input: GetSecretValueCommandInput, { world, scope, now }: Call): object {
  const secret = liveSecretOf(world, scope, input.SecretId);
  const version = versionOf(secret, input.VersionId, input.VersionStage);
  return accessed(secret, version, now);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html */
export function batchGetSecretValue(input: BatchGetSecretValueCommandInput, call: Call): object {
  const { world, scope, now } = call;
  const ids = input.SecretIdList;
  if ((ids === undefined) === (input.Filters === undefined)) {
    throw new AwsError('InvalidParameterException', 'You must specify either SecretIdList or Filters, but not both.');
  }
  const found = ids ?? matchingSecrets(call, input.Filters ?? [], false).map(({ arn }) => arn);
  const page = pageOf(found, input.MaxResults ?? 20, input.NextToken, (id) => id);
  if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
  const SecretValues: object[] = [];
  const Errors: object[] = [];
  for (const SecretId of page.items) {
    try {
      const secret = liveSecretOf(world, scope, SecretId);
      SecretValues.push(accessed(secret, versionOf(secret, undefined, undefined), now));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors, NextToken: page.next };
}

function accessed(secret: Secret, version: SecretVersion, now: number): object {
  // "The date that the secret was last accessed": to the day.
  const day = now - (now % (24 * 60 * 60 * 1000));
  secret.lastAccessedAt = day;
  version.lastAccessedAt = day;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.string,
    SecretBinary: version.binary === undefined ? undefined : new Uint8Array(Buffer.from(version.binary, 'base64')),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export function updateSecretVersionStage(input: UpdateSecretVersionStageCommandInput, { world, scope }: Call): object {
  const secret = liveSecretOf(world, scope, input.SecretId);
  const { VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  if (holder && holder.id !== from && holder.id !== to) {
    throw new AwsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (stage === 'AWSCURRENT' && to === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
    );
  }
  moveStage(secret, stage, to === undefined ? undefined : versionOf(secret, to, undefined));
  return { ARN: secret.arn, Name: secret.name };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
export function listSecretVersionIds(input: ListSecretVersionIdsCommandInput, { world, scope }: Call): object {
  const secret = secretOf(world, scope, input.SecretId);
  const versions = secret.versions.filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
  const page = pageOf(versions, input.MaxResults ?? 100, input.NextToken, ({ id }) => id);
  if (!page) throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: page.items.map((version) => ({
      VersionId: version.id,
      VersionStages: [...version.stages],
      CreatedDate: new Date(version.createdAt),
      LastAccessedDate: version.lastAccessedAt === undefined ? undefined : new Date(version.lastAccessedAt),
    })),
    NextToken: page.next,
  };
}
