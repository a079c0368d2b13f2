import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { World } from '../../../kernel/world.ts';
import type { TaskDefinitionRecord } from '../state.ts';

/** Why no task is made at all. */
export interface LaunchRefusal {
  /** Fargate has no room, or ECS may not assume a role of the task. */
  readonly kind: 'capacity' | 'role';
  readonly reason: string;
}

/**
 * Whether a task cannot be launched, in ECS's words. `names` are what a fault rule may call what is launched.
 * Sources: "Amazon ECS service event messages" (capacity); for roles as quoted, https://github.com/boto/boto3/issues/1878.
 */
export function launchRefusal(
  world: World,
  definition: TaskDefinitionRecord,
  overrides: TaskOverride | undefined,
  names: readonly string[],
): LaunchRefusal | undefined {
  const roles = [
    overrides?.taskRoleArn ?? definition.taskRoleArn,
    overrides?.executionRoleArn ?? definition.executionRoleArn,
  ];
  for (const role of roles) {
    if (!role || world.ports.identity.assumableBy(role, 'ecs-tasks.amazonaws.com')) continue;
    return {
      kind: 'role',
      reason:
        `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role ` +
        'being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
    };
  }
  if (!world.faults.strikes('capacityUnavailable', names)) return undefined;
  return {
    kind: 'capacity',
    reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
  };
}
