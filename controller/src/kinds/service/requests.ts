import type { CreateServiceCommandInput, LoadBalancer, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import { WaitError } from '../../core/errors.ts';
import { contentHash } from '../../core/canonical.ts';
import type { Change, Desired } from '../../core/driver.ts';
import type { Json } from '../../core/json.ts';
import { wantedTags } from '../../core/ownership.ts';
import { segmentsOf } from '../../core/pointer.ts';
import { takesPlatformVersion } from '../../ecs/capacity.ts';
import { renderNetwork } from '../../ecs/network.ts';
import { tagList } from '../../ecs/tags.ts';
import { objectOf } from '../../ecs/tree.ts';
import { CIRCUIT_BREAKER, renderDeployment } from './deployment.ts';
import { renderMonitoring } from './monitoring.ts';
import { serviceName } from './names.ts';
import { arnOfEntry } from './normalize.ts';
import { renderConnect } from './serviceconnect.ts';
import { renderVolumes } from './volumes.ts';

type Want = Desired<ServiceSpec>;

/** CreateService takes a token of at most 36 characters. */
const TOKEN_LENGTH = 36;

/** How long until a target group or cluster is looked for again, in milliseconds. */
const NEEDS_WAIT_MS = 5_000;

/** What CreateService is asked for. The token follows from the request: the same one twice makes one service. */
export function createRequest(desired: Want, cluster: string, taskDefinition: string): CreateServiceCommandInput {
  const { spec } = desired;
  const daemon = spec.schedulingStrategy === 'DAEMON';
  const { availabilityZoneRebalancing, capacityProviderStrategy } = spec;
  // ECS takes no capacity providers for DAEMON, and would take the cluster's when nothing is said.
  const launchType = spec.launchType ?? (daemon && capacityProviderStrategy === undefined ? 'EC2' : undefined);
  const request: CreateServiceCommandInput = {
    serviceName: serviceName(desired),
    cluster,
    taskDefinition,
    schedulingStrategy: spec.schedulingStrategy ?? 'REPLICA',
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: renderDeployment(spec.deployment, daemon),
    enableExecuteCommand: spec.enableExecuteCommand ?? false,
    enableECSManagedTags: spec.enableECSManagedTags ?? false,
    ...(daemon ? {} : { desiredCount: firstCount(desired) }),
    ...(launchType === undefined ? {} : { launchType }),
    ...(availabilityZoneRebalancing === undefined ? {} : { availabilityZoneRebalancing }),
    ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(takesPlatformVersion(spec) ? { platformVersion: spec.platformVersion ?? 'LATEST' } : {}),
    ...(spec.network === undefined ? {} : { networkConfiguration: renderNetwork(spec.network) }),
    ...(spec.loadBalancers === undefined ? {} : { loadBalancers: loadBalancers(desired) }),
    ...gracePeriod(spec),
    ...(spec.serviceRegistries === undefined ? {} : { serviceRegistries: [...spec.serviceRegistries] }),
    ...(spec.serviceConnect === undefined ? {} : { serviceConnectConfiguration: renderConnect(spec.serviceConnect) }),
    ...(spec.volumeConfigurations === undefined
      ? {}
      : { volumeConfigurations: renderVolumes(spec.volumeConfigurations) }),
    ...(spec.vpcLatticeConfigurations === undefined
      ? {}
      : { vpcLatticeConfigurations: [...spec.vpcLatticeConfigurations] }),
    ...(spec.monitoring === undefined ? {} : { monitoring: renderMonitoring(spec.monitoring) }),
    ...(spec.placementConstraints === undefined ? {} : { placementConstraints: [...spec.placementConstraints] }),
    ...(spec.placementStrategy === undefined ? {} : { placementStrategy: [...spec.placementStrategy] }),
    ...(spec.propagateTags === undefined || spec.propagateTags === 'NONE' ? {} : { propagateTags: spec.propagateTags }),
    tags: tagList(wantedTags(spec.tags, desired.ownership)),
  };
  return { ...request, clientToken: contentHash(objectOf(request)).slice(0, TOKEN_LENGTH) };
}

/**
 * What UpdateService is asked for: every changed field in one call, since each call makes a deployment of its own.
 * Undefined when nothing that it can change differs.
 */
export function updateRequest(
  desired: Want,
  cluster: string,
  changes: readonly Change[],
  taskDefinition: string | undefined,
): UpdateServiceCommandInput | undefined {
  const { spec } = desired;
  const changed = new Map(changes.map((change) => [segmentsOf(change.path)[0] ?? '', change]));
  const has = (...fields: readonly string[]): boolean => fields.some((field) => changed.has(field));
  const capacity = has('capacityProviderStrategy', 'launchType');
  const fields: Partial<UpdateServiceCommandInput> = {
    ...(has('task') && taskDefinition !== undefined ? { taskDefinition } : {}),
    ...countChange(changed.get('desiredCount')),
    // ECS refuses another strategy without a new deployment in the same call; [] returns to the launch type.
    ...(capacity
      ? { capacityProviderStrategy: [...(spec.capacityProviderStrategy ?? [])], forceNewDeployment: true }
      : {}),
    ...(has('platformVersion') ? { platformVersion: spec.platformVersion ?? 'LATEST' } : {}),
    ...(has('network') && spec.network !== undefined ? { networkConfiguration: renderNetwork(spec.network) } : {}),
    ...(has('loadBalancers') ? { loadBalancers: loadBalancers(desired) } : {}),
    ...(has('healthCheckGracePeriodSeconds')
      ? { healthCheckGracePeriodSeconds: spec.healthCheckGracePeriodSeconds ?? 0 }
      : {}),
    ...(has('serviceRegistries') ? { serviceRegistries: [...(spec.serviceRegistries ?? [])] } : {}),
    ...(has('serviceConnect') ? { serviceConnectConfiguration: renderConnect(spec.serviceConnect) } : {}),
    ...(has('volumeConfigurations') ? { volumeConfigurations: renderVolumes(spec.volumeConfigurations) } : {}),
    ...(has('vpcLatticeConfigurations')
      ? { vpcLatticeConfigurations: [...(spec.vpcLatticeConfigurations ?? [])] }
      : {}),
    ...(has('monitoring') ? { monitoring: renderMonitoring(spec.monitoring) } : {}),
    ...(has('enableExecuteCommand') ? { enableExecuteCommand: spec.enableExecuteCommand ?? false } : {}),
    ...(has('enableECSManagedTags') ? { enableECSManagedTags: spec.enableECSManagedTags ?? false } : {}),
    ...(has('propagateTags') ? { propagateTags: spec.propagateTags ?? 'NONE' } : {}),
    ...(has('availabilityZoneRebalancing') && spec.availabilityZoneRebalancing !== undefined
      ? { availabilityZoneRebalancing: spec.availabilityZoneRebalancing }
      : {}),
    ...(has('placementConstraints') ? { placementConstraints: [...(spec.placementConstraints ?? [])] } : {}),
    ...(has('placementStrategy') ? { placementStrategy: [...(spec.placementStrategy ?? [])] } : {}),
    ...(has('deployment') ? { deploymentConfiguration: resetDeployment(desired, changes) } : {}),
  };
  if (Object.keys(fields).length === 0) return undefined;
  return { cluster, service: serviceName(desired), ...fields };
}

/** What the manifest has no words for goes back to ECS's own values where somebody set it by hand. */
function resetDeployment(
  desired: Want,
  changes: readonly Change[],
): UpdateServiceCommandInput['deploymentConfiguration'] {
  const daemon = desired.spec.schedulingStrategy === 'DAEMON';
  const rendered = renderDeployment(desired.spec.deployment, daemon);
  const touched = (path: string): boolean => changes.some((change) => change.path.startsWith(`/deployment/${path}`));
  return {
    ...rendered,
    ...(touched('bakeTimeInMinutes') ? { bakeTimeInMinutes: 0 } : {}),
    ...(touched('lifecycleHooks') ? { lifecycleHooks: [] } : {}),
    ...(touched('rolling/earlySuccessCriteria') && rendered.earlySuccessCriteria === undefined
      ? { earlySuccessCriteria: { enable: false } }
      : {}),
    deploymentCircuitBreaker: {
      ...(touched('rolling/circuitBreaker') ? CIRCUIT_BREAKER : { enable: false, rollback: false }),
      ...rendered.deploymentCircuitBreaker,
    },
  };
}

/** The value that the diff asks for: with a claim it is not the manifest's. */
function countChange(change: Change | undefined): { desiredCount?: number } {
  return typeof change?.to === 'number' ? { desiredCount: change.to } : {};
}

/** How many tasks a new service begins with: the manifest's count, within what an autoscaler holds. */
function firstCount({ spec, claims }: Want): number {
  const count = spec.desiredCount ?? 1;
  const holds = claims.find((claim) => claim.path === '/desiredCount')?.holds;
  if (holds === undefined || holds === 'any') return count;
  if ('between' in holds) return Math.min(Math.max(count, holds.between[0]), holds.between[1]);
  const exactly: Json = holds.exactly;
  return typeof exactly === 'number' ? exactly : count;
}

function loadBalancers(desired: Want): LoadBalancer[] {
  return (desired.spec.loadBalancers ?? []).map((entry) => {
    const targetGroupArn = arnOfEntry(entry, desired);
    if (targetGroupArn === undefined) {
      throw new WaitError(`TargetGroup/${entry.targetGroup} is not there yet`, NEEDS_WAIT_MS);
    }
    return { targetGroupArn, containerName: entry.container, containerPort: entry.port };
  });
}

/** ECS takes a grace period only where something checks health. */
function gracePeriod(spec: ServiceSpec): { healthCheckGracePeriodSeconds?: number } {
  const seconds = spec.healthCheckGracePeriodSeconds;
  return seconds === undefined || seconds === 0 ? {} : { healthCheckGracePeriodSeconds: seconds };
}
