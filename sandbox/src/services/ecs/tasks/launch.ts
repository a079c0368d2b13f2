import type { AwsVpcConfiguration, TaskOverride } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { exactPlatformVersion } from '../platform-versions.ts';
import { ecsState, type TaskDefinitionRecord } from '../state.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';
import { durations } from './durations.ts';
import { emitTaskChange } from './task-events.ts';
import { later } from './transition.ts';

/** A task to launch on Fargate. */
export interface Launch {
  readonly cluster: string;
  readonly definition: TaskDefinitionRecord;
  readonly group: string;
  readonly startedBy?: string;
  readonly service?: string;
  readonly deployment?: string;
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly network: AwsVpcConfiguration;
  readonly overrides?: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Tasks that should be spread with it over the Availability Zones. */
  readonly siblings: readonly TaskRecord[];
}

/** Makes the task, in PROVISIONING. */
export function launchTask(world: World, scope: Scope, launch: Launch): TaskRecord {
  const state = ecsState(world, scope);
  const id = world.id(32);
  const arn = ecsArn(scope, `task/${launch.cluster}/${id}`);
  const subnets = launch.network.subnets ?? [];
  const subnet = leastUsed(subnets, launch.siblings);
  const task: TaskRecord = {
    id,
    arn,
    cluster: launch.cluster,
    taskDefinitionArn: launch.definition.taskDefinitionArn,
    group: launch.group,
    ...(launch.startedBy === undefined ? {} : { startedBy: launch.startedBy }),
    ...(launch.service === undefined ? {} : { service: launch.service }),
    ...(launch.deployment === undefined ? {} : { deployment: launch.deployment }),
    launchType: 'FARGATE',
    ...(launch.capacityProviderName === undefined ? {} : { capacityProviderName: launch.capacityProviderName }),
    platformVersion: exactPlatformVersion(launch.platformVersion),
    platformFamily: 'Linux',
    availabilityZone: zoneOf(scope, [...subnets].toSorted().indexOf(subnet)),
    subnetId: subnet,
    address: nextAddress(state.interfaces++),
    attachmentId: world.uuid(),
    interfaceId: `eni-${world.id(17)}`,
    macAddress: `0a:${(world.id(10).match(/../g) ?? []).join(':')}`,
    cpu: launch.overrides?.cpu ?? launch.definition.cpu ?? '256',
    memory: launch.overrides?.memory ?? launch.definition.memory ?? '512',
    overrides: launch.overrides ?? {},
    enableExecuteCommand: launch.enableExecuteCommand,
    createdAt: world.clock.now(),
    containers: launch.definition.containerDefinitions.map(({ name = '', image = '' }) =>
      newContainer(world, scope, launch.cluster, id, name, image),
    ),
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 1,
    targets: [],
    secrets: {},
    provenHealthy: false,
  };
  state.tasks[id] = task;
  state.addresses[task.address] = id;
  world.resources.add({
    arn,
    type: 'ecs:task',
    accountId: scope.accountId,
    region: scope.region,
    createdAt: task.createdAt,
    tags: { ...launch.tags },
  });
  emitTaskChange(world, scope, task);
  later(world, scope, task, 'provisionTask', durations.provision);
  return task;
}

function newContainer(
  world: World,
  scope: Scope,
  cluster: string,
  taskId: string,
  name: string,
  image: string,
): ContainerRecord {
  return {
    arn: ecsArn(scope, `container/${cluster}/${taskId}/${world.uuid()}`),
    name,
    image,
    runtimeId: `${taskId}-${world.id(10)}`,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    launched: false,
    failedChecks: 0,
  };
}

/** The subnet that holds the fewest of the siblings: Fargate spreads tasks over Availability Zones. */
function leastUsed(subnets: readonly string[], siblings: readonly TaskRecord[]): string {
  const used = (subnet: string) => siblings.filter((task) => task.subnetId === subnet).length;
  return subnets.reduce((best, subnet) => (used(subnet) < used(best) ? subnet : best), subnets[0] ?? 'subnet-0');
}

/** The sandbox has no VPCs: the nth subnet of a task lies in the nth zone. */
function zoneOf(scope: Scope, index: number): string {
  return `${scope.region}${'abcdef'[Math.max(0, index) % 6]}`;
}

/** The nth address of 10.0.0.0/8, from 10.0.0.4 on: a VPC keeps the first four to itself. */
function nextAddress(index: number): string {
  const n = index + 4;
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}
