import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  HealthCheck,
  PortMapping,
  RegisterTaskDefinitionRequest,
  Volume,
} from '@aws-sdk/client-ecs';
import type { TaskDefinitionRecord } from '../state.ts';
import { cpuUnits, memoryMiB } from './fargate-sizes.ts';
import { fargateProblem } from './validate.ts';

/** The members that registration fills in; the rest of the record is the identity of the revision. */
export type FilledTaskDefinition = Omit<
  TaskDefinitionRecord,
  'taskDefinitionArn' | 'revision' | 'status' | 'registeredAt' | 'registeredBy'
>;

/**
 * The task definition as it reads back: documented defaults filled in, sizes as numbers of units.
 * Sources: API_TaskDefinition, API_ContainerDefinition, API_PortMapping, API_HealthCheck, API_EFSVolumeConfiguration.
 */
export function fillTaskDefinition(input: RegisterTaskDefinitionRequest): FilledTaskDefinition {
  const { tags: _tags, containerDefinitions, volumes, cpu, memory, networkMode, ...rest } = input;
  const mode = networkMode ?? 'bridge';
  return {
    ...rest,
    family: input.family ?? '',
    ...(cpu ? { cpu: String(cpuUnits(cpu)) } : {}),
    ...(memory ? { memory: String(memoryMiB(memory)) } : {}),
    ...(networkMode || !input.requiresCompatibilities?.includes('FARGATE') ? { networkMode: mode } : {}),
    containerDefinitions: (containerDefinitions ?? []).map((container) => fillContainer(container, mode)),
    volumes: (volumes ?? []).map(fillVolume),
    placementConstraints: input.placementConstraints ?? [],
    compatibilities: compatibilities(input),
    requiresAttributes: requiredAttributes(input),
    enableFaultInjection: input.enableFaultInjection ?? false,
  };
}

function fillContainer(container: ContainerDefinition, networkMode: string): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => fillPort(mapping, networkMode)),
    ...(container.healthCheck ? { healthCheck: fillHealthCheck(container.healthCheck) } : {}),
  };
}

function fillPort(mapping: PortMapping, networkMode: string): PortMapping {
  const filled = { ...mapping, protocol: mapping.protocol ?? ('tcp' as const) };
  if (mapping.containerPortRange) return filled;
  const sameAsContainer = networkMode === 'awsvpc' || networkMode === 'host';
  const hostPort = sameAsContainer ? mapping.containerPort : (mapping.hostPort ?? 0);
  return hostPort === undefined ? filled : { ...filled, hostPort };
}

function fillHealthCheck(check: HealthCheck): HealthCheck {
  return {
    ...check,
    interval: check.interval ?? 30,
    timeout: check.timeout ?? 5,
    retries: check.retries ?? 3,
  };
}

function fillVolume(volume: Volume): Volume {
  const efs = volume.efsVolumeConfiguration;
  if (!efs) return Object.keys(volume).some((member) => member !== 'name') ? volume : { ...volume, host: {} };
  return {
    ...volume,
    efsVolumeConfiguration: {
      ...efs,
      rootDirectory: efs.rootDirectory ?? '/',
      transitEncryption: efs.transitEncryption ?? 'DISABLED',
    },
  };
}

function compatibilities(input: RegisterTaskDefinitionRequest): Compatibility[] {
  return fargateProblem(input) === undefined ? ['EC2', 'FARGATE'] : ['EXTERNAL', 'EC2'];
}

/** The attributes that a container instance would need; Fargate has them all. */
function requiredAttributes(input: RegisterTaskDefinitionRequest): Attribute[] {
  const names = ['com.amazonaws.ecs.capability.docker-remote-api.1.18'];
  const containers = input.containerDefinitions ?? [];
  if (input.networkMode === 'awsvpc') names.push('ecs.capability.task-eni');
  if (input.taskRoleArn) names.push('com.amazonaws.ecs.capability.task-iam-role');
  if (containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')) {
    names.push('com.amazonaws.ecs.capability.logging-driver.awslogs');
    if (input.executionRoleArn) names.push('ecs.capability.execution-role-awslogs');
  }
  if (containers.some(({ image }) => /\.dkr\.ecr[.-]/.test(image ?? '')))
    names.push('com.amazonaws.ecs.capability.ecr-auth');
  if (containers.some(({ healthCheck }) => healthCheck)) names.push('ecs.capability.container-health-check');
  return names.map((name) => ({ name }));
}
