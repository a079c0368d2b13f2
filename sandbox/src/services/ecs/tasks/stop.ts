import type { Scope, World } from '../../../kernel/world.ts';
import { taskFailed } from '../scheduler/task-outcomes.ts';
import type { StopCode, TaskRecord } from '../task-record.ts';
import { stopContainers } from './containers-stop.ts';
import { durations } from './durations.ts';
import { deregisterTargets } from './targets.ts';
import { emitTaskChange } from './task-events.ts';
import { later, transition } from './transition.ts';

/**
 * Tells the task to stop. One that runs leaves its target groups first (DEACTIVATING), then its containers get SIGTERM
 * (STOPPING); one that never ran goes straight to DEPROVISIONING. Nothing happens when it stops already.
 */
export function stopTask(world: World, scope: Scope, task: TaskRecord, stopCode: StopCode, reason: string): void {
  if (task.desiredStatus === 'STOPPED') return;
  task.desiredStatus = 'STOPPED';
  task.stopCode = stopCode;
  task.stoppedReason = reason;
  task.stoppingAt = world.clock.now();
  task.version++;
  emitTaskChange(world, scope, task);
  if (stopCode === 'TaskFailedToStart' || stopCode === 'EssentialContainerExited') taskFailed(world, scope, task);
  deregisterTargets(world, scope, task);
  // A task that lost an essential container serves nobody: there is nothing to drain.
  if (task.lastStatus === 'RUNNING' && task.targets.length > 0 && stopCode !== 'EssentialContainerExited') {
    transition(world, scope, task, 'DEACTIVATING');
    later(world, scope, task, 'drainTask', durations.drainPoll);
    return;
  }
  transition(world, scope, task, 'STOPPING');
  stopContainers(world, scope, task);
}
