import type { Container, Task } from '@aws-sdk/client-ecs';
import type { TaskContainer, TaskState } from '../core/driver.ts';
import { stopReason } from './stops.ts';

/** Tasks in the words of the driver contract, newest first. */
export function taskStates(tasks: readonly Task[]): readonly TaskState[] {
  return tasks.map(taskState).toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

function taskState(task: Task): TaskState {
  const { taskArn = '', clusterArn = '', lastStatus = 'UNKNOWN', desiredStatus = 'UNKNOWN' } = task;
  const { createdAt, startedAt, stoppedAt, availabilityZone } = task;
  return {
    id: taskArn.split('/').at(-1) ?? '',
    arn: taskArn,
    cluster: clusterArn,
    lastStatus,
    desiredStatus,
    health: task.healthStatus ?? 'UNKNOWN',
    revision: task.taskDefinitionArn?.split('/').at(-1) ?? '',
    execEnabled: task.enableExecuteCommand ?? false,
    containers: (task.containers ?? []).map(containerState),
    ...(availabilityZone !== undefined && { zone: availabilityZone }),
    ...(createdAt !== undefined && { createdAt }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(lastStatus === 'STOPPED' && { stoppedReason: stopReason(task) }),
  };
}

function containerState(container: Container): TaskContainer {
  const { name = '', image = '', lastStatus = 'UNKNOWN', healthStatus, exitCode, reason, runtimeId } = container;
  const execAgent = container.managedAgents?.find((agent) => agent.name === 'ExecuteCommandAgent')?.lastStatus;
  return {
    name,
    image,
    lastStatus,
    ...(healthStatus !== undefined && { health: healthStatus }),
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
    ...(runtimeId !== undefined && { runtimeId }),
    ...(execAgent !== undefined && { execAgent }),
  };
}
