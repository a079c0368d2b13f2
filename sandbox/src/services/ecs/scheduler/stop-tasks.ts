import type { Scope, World } from '../../../kernel/world.ts';
import type { ServiceRecord } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';
import { stopTask } from '../tasks/stop.ts';
import type { Assessed, Assessment } from './assess.ts';
import type { Decision } from './decide.ts';
import { addEvent, taskList } from './service-events.ts';
import { countFailure } from './task-outcomes.ts';

/**
 * Stops the tasks that the scheduler decided to stop, and says so in events. `by` is what scales in when a task is not
 * stopped for its health: `deployment ecs-svc/1`. `taskSet` is named by the events when they are of a task set.
 */
export function stopTasks(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  decided: Decision['stop'],
  assessed: Assessed,
  by: string,
  taskSet?: string,
): void {
  const stopping = new Set(decided.map(({ id }) => id));
  const stopped = [...assessed].filter(([task]) => stopping.has(task.id));
  for (const [task, { failure }] of stopped) {
    if (!failure) continue;
    addEvent(world, service, failure.event);
    countFailure(world, scope, service, task);
  }
  report(world, service, stopped, taskSet);
  for (const [task, { failure }] of stopped) {
    const reason = failure?.stoppedReason ?? `Scaling activity initiated by (${by})`;
    stopTask(world, scope, task, 'ServiceSchedulerInitiated', reason);
  }
}

function report(
  world: World,
  service: ServiceRecord,
  stopped: readonly [TaskRecord, Assessment][],
  taskSet: string | undefined,
): void {
  const running = stopped.filter(([, { state }]) => state !== 'starting').map(([task]) => task.id);
  const pending = stopped.length - running.length;
  if (pending > 0) addEvent(world, service, `stopped ${pending} pending tasks.`, taskSet);
  if (running.length > 0) {
    addEvent(world, service, `has stopped ${running.length} running tasks: ${taskList(running)}.`, taskSet);
  }
}
