import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  NetworkConfiguration,
  TaskSet,
} from '@aws-sdk/client-ecs';
import type { CodeDeployHooks } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { contentHash } from '../../../core/canonical.ts';
import type { Desired } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { type Place, takesPlatformVersion, taskSetting } from '../../../ecs/capacity.ts';
import { renderNetwork } from '../../../ecs/network.ts';
import { canonicalTask } from '../../../ecs/task.ts';
import { objectOf } from '../../../ecs/tree.ts';
import { wantedService } from '../normalize.ts';
import { NOTE_DIGEST_LENGTH } from './note.ts';

/** Fields of a service that only a deployment brings about, as they begin in the spec. */
export const DEPLOYED: readonly string[] = [
  'task',
  'capacityProviderStrategy',
  'launchType',
  'platformVersion',
  'network',
  'loadBalancers',
];

/**
 * The AppSpec file of what Git says. `serving`: the task set that serves now, where there is one.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html (Amazon ECS)
 * @throws TerminalError for other than one load balancer entry, or a network that an AppSpec cannot say
 */
export function renderAppSpec(
  { spec }: Pick<Desired<ServiceSpec>, 'spec'>,
  taskDefinition: string,
  serving?: TaskSet,
): string {
  const [entry, ...others] = spec.loadBalancers ?? [];
  if (entry === undefined || others.length > 0) {
    throw new TerminalError(
      'LoadBalancers',
      `CodeDeploy moves the traffic of one pair of target groups; loadBalancers has ${(spec.loadBalancers ?? []).length} entries, expected one`,
    );
  }
  const network = spec.network && completeNetwork(renderNetwork(spec.network), serving?.networkConfiguration);
  return appSpec(
    {
      TaskDefinition: taskDefinition,
      LoadBalancerInfo: { ContainerName: entry.container, ContainerPort: entry.port },
      PlatformVersion: takesPlatformVersion(spec) ? (spec.platformVersion ?? 'LATEST') : undefined,
      ...networkConfiguration(network),
      ...providers(spec.capacityProviderStrategy),
    },
    spec.deployment?.codeDeploy?.hooks,
  );
}

/**
 * "All or none of the settings under NetworkConfiguration must be specified." Without security groups in the manifest
 * none are where nothing changes: the new task set has the network of the service then.
 */
function completeNetwork(
  wanted: NetworkConfiguration,
  live: NetworkConfiguration | undefined,
): AwsVpcConfiguration | undefined {
  const vpc = wanted.awsvpcConfiguration;
  const { securityGroups = [], subnets = [], assignPublicIp = 'DISABLED' } = live?.awsvpcConfiguration ?? {};
  if ((vpc?.securityGroups ?? []).length > 0 || vpc === undefined || live === undefined) return vpc;
  const same = [...(vpc.subnets ?? [])].toSorted().join() === [...subnets].toSorted().join();
  if (same && vpc.assignPublicIp === assignPublicIp) return undefined;
  if (securityGroups.length > 0) return { ...vpc, securityGroups };
  throw new TerminalError(
    'SecurityGroups',
    'an AppSpec that changes the network names subnets, security groups and assignPublicIp, all of them: declare network.securityGroups',
  );
}

function networkConfiguration(vpc: AwsVpcConfiguration | undefined): object {
  if (vpc === undefined || (vpc.securityGroups ?? []).length === 0) return {};
  const { subnets, securityGroups, assignPublicIp = 'DISABLED' } = vpc;
  const AwsvpcConfiguration = { Subnets: subnets, SecurityGroups: securityGroups, AssignPublicIp: assignPublicIp };
  return { NetworkConfiguration: { AwsvpcConfiguration } };
}

function providers(strategy: readonly CapacityProviderStrategyItem[] = []): object {
  if (strategy.length === 0) return {};
  const items = strategy.map(({ capacityProvider, base, weight }) => ({
    CapacityProvider: capacityProvider,
    Base: base ?? 0,
    Weight: weight ?? 0,
  }));
  return { CapacityProviderStrategy: items };
}

/** The AppSpec file of what a task set runs, without hooks: of a service that CodeDeploy never deployed. */
export function appSpecOfTaskSet(set: TaskSet): string {
  const { taskDefinition, platformVersion, networkConfiguration: network, capacityProviderStrategy } = set;
  const [entry] = set.loadBalancers ?? [];
  return appSpec({
    TaskDefinition: taskDefinition,
    LoadBalancerInfo: { ContainerName: entry?.containerName, ContainerPort: entry?.containerPort },
    PlatformVersion: platformVersion,
    ...networkConfiguration(network?.awsvpcConfiguration),
    ...providers(capacityProviderStrategy),
  });
}

/** The same file, which was written by us, with another task definition. */
export function withTaskDefinition(content: string, taskDefinition: string): string {
  return content.replace(/("TaskDefinition":)"[^"]*"/u, `$1${JSON.stringify(taskDefinition)}`);
}

/** Names of the events under which AWS calls a function, in their order. */
const HOOKS: readonly (readonly [keyof CodeDeployHooks, string])[] = [
  ['beforeInstall', 'BeforeInstall'],
  ['afterInstall', 'AfterInstall'],
  ['afterAllowTestTraffic', 'AfterAllowTestTraffic'],
  ['beforeAllowTraffic', 'BeforeAllowTraffic'],
  ['afterAllowTraffic', 'AfterAllowTraffic'],
];

function appSpec(Properties: object, hooks: CodeDeployHooks = {}): string {
  const Hooks = HOOKS.flatMap(([key, event]) => (hooks[key] === undefined ? [] : [{ [event]: hooks[key] }]));
  const rest = JSON.stringify({
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }],
    ...(Hooks.length > 0 && { Hooks }),
  });
  // The only version there is, as AWS writes it; a number of JavaScript would lose the point.
  return `{"version":0.0,${rest.slice(1)}`;
}

/** Digest of what an AppSpec of this manifest says, whatever the revision of the task definition is called. */
export function targetDigest(desired: Desired<ServiceSpec>, place: Place): string {
  const service = wantedService(desired);
  const fields = Object.fromEntries(DEPLOYED.map((field) => [field, service[field]]));
  const task = canonicalTask(desired.spec.task, taskSetting(desired.spec, place));
  const { hooks } = desired.spec.deployment?.codeDeploy ?? {};
  return contentHash(objectOf({ ...fields, task, hooks })).slice(0, NOTE_DIGEST_LENGTH);
}
