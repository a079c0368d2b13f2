import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import type { Desired, Pass } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { wantedTags } from '../../core/ownership.ts';
import { type Place, taskSetting } from '../../ecs/capacity.ts';
import { clusterArnOf, familyName } from '../../ecs/names.ts';
import { SERVICE_TAG, type WantedRevision } from '../../ecs/revisions.ts';
import { ensureTags, tagMap } from '../../ecs/tags.ts';
import type { ServiceLive } from './live.ts';
import { serviceName } from './names.ts';

type Want = Desired<ServiceSpec>;

/** How long until a cluster is looked for again, in milliseconds. */
const POLL_MS = 5_000;

/** ARN of the cluster. @throws WaitError while something that the manifest refers to is not there yet */
export function resolvedCluster(desired: Want): string {
  const after = desired.unknown.flatMap((unknown) => unknown.after);
  if (after.length > 0) throw new WaitError(`waits for ${[...new Set(after)].join(', ')}`, POLL_MS);
  const cluster = clusterArnOf(desired);
  if (cluster === undefined) throw new WaitError(`Cluster/${desired.spec.cluster} is not there yet`, POLL_MS);
  return cluster;
}

/** How long a service of the same name that is being deleted is waited for at a time, in milliseconds. */
const DRAINING_POLL_MS = 10_000;

/** @throws WaitError while the service is being deleted: only when it is gone can one of its name be made */
export function refuseDraining({ key, service }: Pick<ServiceLive, 'key' | 'service'>): void {
  if (service.status !== 'DRAINING') return;
  throw new WaitError(
    `service ${key.service} is still draining; it can be made again when it is gone`,
    DRAINING_POLL_MS,
  );
}

/** Tags of the revision in use follow those of the service; one that others made is left alone. */
export async function tagOwnRevision(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  wanted: Readonly<Record<string, string>>,
  pass: Pass,
): Promise<void> {
  const tags = tagMap(live.taskDefinition?.tags);
  const arn = live.taskDefinition?.taskDefinition.taskDefinitionArn;
  if (arn === undefined || tags[SERVICE_TAG] === undefined) return;
  const changed = await ensureTags(aws, pass, arn, tags, wanted, desired.managedTagKeys ?? []);
  if (changed) await readTaskDefinition(pass, arn, { fresh: true });
}

/** The task definition that Git wants. */
export function revisionOf(place: Place, desired: Want): WantedRevision {
  const tags = { ...wantedTags(desired.spec.tags, desired.ownership), [SERVICE_TAG]: serviceName(desired) };
  return { family: familyName(desired), task: desired.spec.task, setting: taskSetting(desired.spec, place), tags };
}
