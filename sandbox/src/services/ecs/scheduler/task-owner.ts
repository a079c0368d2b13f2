import { hasTaskSets } from '../task-set-record.ts';
import type { DeploymentRecord, ServiceRecord, TaskOwner } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';

/** The deployment or task set that launched the task; undefined when it is gone. */
export function ownerOfTask(service: ServiceRecord, task: TaskRecord): TaskOwner | undefined {
  const owners: readonly TaskOwner[] = hasTaskSets(service) ? service.taskSets : service.deployments;
  return owners.find(({ id }) => id === task.deployment);
}

/** Whether failures of its tasks count: a task set's always, a deployment's while it is in progress. */
export function countsFailures(owner: TaskOwner | DeploymentRecord): boolean {
  return !('rolloutState' in owner) || owner.rolloutState === 'IN_PROGRESS';
}

/** The task set to name in service events about its tasks; undefined for deployments, which they do not name. */
export function namedTaskSet(service: ServiceRecord, id: string | undefined): string | undefined {
  return hasTaskSets(service) ? id : undefined;
}
