import type { CreateServiceRequest, LoadBalancer, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { checkStrategy, runsOnFargate } from '../capacity-strategy.ts';
import { invalidParameter, notServed } from '../errors.ts';
import { definitionOf, usableTaskDefinition } from '../lookup.ts';
import { checkPlatformVersion } from '../platform-versions.ts';
import type { ClusterRecord, RevisionSpec, TaskDefinitionRecord } from '../state.ts';
import { echoedConnect, echoedVolumes } from './echo.ts';

/** The revision that CreateService asks for. Throws what ECS throws for it. Source: API_CreateService. */
export function createdSpec(
  world: World,
  scope: Scope,
  cluster: ClusterRecord,
  input: CreateServiceRequest,
): RevisionSpec {
  if (!input.taskDefinition) throw invalidParameter('TaskDefinition can not be blank.');
  const given = input.capacityProviderStrategy ?? [];
  if (input.launchType && given.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const inherited = input.launchType ? [] : cluster.defaultCapacityProviderStrategy;
  const strategy = given.length > 0 ? checkStrategy(given, cluster.capacityProviders) : inherited;
  const launch =
    strategy.length > 0 ? { capacityProviderStrategy: strategy } : { launchType: input.launchType ?? 'EC2' };
  const network = input.networkConfiguration?.awsvpcConfiguration;
  return checkSpec(world, scope, {
    taskDefinition: usableTaskDefinition(world, scope, input.taskDefinition).taskDefinitionArn,
    ...launch,
    ...(runsOnFargate(launch) ? { platformVersion: input.platformVersion || 'LATEST', platformFamily: 'Linux' } : {}),
    ...(network ? { network: { ...network, assignPublicIp: network.assignPublicIp ?? 'DISABLED' } } : {}),
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    ...(input.serviceConnectConfiguration
      ? { serviceConnectConfiguration: echoedConnect(input.serviceConnectConfiguration) }
      : {}),
    ...(input.volumeConfigurations ? { volumeConfigurations: echoedVolumes(input.volumeConfigurations) } : {}),
    ...(input.vpcLatticeConfigurations ? { vpcLatticeConfigurations: input.vpcLatticeConfigurations } : {}),
    ...(input.monitoring ? { monitoring: input.monitoring } : {}),
  });
}

/**
 * The revision that UpdateService asks for: what is omitted stays, `[]` removes load balancers and registries and for
 * the capacity provider strategy goes back to the launch type. Source: API_UpdateService.
 */
export function updatedSpec(
  world: World,
  scope: Scope,
  cluster: ClusterRecord,
  before: RevisionSpec,
  input: UpdateServiceRequest,
): RevisionSpec {
  const { capacityProviderStrategy, launchType, ...kept } = before;
  const strategy =
    input.capacityProviderStrategy === undefined
      ? capacityProviderStrategy
      : checkStrategy(input.capacityProviderStrategy, cluster.capacityProviders);
  const launch = strategy?.length
    ? { capacityProviderStrategy: strategy }
    : { launchType: launchType ?? ('FARGATE' as const) };
  const network = input.networkConfiguration?.awsvpcConfiguration;
  const taskDefinition = input.taskDefinition
    ? usableTaskDefinition(world, scope, input.taskDefinition).taskDefinitionArn
    : before.taskDefinition;
  const spec = checkSpec(world, scope, {
    ...kept,
    ...launch,
    taskDefinition,
    ...(input.platformVersion ? { platformVersion: input.platformVersion } : {}),
    ...(network ? { network: { ...network, assignPublicIp: network.assignPublicIp ?? 'DISABLED' } } : {}),
    ...(input.loadBalancers ? { loadBalancers: input.loadBalancers } : {}),
    ...(input.serviceRegistries ? { serviceRegistries: input.serviceRegistries } : {}),
    ...(input.serviceConnectConfiguration
      ? { serviceConnectConfiguration: echoedConnect(input.serviceConnectConfiguration) }
      : {}),
    ...(input.volumeConfigurations ? { volumeConfigurations: echoedVolumes(input.volumeConfigurations) } : {}),
    ...(input.vpcLatticeConfigurations ? { vpcLatticeConfigurations: input.vpcLatticeConfigurations } : {}),
    ...(input.monitoring ? { monitoring: input.monitoring } : {}),
  });
  checkTargetGroupsInUse(world, scope, spec);
  return spec;
}

/** Whether two revisions would run the same tasks. */
export function isSameRevision(a: RevisionSpec, b: RevisionSpec): boolean {
  return canonical(a) === canonical(b);
}

function checkSpec(world: World, scope: Scope, spec: RevisionSpec): RevisionSpec {
  // Not only ACTIVE ones: a service keeps a deregistered task definition while nobody names a new one.
  const definition = definitionOf(world, scope, spec.taskDefinition);
  checkNetwork(definition, spec);
  checkPlatformVersion(spec.platformVersion);
  if (runsOnFargate(spec) && !definition.compatibilities?.includes('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  checkVolumes(definition, spec);
  checkPortNames(definition, spec);
  if (spec.loadBalancers.length > 5) throw invalidParameter('load balancers can have at most 5 items.');
  for (const loadBalancer of spec.loadBalancers) checkLoadBalancer(world, scope, definition, loadBalancer);
  return spec;
}

function checkNetwork(definition: TaskDefinitionRecord, spec: RevisionSpec): void {
  if (definition.networkMode === 'awsvpc') {
    if (!spec.network) {
      throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    }
    if (!spec.network.subnets?.length) throw invalidParameter('subnets can not be empty.');
    if (spec.network.subnets.length > 16) throw invalidParameter('subnets can have at most 16 items.');
    if ((spec.network.securityGroups?.length ?? 0) > 5)
      throw invalidParameter('security groups can have at most 5 items.');
  } else if (spec.network) {
    throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
  }
}

/** Source: API_ServiceVolumeConfiguration; words as users quote them. */
function checkVolumes(definition: TaskDefinitionRecord, { volumeConfigurations = [] }: RevisionSpec): void {
  const atLaunch = (definition.volumes ?? []).filter(({ configuredAtLaunch }) => configuredAtLaunch);
  const unknown = volumeConfigurations.find(({ name }) => !atLaunch.some((volume) => volume.name === name));
  if (unknown) {
    throw invalidParameter(
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
    );
  }
}

/** Ports of Service Connect and VPC Lattice are those of the task definition. Source: API_ServiceConnectService, API_VpcLatticeConfiguration. */
function checkPortNames(definition: TaskDefinitionRecord, spec: RevisionSpec): void {
  const names = definition.containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ name }) => name),
  );
  const connect = spec.serviceConnectConfiguration;
  const wanted = [
    ...(connect?.enabled ? (connect.services ?? []) : []).map(({ portName }) => portName),
    ...(spec.vpcLatticeConfigurations ?? []).map(({ portName }) => portName),
  ];
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown) throw invalidParameter(`The portName ${unknown} does not exist in the task definition.`);
}

/** Source of the words: error messages of CreateService as their users quote them. */
function checkLoadBalancer(
  world: World,
  scope: Scope,
  definition: TaskDefinitionRecord,
  loadBalancer: LoadBalancer,
): void {
  const { targetGroupArn, containerName, containerPort } = loadBalancer;
  if (!targetGroupArn) throw notServed('Classic Load Balancers');
  const container = definition.containerDefinitions.find(({ name }) => name === containerName);
  if (!container) throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  }
  const group = world.ports.loadBalancing.targetGroup(scope, targetGroupArn);
  if (!group) throw invalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`);
  if (definition.networkMode === 'awsvpc' && group.targetType !== 'ip') {
    throw invalidParameter(
      `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the ` +
        'awsvpc network mode specified in the task definition.',
    );
  }
}

/** Throws for target groups that no listener uses yet. Words as for the other errors of load balancers. */
export function checkTargetGroupsInUse(world: World, scope: Scope, { loadBalancers }: RevisionSpec): void {
  for (const { targetGroupArn } of loadBalancers) {
    const group =
      targetGroupArn === undefined ? undefined : world.ports.loadBalancing.targetGroup(scope, targetGroupArn);
    if (group?.loadBalancerArns.length !== 0) continue;
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
  }
}

/** The value with its keys in order, absent and undefined alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
