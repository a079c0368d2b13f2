import type { Scope, World } from '../../../kernel/world.ts';
import { serviceOfKey } from '../lookup.ts';
import { ecsState, type ServiceRecord } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';
import { hasTaskSets } from '../task-set-record.ts';
import { emitServiceAction } from './emitted-events.ts';
import { launchBackoffMs } from './launch-backoff.ts';
import { addEventOnce } from './service-events.ts';
import { countsFailures, ownerOfTask } from './task-owner.ts';
import { wakeScheduler } from './wake.ts';

/** Tells the task's service, if it has one, that something changed. */
export function taskChanged(world: World, scope: Scope, task: TaskRecord): void {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  if (service) wakeScheduler(world, scope, service);
}

/** The task reached RUNNING: launches are not spaced out any more. */
export function taskRan(world: World, scope: Scope, task: TaskRecord): void {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  if (!service) return;
  service.startFailures = 0;
  service.launchNotBefore = 0;
  wakeScheduler(world, scope, service);
}

/**
 * The task ended by itself, or could not start: counts for the circuit breaker, and when it never reached RUNNING for
 * the launch throttle. Source: API_Deployment (failedTasks); developer guide, "Amazon ECS service throttle logic".
 */
export function taskFailed(world: World, scope: Scope, task: TaskRecord): void {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  if (!service) return;
  countFailure(world, scope, service, task);
  if (task.stopCode === 'TaskFailedToStart') {
    if (addEventOnce(world, service, `was unable to place a task. Reason: ${task.stoppedReason ?? ''}.`)) {
      emitServiceAction(world, service, 'SERVICE_TASK_PLACEMENT_FAILURE', task.stoppedReason ?? '');
    }
    countStartFailure(world, service, task.createdAt);
  }
  wakeScheduler(world, scope, service);
}

/** One failure more for the task set that launched the task, or for the deployment while it is in progress. */
export function countFailure(world: World, scope: Scope, service: ServiceRecord, task: TaskRecord): void {
  const owner = ownerOfTask(service, task);
  if (!owner || !countsFailures(owner)) return;
  owner.failedTasks++;
  owner.updatedAt = world.clock.now();
  if (hasTaskSets(service)) return;
  const current = ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
  if (current && owner.status === 'PRIMARY') current.failureCount++;
}

/** One round more of launches that did not reach RUNNING; tasks of one round count once. */
export function countStartFailure(world: World, service: ServiceRecord, launchedAt: number): void {
  if (launchedAt <= service.lastStartFailureAt) return;
  const now = world.clock.now();
  service.startFailures++;
  service.lastStartFailureAt = now;
  const waitMs = launchBackoffMs(service.startFailures);
  if (waitMs === 0) return;
  service.launchNotBefore = now + waitMs;
  if (addEventOnce(world, service, 'is unable to consistently start tasks successfully.')) {
    emitServiceAction(world, service, 'SERVICE_TASK_START_IMPAIRED');
  }
}
