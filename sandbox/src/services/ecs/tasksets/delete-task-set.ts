import type { DeleteTaskSetRequest, DeleteTaskSetResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import type { ServiceRecord } from '../state.ts';
import type { TaskSetRecord } from '../task-set-record.ts';
import { existingTaskSet, serviceWithTaskSets } from './lookup.ts';
import { noTaskSet } from './task-set-spec.ts';
import { taskSetView } from './task-set-view.ts';
import { unsettle } from './update-task-set.ts';

/**
 * DeleteTaskSet: DRAINING until its tasks are gone. One that is not scaled to zero, or PRIMARY, goes with `force` only.
 * Source: API_DeleteTaskSet; for PRIMARY https://github.com/hashicorp/terraform-provider-aws/pull/30839. The words are
 * the sandbox's own.
 */
export function deleteTaskSet(input: DeleteTaskSetRequest, { world, scope }: Call): DeleteTaskSetResponse {
  const service = serviceWithTaskSets(world, scope, input.cluster, input.service);
  const taskSet = existingTaskSet(service, input.taskSet);
  if (!input.force) {
    if (taskSet.status === 'PRIMARY') throw invalidParameter('The primary task set cannot be deleted without force.');
    if (taskSet.scale > 0 || taskSet.computedDesiredCount > 0) {
      throw invalidParameter('The task set cannot be deleted while it is scaled above 0.');
    }
  }
  removeTaskSet(world, scope, service, taskSet);
  return { taskSet: taskSetView(world, scope, service, taskSet, true) };
}

/** Drains the task set; a service without PRIMARY task set shows none. */
export function removeTaskSet(world: World, scope: Scope, service: ServiceRecord, taskSet: TaskSetRecord): void {
  if (taskSet.status === 'PRIMARY') service.spec = noTaskSet;
  drainTaskSet(world, scope, service, taskSet);
}

/**
 * Begins to stop its tasks: it is gone when they have left their target group. Its scale is 0 from now on, as in AWS's
 * example of DeleteTaskSet.
 */
export function drainTaskSet(world: World, scope: Scope, service: ServiceRecord, taskSet: TaskSetRecord): void {
  if (taskSet.status === 'DRAINING') return;
  taskSet.status = 'DRAINING';
  taskSet.scale = 0;
  taskSet.updatedAt = world.clock.now();
  unsettle(world, scope, service, taskSet);
}
