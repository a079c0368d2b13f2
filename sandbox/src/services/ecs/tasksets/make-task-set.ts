import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { deploymentDigits } from '../services/start-deployment.ts';
import type { RevisionSpec, ServiceRecord } from '../state.ts';
import type { TaskSetRecord } from '../task-set-record.ts';
import { taskSetArn } from './lookup.ts';

/** Words as quoted: https://github.com/pipe-cd/pipecd/issues/4692. */
const mostTaskSets = 5;

/** What a task set is made from. */
interface NewTaskSet {
  readonly spec: RevisionSpec;
  /** Percent. */
  readonly scale: number;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly startedBy?: string;
  readonly externalId?: string;
  readonly clientToken?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Adds a task set to the service: the scheduler computes its desired count and starts its tasks a moment later. */
export function makeTaskSet(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  { tags = {}, ...made }: NewTaskSet,
): TaskSetRecord {
  if (service.taskSets.length >= mostTaskSets) {
    throw invalidParameter(
      `${mostTaskSets} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  }
  const taskSet = addTaskSet(world, scope, service, {
    ...made,
    id: `ecs-svc/${deploymentDigits(world)}`,
    createdAt: world.clock.now(),
    failedTasks: 0,
    computedDesiredCount: 0,
    stability: 'STABILIZING',
  });
  tag(world, scope, taskSet, tags);
  service.startFailures = 0;
  service.launchNotBefore = 0;
  return taskSet;
}

/** Adds a task set whose tasks may run already; for one that was a deployment, under the deployment's id. */
export function addTaskSet(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  given: Omit<TaskSetRecord, 'arn' | 'updatedAt' | 'stabilityAt'>,
): TaskSetRecord {
  const now = world.clock.now();
  const taskSet: TaskSetRecord = {
    ...given,
    arn: taskSetArn(scope, service, given.id),
    updatedAt: now,
    stabilityAt: now,
  };
  if (taskSet.status === 'PRIMARY') service.taskSets.unshift(taskSet);
  else service.taskSets.push(taskSet);
  service.steady = false;
  tag(world, scope, taskSet, {});
  wakeScheduler(world, scope, service);
  return taskSet;
}

/** Task sets are resources with tags. Source: developer guide, "Tagging Amazon ECS resources". */
function tag(world: World, scope: Scope, taskSet: TaskSetRecord, tags: Readonly<Record<string, string>>): void {
  world.resources.add({
    arn: taskSet.arn,
    type: 'ecs:task-set',
    accountId: scope.accountId,
    region: scope.region,
    createdAt: taskSet.createdAt,
    tags: { ...tags },
  });
}
