import type { Scope, World } from '../../../kernel/world.ts';
import { ecsState, type ServiceRecord } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';

/** The tasks of the service that are not STOPPED. */
export function serviceTasks(world: World, scope: Scope, service: ServiceRecord): TaskRecord[] {
  const { tasks } = ecsState(world, scope);
  return service.taskIds.flatMap((id) => tasks[id] ?? []);
}
