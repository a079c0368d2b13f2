import type { LoadBalancer, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { ServiceLoadBalancer, ServiceSpec } from '../../api/service.ts';
import type { Claim, Desired, Effect } from '../../core/driver.ts';
import type { DiffRules } from '../../core/diff.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { clusterArnOf } from '../../ecs/names.ts';
import { objectOf, objectsIn, sorted, sortedBy, withDefaults, withoutBlanks } from '../../ecs/tree.ts';
import { canonicalDeployment, canonicalLiveDeployment } from './deployment.ts';
import { primaryDeployment } from './live.ts';
import { canonicalMonitoring } from './monitoring.ts';
import { HOLD_TAG, SCALE_TAG, targetGroupArnOf, targetGroupArnsOf } from './names.ts';
import { shiftingStrategy, unknownRoutes } from './native/shifting.ts';
import { isScaled, withoutIdleScale } from './scale.ts';
import { canonicalConnect, canonicalLiveConnect } from './serviceconnect.ts';
import { canonicalVolumes } from './volumes.ts';

/** Fields of a service with a documented default. */
const DEFAULTS: JsonObject = {
  platformVersion: 'LATEST',
  healthCheckGracePeriodSeconds: 0,
  enableExecuteCommand: false,
  enableECSManagedTags: false,
  propagateTags: 'NONE',
  schedulingStrategy: 'REPLICA',
};

/** Canonical form of what Git says of the service, without its task. */
export function wantedService(desired: Desired<ServiceSpec>): JsonObject {
  const { spec } = desired;
  const given = withoutBlanks(objectOf(spec));
  const daemon = spec.schedulingStrategy === 'DAEMON';
  return objectOf({
    ...DEFAULTS,
    ...pick(given, SCALARS),
    cluster: spec.clusterArn === undefined ? spec.cluster : undefined,
    clusterArn: spec.clusterArn,
    desiredCount: daemon ? undefined : (spec.desiredCount ?? 1),
    capacityProviderStrategy: canonicalStrategy(given['capacityProviderStrategy']),
    network: canonicalNetwork(given['network']),
    loadBalancers: sorted(objectsIn(given['loadBalancers'])),
    serviceRegistries: sorted(given['serviceRegistries']),
    serviceConnect: canonicalConnect(spec.serviceConnect),
    vpcLatticeConfigurations: canonicalLattice(given['vpcLatticeConfigurations']),
    volumeConfigurations: canonicalVolumes(given['volumeConfigurations']),
    monitoring: canonicalMonitoring(spec.monitoring),
    placementConstraints: canonicalPlacement(given['placementConstraints']),
    placementStrategy: canonicalPlacement(given['placementStrategy']),
    deployment: canonicalDeployment(desired),
    tags: wantedTags(spec.tags, desired.ownership),
  });
}

/**
 * Canonical form of the live service, in the words of the manifest where they mean the same. `revision`: the current
 * service revision, which alone shows the monitoring; undefined when ECS has none, and then there is nothing to compare.
 */
export function liveService(
  live: Service,
  revision: ServiceRevision | undefined,
  tags: Readonly<Record<string, string>>,
  desired: Desired<ServiceSpec>,
): JsonObject {
  // Not the whole answer, which carries events.
  const given = withoutBlanks(objectOf(Object.fromEntries(LIVE_FIELDS.map((field) => [field, live[field]]))));
  const daemon = live.schedulingStrategy === 'DAEMON';
  const strategy = canonicalStrategy(given['capacityProviderStrategy']);
  const primary = primaryDeployment(live);
  const network = objectOf(live.networkConfiguration?.awsvpcConfiguration);
  const hasNetwork = Object.keys(network).length > 0;
  const managed = managedTags(tags, wantedTags(desired.spec.tags, desired.ownership), [
    ...(desired.managedTagKeys ?? []),
    HOLD_TAG,
    ...(isScaled(desired) ? [] : [SCALE_TAG]),
  ]);
  return objectOf({
    ...DEFAULTS,
    ...pick(given, SCALARS),
    ...clusterInWords(live.clusterArn, desired),
    // Services without a strategy of their own show the launch type; those with one may show both.
    launchType: strategy === undefined ? given['launchType'] : undefined,
    desiredCount: daemon ? undefined : live.desiredCount,
    capacityProviderStrategy: strategy,
    network: hasNetwork
      ? canonicalNetwork({ ...network, assignPublicIp: network['assignPublicIp'] === 'ENABLED' })
      : undefined,
    loadBalancers: sorted((live.loadBalancers ?? []).map((balancer) => loadBalancerInWords(balancer, desired))),
    serviceRegistries: sorted(given['serviceRegistries']),
    serviceConnect: canonicalLiveConnect(primary?.serviceConnectConfiguration, desired.spec.serviceConnect),
    vpcLatticeConfigurations: canonicalLattice(objectOf({ list: primary?.vpcLatticeConfigurations })['list']),
    volumeConfigurations: canonicalVolumes(objectOf({ list: primary?.volumeConfigurations })['list']),
    monitoring: canonicalMonitoring(revision === undefined ? desired.spec.monitoring : revision.monitoring),
    placementConstraints: canonicalPlacement(given['placementConstraints']),
    placementStrategy: canonicalPlacement(given['placementStrategy']),
    deployment: canonicalLiveDeployment(live, desired),
    tags: managed,
  });
}

const SCALARS = [
  'launchType',
  'platformVersion',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'enableECSManagedTags',
  'propagateTags',
  'availabilityZoneRebalancing',
  'schedulingStrategy',
] as const;

const LIVE_FIELDS = [
  ...SCALARS,
  'capacityProviderStrategy',
  'serviceRegistries',
  'placementConstraints',
  'placementStrategy',
] as const;

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return objectOf(Object.fromEntries(keys.map((key) => [key, object[key]])));
}

function canonicalStrategy(value: Json | undefined): readonly Json[] | undefined {
  const items = objectsIn(value).map((item) => ({ weight: 0, base: 0, ...item }));
  return items.length === 0 ? undefined : sorted(items);
}

function canonicalNetwork(value: Json | undefined): JsonObject | undefined {
  const network = withDefaults(value, { assignPublicIp: false });
  if (network === undefined) return undefined;
  return {
    ...network,
    subnets: trimmedIds(network['subnets']),
    securityGroups: trimmedIds(network['securityGroups']),
  };
}

/** Ids are copied with blanks around them surprisingly often. */
function trimmedIds(ids: Json | undefined): readonly Json[] {
  return sorted(Array.isArray(ids) ? ids.map((id) => (typeof id === 'string' ? id.trim() : id)) : []);
}

function canonicalLattice(value: Json | undefined): readonly JsonObject[] {
  return sortedBy('targetGroupArn', objectsIn(value));
}

/** `host` reads back as `instanceId`; CPU and MEMORY change their case. */
function canonicalPlacement(value: Json | undefined): readonly JsonObject[] {
  return objectsIn(value).map((item) => {
    const field = item['field'];
    if (typeof field !== 'string') return item;
    const lower = field.toLowerCase();
    const known = lower === 'host' || lower === 'instanceid' ? 'instanceId' : lower;
    return { ...item, field: ['instanceId', 'cpu', 'memory'].includes(known) ? known : field };
  });
}

function clusterInWords(clusterArn: string | undefined, desired: Desired<ServiceSpec>): JsonObject {
  const { cluster, clusterArn: outside } = desired.spec;
  if (outside !== undefined) return { clusterArn: clusterArn ?? '' };
  return { cluster: clusterArn === clusterArnOf(desired) ? (cluster ?? '') : (clusterArn?.split('/').at(-1) ?? '') };
}

/**
 * A live target group under the name that the manifest has for it: either of a pair is meant by it. The rules and the role
 * beside it are compared as the manifest has them, in `deployment`.
 */
function loadBalancerInWords(live: LoadBalancer, desired: Desired<ServiceSpec>): JsonObject {
  const { targetGroupArn = '', containerName, containerPort, advancedConfiguration, ...rest } = live;
  const declared = desired.spec.loadBalancers?.find(
    ({ targetGroup }) => targetGroup !== undefined && targetGroupArnsOf(desired, targetGroup).includes(targetGroupArn),
  );
  const named = declared === undefined ? { targetGroupArn } : { targetGroup: declared.targetGroup };
  const pair = declared?.targetGroup === undefined ? [] : targetGroupArnsOf(desired, declared.targetGroup);
  const alternate = advancedConfiguration?.alternateTargetGroupArn ?? '';
  const stray = shiftingStrategy(desired.spec.deployment) !== undefined && !pair.includes(alternate);
  return objectOf({
    ...rest,
    ...named,
    ...(stray && alternate !== '' ? { alternateTargetGroupArn: alternate } : {}),
    container: containerName,
    port: containerPort,
  });
}

/** ARN of the target group of an entry; undefined while it is not there yet. */
export function arnOfEntry(
  entry: ServiceLoadBalancer,
  desired: Pick<Desired<ServiceSpec>, 'needs'>,
): string | undefined {
  return entry.targetGroupArn ?? targetGroupArnOf(desired, entry.targetGroup ?? '');
}

const KEYED: Readonly<Record<string, string>> = {
  '/serviceConnect/services': 'portName',
  '/volumeConfigurations': 'name',
  '/volumeConfigurations/*/managedEBSVolume/tagSpecifications': 'resourceType',
  '/volumeConfigurations/*/managedEBSVolume/tagSpecifications/*/tags': 'key',
  '/vpcLatticeConfigurations': 'targetGroupArn',
  '/serviceRegistries': 'registryArn',
  '/serviceConnect/logConfiguration/secretOptions': 'name',
  '/monitoring/metricConfigurations': 'resolutionSeconds',
  '/capacityProviderStrategy': 'capacityProvider',
};

const SETS: readonly string[] = [
  '/network/subnets',
  '/network/securityGroups',
  '/loadBalancers',
  '/monitoring/metricConfigurations/*/metricNames',
  '/deployment/alarms/names',
];

const LEFT_TO_AWS: readonly string[] = [
  '/availabilityZoneRebalancing',
  '/serviceConnect/namespace',
  '/serviceConnect/services/*/clientAliases/*/dnsName',
  // The account setting defaultLogDriverMode decides.
  '/serviceConnect/logConfiguration/options/mode',
  // The account setting for EBS encryption decides.
  '/volumeConfigurations/*/managedEBSVolume/encrypted',
];

/** Neither is declared: the cluster's default strategy was taken over when the service was made. */
const LEFT_TO_AWS_AND_CLUSTER: readonly string[] = [...LEFT_TO_AWS, '/launchType', '/capacityProviderStrategy'];

/** ECS's own documentation of UpdateService, field by field. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  '/cluster': 'replaces',
  '/clusterArn': 'replaces',
  '/schedulingStrategy': 'replaces',
  '/launchType': 'restartsTasks',
  '/capacityProviderStrategy': 'restartsTasks',
  '/platformVersion': 'restartsTasks',
  '/network': 'restartsTasks',
  '/loadBalancers': 'restartsTasks',
  '/serviceRegistries': 'restartsTasks',
  '/serviceConnect': 'restartsTasks',
  '/volumeConfigurations': 'restartsTasks',
  '/vpcLatticeConfigurations': 'restartsTasks',
  // Part of the service revision, which never changes: another monitoring is another revision.
  '/monitoring': 'restartsTasks',
  // Part of the load balancers: an update of them begins a deployment.
  '/deployment/productionRule': 'restartsTasks',
  '/deployment/testRule': 'restartsTasks',
  '/deployment/listenerRole': 'restartsTasks',
};

/** How two canonical services are compared. */
export function serviceDiffRules(desired: Desired<ServiceSpec>, claims: readonly Claim[]): DiffRules {
  const declaresCapacity = desired.spec.launchType !== undefined || desired.spec.capacityProviderStrategy !== undefined;
  return {
    keyed: KEYED,
    sets: SETS,
    leaveWhenAbsent: declaresCapacity ? LEFT_TO_AWS : LEFT_TO_AWS_AND_CLUSTER,
    effects: EFFECTS,
    unknown: [...desired.unknown, ...unknownRoutes(desired)],
    claims: withoutIdleScale(claims),
  };
}
