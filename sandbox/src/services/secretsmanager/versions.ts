import { AwsError } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import type { Secret, SecretVersion } from './state.ts';

/** The value that a request carries. */
export interface GivenValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/** Whether the request carries a value. Throws InvalidParameterException when it carries two. */
export function hasValue({ SecretString, SecretBinary }: GivenValue): boolean {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  return SecretString !== undefined || SecretBinary !== undefined;
}

/**
 * Adds a version, or finds the one that an earlier try of the same request added: the request token is the version's
 * id. Throws ResourceExistsException when that version holds another value.
 */
export function addVersion(
  world: World,
  secret: Secret,
  value: GivenValue,
  token: string | undefined,
  stages: readonly string[] = [current],
): SecretVersion {
  const binary = value.SecretBinary && Buffer.from(value.SecretBinary).toString('base64');
  const existing = secret.versions.find(({ id }) => id === token);
  if (existing) {
    if (existing.string === value.SecretString && existing.binary === binary) return existing;
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const version: SecretVersion = {
    id: token ?? world.uuid(),
    createdAt: world.clock.now(),
    ...(value.SecretString !== undefined && { string: value.SecretString }),
    ...(binary !== undefined && { binary }),
    stages: [],
  };
  secret.versions.push(version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.changedAt = version.createdAt;
  return version;
}

/** Moves a staging label to a version. The version that loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from === to) return;
  for (const version of secret.versions) version.stages = version.stages.filter((label) => label !== stage);
  to?.stages.push(stage);
  if (stage === current && from && to) moveStage(secret, previous, from);
}

/** The version of an id and label; both must fit when both are given. Throws ResourceNotFoundException. */
export function versionOf(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const label = stage ?? (id === undefined ? current : undefined);
  const version = secret.versions.find(
    (candidate) =>
      (id === undefined || candidate.id === id) && (label === undefined || candidate.stages.includes(label)),
  );
  if (version) return version;
  const what = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

/** Staging labels by version id, as descriptions have them: versions without labels are deprecated and left out. */
export function stagesByVersion(secret: Secret): Record<string, string[]> {
  return Object.fromEntries(
    secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, [...stages]]),
  );
}
