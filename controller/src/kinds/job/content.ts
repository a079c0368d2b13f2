import { createHash } from 'node:crypto';
import type { JobSpec } from '../../api/job.ts';
import { canonicalJson, contentHash } from '../../core/canonical.ts';
import type { Desired } from '../../core/driver.ts';
import type { JsonObject } from '../../core/json.ts';
import { DOMAIN } from '../../core/manifest.ts';
import { objectOf, sorted } from '../../ecs/tree.ts';

/** Any new value makes the Job run again, as a change of its content does. */
export const RUN_AGAIN = `${DOMAIN}/run-again`;

/** What RunTask is asked for besides the revision, and what a run is told apart by. */
export const SETTINGS = [
  'cluster',
  'clusterArn',
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'network',
  'overrides',
  'volumeConfigurations',
  'placementConstraints',
  'placementStrategy',
  'group',
] as const satisfies readonly (keyof JobSpec)[];

/** One of the fields that say how the task is run. */
export type Setting = (typeof SETTINGS)[number];

/** Characters of digests in tags: of the content, of one setting, of a run. */
const CONTENT_LENGTH = 32;
const SETTING_LENGTH = 6;
const RUN_LENGTH = 16;
const POLICY_LENGTH = 8;

/**
 * Digest of what runs, and where: the task and the settings as the manifest says them. Not of what AWS makes of them, and
 * without defaults: a newer Longshore, or a member that AWS begins to echo, must not run a migration again.
 */
export function contentOf(desired: Pick<Desired<JobSpec>, 'spec' | 'annotations'>): string {
  const { spec, annotations } = desired;
  const content = { task: objectOf(spec.task), ...settingsOf(spec), again: annotations[RUN_AGAIN] };
  return contentHash(objectOf(content)).slice(0, CONTENT_LENGTH);
}

/** The settings that the manifest says; the order of subnets and security groups means nothing. */
export function settingsOf(spec: JobSpec): JsonObject {
  const { network } = spec;
  const given = objectOf(Object.fromEntries(SETTINGS.map((name) => [name, spec[name]])));
  if (network === undefined) return given;
  const { subnets, securityGroups } = objectOf(network);
  return {
    ...given,
    network: objectOf({ ...network, subnets: sorted(subnets), securityGroups: sorted(securityGroups) }),
  };
}

/** Digests of the settings as the value of a tag: `cluster=1a2b3c network=4d5e6f`. */
export function settingDigests(spec: JobSpec): string {
  return Object.entries(settingsOf(spec))
    .map(([name, value]) => `${name}=${contentHash(value).slice(0, SETTING_LENGTH)}`)
    .join(' ');
}

/** What a run belongs to: the run of a hook, else the content. */
export function runOf(desired: Pick<Desired<JobSpec>, 'spec' | 'annotations' | 'run'>): string {
  const { run } = desired;
  return run === undefined ? contentOf(desired).slice(0, RUN_LENGTH) : digest(['run', run]).slice(0, RUN_LENGTH);
}

/** A recorded failure binds until this changes: with more time or more tries it may go well. */
export function policyOf({ timeoutSeconds = 3600, retries = 0 }: JobSpec): string {
  return digest([timeoutSeconds, retries]).slice(0, POLICY_LENGTH);
}

/** One try: which run, after how many demands to retry, and the how-manieth. */
interface Try {
  readonly run: string;
  readonly retry: number;
  readonly attempt: number;
}

/** What `startedBy` of every task of a Job begins with. */
const STARTED_BY = 'longshore/';

/**
 * `startedBy` of the task of a try: at most 128 letters, digits, hyphens, slashes and underscores, and not more than the
 * 36 that ECS once took.
 */
export function startedByOf({ run, retry, attempt }: Try): string {
  return `${STARTED_BY}${run}/${retry}/${attempt}`;
}

/** True for tasks that some Job has started. */
export function isOfJob(startedBy: string | undefined): boolean {
  return startedBy?.startsWith(STARTED_BY) === true;
}

/**
 * The token of a request: at most 64 characters. The same for the same try of the same revision, whoever asks and however
 * often; another one only after ECS has refused the request for certain.
 */
export function tokenOf(revision: string, { run, retry, attempt, launch }: Try & { readonly launch: number }): string {
  return digest([revision, run, retry, attempt, launch]);
}

function digest(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
