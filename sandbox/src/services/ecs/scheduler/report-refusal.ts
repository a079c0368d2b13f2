import type { World } from '../../../kernel/world.ts';
import type { ServiceRecord, TaskOwner } from '../state.ts';
import type { LaunchRefusal } from '../tasks/launch-refusal.ts';
import { emitServiceAction } from './emitted-events.ts';
import { addEventOnce } from './service-events.ts';
import { countStartFailure } from './task-outcomes.ts';
import { countsFailures } from './task-owner.ts';

/**
 * Time until the next try after a launch was refused, in milliseconds: as seen on AWS,
 * https://github.com/pulumi/pulumi-awsx/issues/927. Later tries are spaced out further.
 */
const retryMs = 30_000;

/**
 * No task could be made: the service says why and tries again later. Words: "Amazon ECS service event messages" for
 * capacity, as quoted (same issue) for roles.
 */
export function reportRefusal(
  world: World,
  service: ServiceRecord,
  owner: TaskOwner,
  { kind, reason }: LaunchRefusal,
): void {
  const now = world.clock.now();
  const words =
    kind === 'role'
      ? `failed to launch a task with (error ${reason}).`
      : `was unable to place a task. Reason: ${reason}. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`;
  if (addEventOnce(world, service, words)) {
    if (kind === 'role') emitServiceAction(world, service, 'SERVICE_TASK_CONFIGURATION_FAILURE', reason);
    else emitServiceAction(world, service, 'SERVICE_TASK_PLACEMENT_FAILURE', 'RESOURCE:FARGATE');
  }
  if (countsFailures(owner)) owner.failedTasks++;
  countStartFailure(world, service, now);
  service.launchNotBefore = Math.max(service.launchNotBefore, now + retryMs);
}
