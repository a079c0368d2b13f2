import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import { segmentsOf } from '../../../core/pointer.ts';
import type { TaggedTaskDefinition } from '../../../aws/reads.ts';
import { type Place, takesPlatformVersion } from '../../../ecs/capacity.ts';
import type { ServiceLive } from '../live.ts';
import { changesOf } from '../target.ts';
import { DEPLOYED } from './appspec.ts';

/** What LATEST means, of Linux and of Windows, as task sets show it. */
const LATEST: readonly (string | undefined)[] = [undefined, 'LATEST', '1.4.0', '1.0.0'];

/**
 * The service as it reads at a task set: under CODE_DEPLOY the fields of the service itself are those that it was made
 * with. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html
 */
export function atTaskSet(
  service: Service,
  set: TaskSet | undefined,
  desired: Pick<Desired<ServiceSpec>, 'spec'> | undefined,
): Service {
  if (set === undefined) return service;
  const { taskDefinition, capacityProviderStrategy, launchType, loadBalancers, networkConfiguration } = set;
  return {
    ...service,
    taskDefinition,
    capacityProviderStrategy,
    launchType,
    platformVersion: platformInWords(set.platformVersion, desired),
    loadBalancers,
    networkConfiguration,
    deployments: [{ status: 'PRIMARY', createdAt: set.createdAt }],
  };
}

function platformInWords(
  live: string | undefined,
  desired: Pick<Desired<ServiceSpec>, 'spec'> | undefined,
): string | undefined {
  const wanted = desired?.spec.platformVersion ?? 'LATEST';
  if (desired !== undefined && !takesPlatformVersion(desired.spec)) return undefined;
  const same = LATEST.includes(live) && (wanted === 'LATEST' || live === undefined || live === 'LATEST');
  return same && LATEST.includes(wanted) ? wanted : live;
}

/** The part of a change's path that names the field of the spec. */
export function fieldOf({ path }: Change): string {
  return segmentsOf(path)[0] ?? '';
}

/** What differs between the manifest and the set that serves, without the deployment settings. */
export function serviceChanges(
  desired: Desired<ServiceSpec>,
  live: Pick<ServiceLive, 'service' | 'taskDefinition' | 'tags'>,
  place: Place,
): readonly Change[] {
  const { service, taskDefinition, tags } = live;
  const changes = changesOf(desired, { service, revision: undefined, taskDefinition, tags }, place);
  return changes.filter((change) => fieldOf(change) !== 'deployment');
}

/** True when a task set runs what Git says. */
export function isWantedSet(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  set: TaskSet,
  taskDefinition: TaggedTaskDefinition | undefined,
  place: Place,
): boolean {
  const raw = live.codeDeploy?.raw ?? live.service;
  const service = atTaskSet(raw, set, desired);
  const changes = serviceChanges(desired, { service, taskDefinition, tags: live.tags }, place);
  return changes.every((change) => !DEPLOYED.includes(fieldOf(change)));
}

/** True when nothing that only a deployment brings about differs from the set that serves. */
export function servesWanted(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): boolean {
  return serviceChanges(desired, live, place).every((change) => !DEPLOYED.includes(fieldOf(change)));
}
