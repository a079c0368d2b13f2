import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { readParameter, readSecret } from '../../../aws/reads.ts';
import type { Pass } from '../../../core/driver.ts';
import type { Watched } from './references.ts';

/** What a watched thing is now. */
export interface Version {
  /** `shop/db@3f2a9c1b7d4e`: its name and version, never its value. */
  readonly told: string;
  /** When it was changed last; undefined when it is not there. */
  readonly changedAt?: Date;
  /** A rotation is under way: the version that tasks read is about to be another. */
  readonly rotating: boolean;
}

/** Characters of the id of a secret's version: enough to be one of a kind among the versions of one secret. */
const ID_LENGTH = 12;

/** A failed rotation leaves its label behind: longer than this after the last change it counts as given up. */
const ROTATION_MS = 3_600_000;

/** The version that tasks which start now would read. */
export async function versionOf(watched: Watched, pass: Pass): Promise<Version> {
  if (watched.in === 'SecretsManager') {
    return secretVersion(await readSecret(pass, watched.id), watched, pass.now);
  }
  const found = await Promise.all(watched.names.map((name) => readParameter(pass, name)));
  const parameter = found.find((candidate) => candidate !== undefined);
  if (parameter === undefined) return { told: `${watched.names[0]}@none`, rotating: false };
  const { Name, Version: version, LastModifiedDate } = parameter;
  return {
    told: `${Name}@${version}`,
    rotating: false,
    ...(LastModifiedDate === undefined ? {} : { changedAt: LastModifiedDate }),
  };
}

/**
 * AWSPENDING on a version that is not the one in use is a rotation under way.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export function secretVersion(
  secret: DescribeSecretResponse | undefined,
  { id, stage }: { readonly id: string; readonly stage: string },
  now: Date,
): Version {
  if (secret === undefined) return { told: `${id}@none`, rotating: false };
  const { Name = id, VersionIdsToStages: versions = {}, LastChangedDate: changedAt } = secret;
  const inUse = versionAt(versions, stage);
  const pending = versionAt(versions, 'AWSPENDING');
  const isRecent = changedAt !== undefined && now.getTime() - changedAt.getTime() < ROTATION_MS;
  return {
    told: `${Name}@${inUse?.slice(0, ID_LENGTH) ?? 'none'}`,
    rotating: pending !== undefined && pending !== inUse && isRecent,
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

function versionAt(versions: Readonly<Record<string, readonly string[]>>, stage: string): string | undefined {
  return Object.entries(versions).find(([, stages]) => stages.includes(stage))?.[0];
}
