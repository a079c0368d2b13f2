import type { CreateTaskSetRequest, CreateTaskSetResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { invalidParameter } from '../errors.ts';
import { activeCluster } from '../lookup.ts';
import { checkTargetGroupsInUse, createdSpec } from '../services/revision-spec.ts';
import { tagRecord } from '../tags.ts';
import { serviceWithTaskSets } from './lookup.ts';
import { makeTaskSet } from './make-task-set.ts';
import { checkTaskSetSpec } from './task-set-spec.ts';
import { taskSetView } from './task-set-view.ts';

/**
 * CreateTaskSet: ACTIVE, and at scale 0 unless told otherwise. The same client token again is answered with the task
 * set as it is. Source: API_CreateTaskSet.
 */
export function createTaskSet(input: CreateTaskSetRequest, { world, scope }: Call): CreateTaskSetResponse {
  const service = serviceWithTaskSets(world, scope, input.cluster, input.service);
  const { clientToken, externalId, tags } = input;
  const existing = clientToken ? service.taskSets.find((taskSet) => taskSet.clientToken === clientToken) : undefined;
  if (existing) return { taskSet: taskSetView(world, scope, service, existing, true) };
  const spec = createdSpec(world, scope, activeCluster(world, scope, input.cluster), {
    ...input,
    serviceName: service.name,
  });
  checkTaskSetSpec(spec, service.deploymentController);
  if (service.deploymentController.type === 'EXTERNAL') checkTargetGroupsInUse(world, scope, spec);
  const taskSet = makeTaskSet(world, scope, service, {
    spec,
    scale: scaleOf(input.scale),
    status: 'ACTIVE',
    ...(externalId === undefined ? {} : { externalId }),
    ...(clientToken ? { clientToken } : {}),
    tags: tagRecord(tags),
  });
  return { taskSet: taskSetView(world, scope, service, taskSet, true) };
}

/** "Accepted values are numbers between 0 and 100." Source: API_Scale; the words are the sandbox's own. */
export function scaleOf(scale: CreateTaskSetRequest['scale']): number {
  const value = scale?.value ?? 0;
  if (value < 0 || value > 100) throw invalidParameter('The scale value must be between 0 and 100.');
  return value;
}
