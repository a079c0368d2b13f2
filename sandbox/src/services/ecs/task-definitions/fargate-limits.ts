import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/**
 * The first member that tasks on Fargate cannot have, in ECS's words; undefined when there is none.
 * Source: developer guide, "Amazon ECS task definition differences for Fargate"; API_LinuxParameters; words as quoted.
 */
export function fargateLimit(input: RegisterTaskDefinitionRequest): string | undefined {
  if (input.ipcMode) return 'Tasks using the Fargate launch type do not support ipcMode.';
  const named =
    taskMember(input) ?? (input.containerDefinitions ?? []).map(containerMember).find((name) => name !== undefined);
  return named === undefined ? undefined : `Fargate compatible task definitions do not support ${named}`;
}

function taskMember(input: RegisterTaskDefinitionRequest): string | undefined {
  if (input.placementConstraints?.length) return 'constraints';
  if (input.pidMode === 'host') return 'pidMode host';
  const volumes = input.volumes ?? [];
  if (volumes.some(({ host }) => host?.sourcePath)) return 'sourcePath';
  if (volumes.some((volume) => volume.dockerVolumeConfiguration)) return 'dockerVolumeConfiguration';
  return undefined;
}

function containerMember(container: ContainerDefinition): string | undefined {
  const { linuxParameters: linux } = container;
  const found: readonly (readonly [string, unknown])[] = [
    ['disableNetworking', container.disableNetworking],
    ['dnsServers', container.dnsServers?.length],
    ['dnsSearchDomains', container.dnsSearchDomains?.length],
    ['dockerSecurityOptions', container.dockerSecurityOptions?.length],
    ['extraHosts', container.extraHosts?.length],
    ['links', container.links?.length],
    ['resourceRequirements', container.resourceRequirements?.length],
    ['devices', linux?.devices?.length],
    ['sharedMemorySize', linux?.sharedMemorySize],
    ['maxSwap', linux?.maxSwap !== undefined],
    ['swappiness', linux?.swappiness !== undefined],
  ];
  return found.find(([, value]) => Boolean(value))?.[0];
}
