import type {
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse,
  UpdateTaskSetRequest,
  UpdateTaskSetResponse,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import type { ServiceRecord } from '../state.ts';
import { primaryTaskSet, type TaskSetRecord } from '../task-set-record.ts';
import { scaleOf } from './create-task-set.ts';
import { existingTaskSet, serviceWithTaskSets } from './lookup.ts';
import { taskSetView } from './task-set-view.ts';

/** UpdateTaskSet: its scale, and nothing else. Source: API_UpdateTaskSet. */
export function updateTaskSet(input: UpdateTaskSetRequest, { world, scope }: Call): UpdateTaskSetResponse {
  const service = serviceWithTaskSets(world, scope, input.cluster, input.service);
  const taskSet = existingTaskSet(service, input.taskSet);
  checkNotDraining(taskSet);
  taskSet.scale = scaleOf(input.scale);
  taskSet.updatedAt = world.clock.now();
  unsettle(world, scope, service, taskSet);
  return { taskSet: taskSetView(world, scope, service, taskSet, true) };
}

/** UpdateServicePrimaryTaskSet. Source: API_UpdateServicePrimaryTaskSet. */
export function updateServicePrimaryTaskSet(
  input: UpdateServicePrimaryTaskSetRequest,
  { world, scope }: Call,
): UpdateServicePrimaryTaskSetResponse {
  const service = serviceWithTaskSets(world, scope, input.cluster, input.service);
  const taskSet = existingTaskSet(service, input.primaryTaskSet);
  makePrimary(world, service, taskSet);
  return { taskSet: taskSetView(world, scope, service, taskSet, true) };
}

/** Makes it PRIMARY, and the one that was ACTIVE: "any parameters that are updated on the primary task set in a service will transition to the service". Same source. */
export function makePrimary(world: World, service: ServiceRecord, taskSet: TaskSetRecord): void {
  checkNotDraining(taskSet);
  if (taskSet.status === 'PRIMARY') return;
  const now = world.clock.now();
  const before = primaryTaskSet(service);
  if (before) {
    before.status = 'ACTIVE';
    before.updatedAt = now;
  }
  taskSet.status = 'PRIMARY';
  taskSet.updatedAt = now;
  service.taskSets = [taskSet, ...service.taskSets.filter((other) => other !== taskSet)];
  service.spec = taskSet.spec;
  // One that was a deployment is still shown as that.
  for (const deployment of service.deployments) deployment.status = deployment.id === taskSet.id ? 'PRIMARY' : 'ACTIVE';
}

/** The scheduler computes its desired count anew a moment later: until then it is not steady. */
export function unsettle(world: World, scope: Scope, service: ServiceRecord, taskSet: TaskSetRecord): void {
  taskSet.stability = 'STABILIZING';
  taskSet.stabilityAt = world.clock.now();
  service.steady = false;
  wakeScheduler(world, scope, service);
}

/** The words are the sandbox's own. */
function checkNotDraining({ status, id }: TaskSetRecord): void {
  if (status === 'DRAINING') throw invalidParameter(`The task set ${id} is DRAINING and can not be updated.`);
}
