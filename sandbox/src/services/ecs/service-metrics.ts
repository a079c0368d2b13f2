import type { Scope, World } from '../../kernel/world.ts';
import { longestPrefix } from '../../runtime/image-table.ts';
import { definitionOf } from './lookup.ts';
import { ecsState } from './state.ts';

/** "Amazon ECS metric data is automatically sent to CloudWatch in 1-minute periods". Source: developer guide, "Amazon ECS CloudWatch metrics". */
const periodMs = 60_000;

/** Begins to send the metrics of the services of this place, unless it does already. */
export function ensureMetrics(world: World, scope: Scope): void {
  const state = ecsState(world, scope);
  if (state.sendsMetrics) return;
  state.sendsMetrics = true;
  world.timers.set(scope, 'ecs/sendMetrics', periodMs, {});
}

/** Timer: CPUUtilization and MemoryUtilization of every service that has running tasks. */
export function sendMetrics(_payload: object, scope: Scope, world: World): void {
  const state = ecsState(world, scope);
  for (const service of Object.values(state.services)) {
    const running = service.taskIds.map((id) => state.tasks[id]).find((task) => task?.lastStatus === 'RUNNING');
    if (!running) continue;
    const dimensions = { ClusterName: service.cluster, ServiceName: service.name };
    const [container] = definitionOf(world, scope, running.taskDefinitionArn).containerDefinitions;
    const behaviour = longestPrefix(world.settings.behaviours, container?.image ?? '');
    world.ports.metrics.put(scope, 'AWS/ECS', 'CPUUtilization', dimensions, behaviour?.cpuPercent ?? 2, 'Percent');
    world.ports.metrics.put(
      scope,
      'AWS/ECS',
      'MemoryUtilization',
      dimensions,
      behaviour?.memoryPercent ?? 10,
      'Percent',
    );
  }
  const inUse = Object.values(state.services).some(({ status }) => status !== 'INACTIVE');
  state.sendsMetrics = inUse;
  if (inUse) world.timers.set(scope, 'ecs/sendMetrics', periodMs, {});
}
