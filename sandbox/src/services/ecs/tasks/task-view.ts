import type { Container, ManagedAgent, Task } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { definitionOf } from '../lookup.ts';
import type { TaskDefinitionRecord } from '../state.ts';
import { tagsOf } from '../tags.ts';
import { type ContainerRecord, type TaskRecord, taskHealth } from '../task-record.ts';

/** The task as DescribeTasks and RunTask answer it. Source: API_Task. */
export function taskView(world: World, scope: Scope, task: TaskRecord, withTags: boolean): Task {
  const definition = definitionOf(world, scope, task.taskDefinitionArn);
  return {
    attachments: [attachment(scope, task)],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
      },
    ],
    availabilityZone: task.availabilityZone,
    capacityProviderName: task.capacityProviderName,
    clusterArn: ecsArn(scope, `cluster/${task.cluster}`),
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: date(task.connectivityAt),
    containers: task.containers.map((container) => containerView(task, container, definition)),
    cpu: task.cpu,
    createdAt: new Date(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    executionStoppedAt: date(task.executionStoppedAt),
    fargateEphemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    group: task.group,
    healthStatus: taskHealth(task, checkedContainers(definition)),
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    memory: task.memory,
    overrides: overridesView(task),
    platformFamily: task.platformFamily,
    platformVersion: task.platformVersion,
    pullStartedAt: date(task.pullStartedAt),
    pullStoppedAt: date(task.pullStoppedAt),
    startedAt: date(task.startedAt),
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedAt: date(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    stoppingAt: date(task.stoppingAt),
    tags: withTags ? tagsOf(world, task.arn) : [],
    taskArn: task.arn,
    taskDefinitionArn: task.taskDefinitionArn,
    version: task.version,
  };
}

/** Names of the essential containers that have a health check: they make the task's health. */
export function checkedContainers(definition: TaskDefinitionRecord): string[] {
  return definition.containerDefinitions
    .filter(({ essential, healthCheck }) => (essential ?? true) && healthCheck && healthCheck.command?.[0] !== 'NONE')
    .map(({ name = '' }) => name);
}

function attachment(scope: Scope, task: TaskRecord) {
  const status =
    task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
  return {
    id: task.attachmentId,
    type: 'ElasticNetworkInterface',
    status,
    details: [
      { name: 'subnetId', value: task.subnetId },
      ...(status === 'PRECREATED'
        ? []
        : [
            { name: 'networkInterfaceId', value: task.interfaceId },
            { name: 'macAddress', value: task.macAddress },
            { name: 'privateDnsName', value: privateName(scope, task) },
            { name: 'privateIPv4Address', value: task.address },
          ]),
    ],
  };
}

/** Source: VPC user guide, "DNS attributes for your VPC". */
function privateName(scope: Scope, task: TaskRecord): string {
  const host = `ip-${task.address.replaceAll('.', '-')}`;
  return scope.region === 'us-east-1' ? `${host}.ec2.internal` : `${host}.${scope.region}.compute.internal`;
}

function containerView(task: TaskRecord, container: ContainerRecord, definition: TaskDefinitionRecord): Container {
  const own = definition.containerDefinitions.find((candidate) => candidate.name === container.name);
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.launched ? container.runtimeId : undefined,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces:
      task.lastStatus === 'PROVISIONING' ? [] : [{ attachmentId: task.attachmentId, privateIpv4Address: task.address }],
    managedAgents: task.enableExecuteCommand ? [execAgent(container)] : undefined,
    healthStatus: container.healthStatus,
    cpu: String(own?.cpu ?? 0),
    memory: own?.memory === undefined ? undefined : String(own.memory),
    memoryReservation: own?.memoryReservation === undefined ? undefined : String(own.memoryReservation),
  };
}

/** The agent of ECS Exec runs in every container of a task that was launched with it. Source: API_ManagedAgent. */
function execAgent({ lastStatus, startedAt }: ContainerRecord): ManagedAgent {
  return { name: 'ExecuteCommandAgent', lastStatus, lastStartedAt: date(startedAt) };
}

/** Each container is listed, overridden or not. */
function overridesView(task: TaskRecord): NonNullable<Task['overrides']> {
  const overridden = task.overrides.containerOverrides ?? [];
  return {
    ...task.overrides,
    containerOverrides: task.containers.map(
      ({ name }) => overridden.find((candidate) => candidate.name === name) ?? { name },
    ),
    inferenceAcceleratorOverrides: [],
  };
}

function date(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
