import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
  Task,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { ecsArn, lastPart, taskDefinitionReference } from '../arns.ts';
import { invalidParameter, serviceNotFound } from '../errors.ts';
import { activeCluster, findTask, serviceKey } from '../lookup.ts';
import { page } from '../pages.ts';
import { ecsState } from '../state.ts';
import { stopTask as stop } from './stop.ts';
import { taskView } from './task-view.ts';

/** DescribeTasks: at most 100; those that stopped more than an hour ago are missing. */
export function describeTasks(input: DescribeTasksRequest, { world, scope }: Call): DescribeTasksResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (references.length > 100) throw invalidParameter('Tasks cannot have more than 100 elements.');
  const tasks: Task[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const reference of references) {
    const task = findTask(world, scope, cluster.name, reference);
    if (task) tasks.push(taskView(world, scope, task, input.include?.includes('TAGS') ?? false));
    else failures.push({ arn: ecsArn(scope, `task/${cluster.name}/${lastPart(reference)}`), reason: 'MISSING' });
  }
  return { tasks, failures };
}

/** ListTasks: those that should run, unless `desiredStatus` is STOPPED. Source: API_ListTasks. */
export function listTasks(input: ListTasksRequest, { world, scope }: Call): ListTasksResponse {
  const { family, serviceName, containerInstance, launchType } = input;
  if (input.startedBy && (family || serviceName || containerInstance || launchType)) {
    throw invalidParameter('startedBy must be the only filter.');
  }
  const cluster = activeCluster(world, scope, input.cluster);
  const wanted = input.desiredStatus ?? 'RUNNING';
  const { tasks, services } = ecsState(world, scope);
  const key = input.serviceName === undefined ? undefined : serviceKey(cluster.name, lastPart(input.serviceName));
  if (key !== undefined && !services[key]) throw serviceNotFound();
  const found = Object.values(tasks).filter(
    (task) =>
      task.cluster === cluster.name &&
      task.desiredStatus === wanted &&
      (key === undefined || task.service === key) &&
      (!input.family || taskDefinitionReference(task.taskDefinitionArn).family === input.family) &&
      (!input.startedBy || task.startedBy === input.startedBy) &&
      (!input.launchType || task.launchType === input.launchType) &&
      !input.containerInstance,
  );
  const { items, nextToken } = page(found, input.maxResults, input.nextToken);
  return { taskArns: items.map(({ arn }) => arn), nextToken };
}

/** StopTask. A task of a service is replaced by the scheduler. Source: API_StopTask. */
export function stopTask(input: StopTaskRequest, { world, scope }: Call): StopTaskResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const task = findTask(world, scope, cluster.name, input.task ?? '');
  if (!task) throw invalidParameter('The referenced task was not found.');
  stop(world, scope, task, 'UserInitiated', input.reason || 'Task stopped by user');
  return { task: taskView(world, scope, task, true) };
}
