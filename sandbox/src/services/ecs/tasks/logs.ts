import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';

/** Where a container's `awslogs` driver writes. */
export interface LogTarget {
  readonly scope: Scope;
  readonly group: string;
  readonly prefix: string | undefined;
}

/** Undefined when the container does not log to CloudWatch Logs. */
export function logTarget(scope: Scope, container: ContainerDefinition): LogTarget | undefined {
  const { logDriver, options } = container.logConfiguration ?? {};
  const group = options?.['awslogs-group'];
  if (logDriver !== 'awslogs' || !group) return undefined;
  return {
    scope: { accountId: scope.accountId, region: options['awslogs-region'] ?? scope.region },
    group,
    prefix: options['awslogs-stream-prefix'],
  };
}

/**
 * The stream of a container: `prefix/container/task-id`, or the container's runtime id when there is no prefix.
 * Source: developer guide, "Send Amazon ECS logs to CloudWatch" (awslogs-stream-prefix).
 */
export function streamName({ prefix }: LogTarget, task: TaskRecord, { name, runtimeId }: ContainerRecord): string {
  return prefix === undefined ? runtimeId : `${prefix}/${name}/${task.id}`;
}

/** Writes lines of the container to its stream, if there is the group for it. */
export function writeLog(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition,
  lines: readonly string[],
): void {
  const target = logTarget(scope, definition);
  if (!target || lines.length === 0 || !world.ports.logs.groupExists(target.scope, target.group)) return;
  const stream = streamName(target, task, container);
  const timestamp = world.clock.now();
  world.ports.logs.put(
    target.scope,
    target.group,
    stream,
    lines.map((message) => ({ timestamp, message })),
  );
}
