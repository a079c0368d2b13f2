import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn, resourceParts } from '../arns.ts';
import { invalidParameter, serviceNotActive, taskSetNotFound } from '../errors.ts';
import { activeCluster, existingService } from '../lookup.ts';
import type { ServiceRecord } from '../state.ts';
import { hasTaskSets, type TaskSetRecord } from '../task-set-record.ts';

/**
 * The service whose task sets are asked for. Throws for a service that is not ACTIVE, and for one under the controller
 * ECS, in the words that its users quote: https://github.com/hashicorp/terraform-provider-aws/issues/30347.
 */
export function serviceWithTaskSets(
  world: World,
  scope: Scope,
  cluster: string | undefined,
  reference: string | undefined,
): ServiceRecord {
  activeCluster(world, scope, cluster);
  const service = existingService(world, scope, cluster, reference ?? '');
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  if (!hasTaskSets(service)) {
    throw invalidParameter(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
  }
  return service;
}

/** The task set of a reference (id or ARN). Throws TaskSetNotFoundException, and InvalidParameterException for other identifiers. */
export function existingTaskSet(service: ServiceRecord, reference: string | undefined): TaskSetRecord {
  const found = findTaskSet(service, reference);
  if (!found) throw taskSetNotFound();
  return found;
}

/** The same; undefined when there is none. Words of the error as quoted: https://github.com/boto/boto3/issues/3895. */
export function findTaskSet(service: ServiceRecord, reference = ''): TaskSetRecord | undefined {
  const isArn = resourceParts(reference)?.[0] === 'task-set';
  if (!isArn && !/^ecs-svc\/\d+$/.test(reference)) throw invalidParameter('Task Set Identifier is invalid');
  return service.taskSets.find(({ id, arn }) => (isArn ? arn : id) === reference);
}

/** The ARN of a reference (id or ARN) to a task set of the service, whether there is one or not. */
export function taskSetArn(scope: Scope, { cluster, name }: ServiceRecord, reference: string): string {
  return reference.startsWith('arn:') ? reference : ecsArn(scope, `task-set/${cluster}/${name}/${reference}`);
}
