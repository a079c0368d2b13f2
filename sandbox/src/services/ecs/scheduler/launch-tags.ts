import type { World } from '../../../kernel/world.ts';
import type { ServiceRecord } from '../state.ts';

/**
 * Tags of a service's new task: those of the service or the task definition, as propagateTags says, and the managed
 * ones. Source: developer guide, "Tagging Amazon ECS resources"; API_CreateService (enableECSManagedTags).
 */
export function launchTags(world: World, service: ServiceRecord, taskDefinitionArn: string): Record<string, string> {
  const from =
    service.propagateTags === 'SERVICE'
      ? service.arn
      : service.propagateTags === 'TASK_DEFINITION'
        ? taskDefinitionArn
        : undefined;
  const propagated = from === undefined ? {} : (world.resources.get(from)?.tags ?? {});
  const managed = service.enableECSManagedTags
    ? { 'aws:ecs:clusterName': service.cluster, 'aws:ecs:serviceName': service.name }
    : {};
  return { ...propagated, ...managed };
}
