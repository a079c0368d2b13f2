import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs';
import { clientException } from '../errors.ts';
import { fargateLimit } from './fargate-limits.ts';
import { cpuUnits, isFargateSize, memoryMiB } from './fargate-sizes.ts';

/** Throws ClientException for what RegisterTaskDefinition refuses. Sources: API_RegisterTaskDefinition, API_ContainerDefinition. */
export function validateTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.family ?? '')) {
    throw clientException(
      'Family contains invalid characters. Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.',
    );
  }
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  const cpu = units(input.cpu, cpuUnits, 'cpu');
  const memory = units(input.memory, memoryMiB, 'memory');
  if (input.requiresCompatibilities?.includes('FARGATE')) {
    const problem = fargateProblem(input);
    if (problem) throw clientException(problem);
  }
  const names = new Set<string>();
  for (const container of containers) {
    checkContainer(container, input, names, cpu, memory);
    names.add(container.name ?? '');
  }
  if (!containers.some(({ essential }) => essential ?? true)) {
    throw clientException('A task definition must have at least one essential container.');
  }
  checkReferences(input, names);
  checkVolumes(input.volumes ?? []);
}

/** Why Fargate cannot run it, in ECS's words; undefined when it can. */
export function fargateProblem(input: RegisterTaskDefinitionRequest): string | undefined {
  if (input.networkMode !== 'awsvpc') return 'Fargate only supports network mode ‘awsvpc’.';
  if (!input.cpu) return "Fargate requires that 'cpu' be defined at the task level.";
  if (!input.memory) return "Fargate requires that 'memory' be defined at the task level.";
  if (!isFargateSize(cpuUnits(input.cpu) ?? 0, memoryMiB(input.memory) ?? 0)) {
    return 'No Fargate configuration exists for given values.';
  }
  const limit = fargateLimit(input);
  if (limit) return limit;
  for (const container of input.containerDefinitions ?? []) {
    if (container.privileged) return "Fargate does not support 'privileged' containers.";
    if ((container.stopTimeout ?? 0) > 120)
      return "The 'stopTimeout' of a container can be at most 120 seconds on Fargate.";
    const { logDriver, options } = container.logConfiguration ?? {};
    if (logDriver === 'awslogs' && !options?.['awslogs-stream-prefix']) {
      return 'Log driver awslogs requires options: awslogs-stream-prefix';
    }
    if (input.executionRoleArn) continue;
    if (logDriver === 'awslogs') {
      return 'Fargate requires task definition to have execution role ARN to support log driver awslogs.';
    }
    if (/\.dkr\.ecr[.-]/.test(container.image ?? '')) {
      return 'Fargate requires task definition to have execution role ARN to support ECR images.';
    }
  }
  return undefined;
}

function units(text: string | undefined, read: (text: string) => number | undefined, name: string): number | undefined {
  if (!text) return undefined;
  const value = read(text);
  if (value === undefined) throw clientException(`Invalid '${name}' setting for task.`);
  return value;
}

function checkContainer(
  container: ContainerDefinition,
  input: RegisterTaskDefinitionRequest,
  names: ReadonlySet<string>,
  cpu: number | undefined,
  memory: number | undefined,
): void {
  const { name, image } = container;
  if (!name) throw clientException('Container.name should not be null or empty.');
  if (!image) throw clientException('Container.image should not be null or empty.');
  if (names.has(name)) throw clientException(`Duplicate container name '${name}': container names must be unique.`);
  const required = container.memory ?? container.memoryReservation;
  if (memory === undefined && required === undefined) {
    throw clientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  if (memory !== undefined && (required ?? 0) > memory) {
    throw clientException(`The 'memory' setting for container '${name}' is greater than for the task.`);
  }
  if (cpu !== undefined && (container.cpu ?? 0) > cpu) {
    throw clientException(`The 'cpu' setting for container '${name}' is greater than for the task.`);
  }
  if (input.networkMode === 'awsvpc') {
    if (container.links?.length) throw clientException('Links are not supported when networkMode=awsvpc.');
    for (const { containerPort, hostPort } of container.portMappings ?? []) {
      if (hostPort && hostPort !== containerPort) {
        throw clientException(
          'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
        );
      }
    }
  }
  if (container.secrets?.length && !input.executionRoleArn) {
    throw clientException(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
}

/** Source: API_Volume: a volume is of one kind, and one volume of a task is configured at launch. */
function checkVolumes(volumes: readonly Volume[]): void {
  for (const { name, ...volume } of volumes) {
    const kinds = [
      volume.host?.sourcePath,
      volume.dockerVolumeConfiguration,
      volume.efsVolumeConfiguration,
      volume.s3filesVolumeConfiguration,
      volume.fsxWindowsFileServerVolumeConfiguration,
      volume.configuredAtLaunch,
    ].filter(Boolean);
    if (kinds.length > 1)
      throw clientException(
        `When the volume parameter is specified, only one volume configuration type should be used: ${name}.`,
      );
    const efs = volume.efsVolumeConfiguration;
    const authorized = efs?.authorizationConfig?.accessPointId || efs?.authorizationConfig?.iam === 'ENABLED';
    if (authorized && efs?.transitEncryption !== 'ENABLED') {
      throw clientException('EFS IAM authorization and access points require transit encryption to be enabled.');
    }
  }
  if (volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch).length > 1) {
    throw clientException('A task definition can have only one volume configured at launch.');
  }
}

function checkReferences(input: RegisterTaskDefinitionRequest, names: ReadonlySet<string>): void {
  const volumes = new Set((input.volumes ?? []).map(({ name }) => name));
  for (const container of input.containerDefinitions ?? []) {
    for (const { sourceVolume } of container.mountPoints ?? []) {
      if (sourceVolume && !volumes.has(sourceVolume)) throw clientException(`Unknown volume '${sourceVolume}'.`);
    }
    for (const { containerName } of container.dependsOn ?? []) {
      if (containerName && names.has(containerName) && containerName !== container.name) continue;
      throw clientException(`Container '${container.name}' depends on the unknown container '${containerName}'.`);
    }
  }
}
