import type { Scope, World } from '../../../kernel/world.ts';
import { taskChanged } from '../scheduler/task-outcomes.ts';
import type { TaskRecord, TaskStatus } from '../task-record.ts';
import { emitTaskChange } from './task-events.ts';

/** Puts the task into a state and tells its service. */
export function transition(world: World, scope: Scope, task: TaskRecord, to: TaskStatus): void {
  if (task.lastStatus === to) return;
  task.lastStatus = to;
  task.version++;
  emitTaskChange(world, scope, task);
  taskChanged(world, scope, task);
}

/** Runs the timer handler `ecs/<step>` for the task in `afterMs` milliseconds. */
export function later(world: World, scope: Scope, task: TaskRecord, step: string, afterMs: number): void {
  world.timers.set(scope, `ecs/${step}`, afterMs, { task: task.id });
}
