import type { CapacityProviderStrategyItem } from '../api/cluster.ts';
import type { PlacementConstraint, PlacementStrategy, ServiceNetwork } from '../api/service.ts';
import type { ServiceVolumeConfiguration } from '../api/servicevolume.ts';
import type { TaskTemplate } from '../api/task.ts';
import type { AwsContext } from '../aws/context.ts';
import type { TaskSetting } from './task.ts';

/** Where the tasks of a Service or Job run, as its manifest says it. */
export interface Placed {
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly network?: ServiceNetwork;
  readonly placementConstraints?: readonly PlacementConstraint[];
  readonly placementStrategy?: readonly PlacementStrategy[];
  readonly volumeConfigurations?: readonly ServiceVolumeConfiguration[];
  readonly task: TaskTemplate;
}

/** Where the resource is, as far as defaults depend on it. */
export type Place = Pick<AwsContext, 'accountId' | 'partition'>;

/** The capacity providers that every account has. */
const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];

/** True when ECS checks the task against Fargate: it may run there, or says so itself. */
export function mayRunOnFargate({ launchType, capacityProviderStrategy = [], task }: Placed): boolean {
  return (
    launchType === 'FARGATE' ||
    capacityProviderStrategy.some((item) => FARGATE_PROVIDERS.includes(item.capacityProvider)) ||
    (task.requiresCompatibilities?.includes('FARGATE') ?? false)
  );
}

/** True when the API is to be told a platform version: it takes one only for Fargate. */
export function takesPlatformVersion({ launchType, capacityProviderStrategy, platformVersion }: Placed): boolean {
  if (launchType !== undefined) return launchType === 'FARGATE';
  const providers = (capacityProviderStrategy ?? []).map((item) => item.capacityProvider);
  return platformVersion !== undefined || providers.some((name) => name.startsWith('FARGATE'));
}

/** True when the tasks are made for Windows. */
export function isWindows({ task }: Placed): boolean {
  return task.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
}

/** What the defaults of the task definition depend on. */
export function taskSetting(
  { launchType, capacityProviderStrategy = [], network }: Placed,
  { accountId, partition }: Place,
): TaskSetting {
  const providers = capacityProviderStrategy.map((item) => item.capacityProvider);
  const onFargate =
    launchType === 'FARGATE' || (providers.length > 0 && providers.every((name) => FARGATE_PROVIDERS.includes(name)));
  return { accountId, partition, hasNetwork: network !== undefined, onFargate };
}
