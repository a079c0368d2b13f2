import type {
  AdvancedConfiguration,
  CreateServiceCommandInput,
  LoadBalancer,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { ServiceLoadBalancer, ServiceSpec } from '../../api/service.ts';
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
import { controllerFor } from './deployer.ts';
import { renderMonitoring } from './monitoring.ts';
import { serviceName, targetGroupArnsOf } from './names.ts';
import { routesOf } from './native/shifting.ts';
import { arnOfEntry } from './normalize.ts';
import { renderConnect } from './serviceconnect.ts';
import { verificationTags } from './verification/index.ts';
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
    deploymentController: { type: controllerFor(spec) },
    // The settings are those of ECS's own controller.
    ...(controllerFor(spec) === 'ECS' ? { deploymentConfiguration: renderDeployment(spec.deployment, daemon) } : {}),
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
    tags: tagList({ ...wantedTags(spec.tags, desired.ownership), ...verificationTags(desired) }),
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
  live?: Service,
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
    ...(has('loadBalancers') || changes.some(isRoute) ? { loadBalancers: loadBalancers(desired, live) } : {}),
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
    ...(changesSettings(changes) ? { deploymentConfiguration: resetDeployment(desired, changes) } : {}),
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
    ...(touched('hooks') && rendered.lifecycleHooks === undefined ? { lifecycleHooks: [] } : {}),
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
export function firstCount({ spec, claims }: Want): number {
  const count = spec.desiredCount ?? 1;
  const holds = claims.find((claim) => claim.path === '/desiredCount')?.holds;
  if (holds === undefined || holds === 'any') return count;
  if ('between' in holds) return Math.min(Math.max(count, holds.between[0]), holds.between[1]);
  const exactly: Json = 'oneOf' in holds ? holds.oneOf[0] : holds.exactly;
  return typeof exactly === 'number' ? exactly : count;
}

/** What the manifest says of the deployment and ECS has with the load balancers. */
const ROUTES = /^\/deployment\/(productionRule|testRule|listenerRole)$/;

/** True for a change of a rule or of the role of the load balancers. */
export function isRoute({ path }: Change): boolean {
  return ROUTES.test(path);
}

/** True when the settings of the deployment differ. */
function changesSettings(changes: readonly Change[]): boolean {
  return changes.some(({ path }) => path.startsWith('/deployment/') && !ROUTES.test(path));
}

/**
 * The load balancers to send. Of a pair the one that serves is named first, the other is the alternate:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 * @throws WaitError while a target group or a rule is not there yet
 */
export function loadBalancers(desired: Want, live?: Service): LoadBalancer[] {
  return (desired.spec.loadBalancers ?? []).map((entry) => {
    const arns = entry.targetGroup === undefined ? [] : targetGroupArnsOf(desired, entry.targetGroup);
    const targetGroupArn = servingAmong(arns, live) ?? arnOfEntry(entry, desired);
    if (targetGroupArn === undefined) {
      throw new WaitError(`TargetGroup/${entry.targetGroup} is not there yet`, NEEDS_WAIT_MS);
    }
    const advancedConfiguration = advanced(desired, entry, arns, targetGroupArn);
    return {
      targetGroupArn,
      containerName: entry.container,
      containerPort: entry.port,
      ...(advancedConfiguration === undefined ? {} : { advancedConfiguration }),
    };
  });
}

function servingAmong(arns: readonly string[], live: Service | undefined): string | undefined {
  return live?.loadBalancers?.find(({ targetGroupArn = '' }) => arns.includes(targetGroupArn))?.targetGroupArn;
}

function advanced(
  desired: Want,
  { targetGroup }: ServiceLoadBalancer,
  arns: readonly string[],
  targetGroupArn: string,
): AdvancedConfiguration | undefined {
  const { production, test } = routesOf(desired);
  if (production === undefined) return undefined;
  const missing = [production, test].find((route) => route !== undefined && route.arn === undefined);
  if (missing !== undefined) throw new WaitError(`${missing.words} is not there yet`, NEEDS_WAIT_MS);
  const alternateTargetGroupArn = arns.find((arn) => arn !== targetGroupArn);
  if (alternateTargetGroupArn === undefined) {
    throw new WaitError(`TargetGroup/${targetGroup} has no alternate yet`, NEEDS_WAIT_MS);
  }
  return {
    alternateTargetGroupArn,
    productionListenerRule: production.arn,
    ...(test === undefined ? {} : { testListenerRule: test.arn }),
    roleArn: desired.spec.deployment?.listenerRole,
  };
}

/** ECS takes a grace period only where something checks health. */
function gracePeriod(spec: ServiceSpec): { healthCheckGracePeriodSeconds?: number } {
  const seconds = spec.healthCheckGracePeriodSeconds;
  return seconds === undefined || seconds === 0 ? {} : { healthCheckGracePeriodSeconds: seconds };
}
