import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Change, Desired } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import type { ServiceLive } from '../live.ts';
import { changesOf } from '../target.ts';
import { type Pair, pairOf } from '../pair.ts';
import type { LiveTaskSet } from './sets.ts';

/** What differs when the service is looked at with this set as the one that serves; without the deployment settings. */
export function changesWith(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  set: LiveTaskSet | undefined,
  place: Place,
): readonly Change[] {
  const service = atTaskSet(live.service, set?.set, desired);
  const taskDefinition = set === undefined ? undefined : set.taskDefinition;
  // No field of the deployment configuration is used: what the rollout does is in the manifest alone.
  return changesOf(desired, { service, revision: undefined, taskDefinition, tags: live.tags }, place).filter(
    ({ path }) => !path.startsWith('/deployment'),
  );
}

/** True when the set runs what Git says. */
export function isWantedSet(desired: Desired<ServiceSpec>, live: ServiceLive, set: LiveTaskSet, place: Place): boolean {
  return changesWith(desired, live, set, place).every(({ effect }) => effect !== 'restartsTasks');
}

/**
 * The service as it would read with that set as PRIMARY, either target group of the pair under the name of the first.
 * Task sets show the platform version that LATEST meant when they were made.
 */
function atTaskSet(service: Service, set: TaskSet | undefined, desired: Desired<ServiceSpec>): Service {
  const { platformVersion: wanted = 'LATEST' } = desired.spec;
  const pair = pairOf(desired);
  const {
    capacityProviderStrategy,
    launchType,
    loadBalancers = [],
    serviceRegistries,
    networkConfiguration,
  } = set ?? {};
  return {
    ...service,
    taskDefinition: set?.taskDefinition,
    capacityProviderStrategy,
    launchType,
    platformVersion: wanted === 'LATEST' ? 'LATEST' : set?.platformVersion,
    loadBalancers: loadBalancers.map((entry) => ({
      ...entry,
      targetGroupArn: underOneName(entry.targetGroupArn, pair),
    })),
    serviceRegistries,
    networkConfiguration,
    deployments: [{ status: 'PRIMARY' }],
  };
}

function underOneName(arn: string | undefined, pair: Pair | undefined): string | undefined {
  return pair !== undefined && arn === pair.alternate ? pair.primary : arn;
}
