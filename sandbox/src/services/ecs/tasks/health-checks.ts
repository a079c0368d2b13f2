import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { healthCommand } from '../../../runtime/health-command.ts';
import { longestPrefix } from '../../../runtime/image-table.ts';
import { taskChanged } from '../scheduler/task-outcomes.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';
import { containerEnvironment } from './environment.ts';
import { processes } from './processes.ts';
import { emitTaskChange } from './task-events.ts';

/** Defaults of a container health check, in seconds and tries. Source: API_HealthCheck. */
const defaults = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

/** Begins to check the container, if it has a health check: first after one interval. */
export function scheduleHealthChecks(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition,
): void {
  if (!definition.healthCheck || definition.healthCheck.command?.[0] === 'NONE') return;
  const seconds = definition.healthCheck.interval ?? defaults.interval;
  world.timers.set(scope, 'ecs/checkHealth', seconds * 1000, { task: task.id, container: container.name });
}

/**
 * Counts one outcome: one pass makes a container HEALTHY, `retries` failures in a row UNHEALTHY, except that failures
 * in its start period do not count. Source: API_HealthCheck.
 */
export function recordHealthCheck(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition,
  passed: boolean,
): void {
  const before = container.healthStatus;
  if (passed) {
    container.failedChecks = 0;
    container.healthStatus = 'HEALTHY';
  } else {
    const startPeriodMs = (definition.healthCheck?.startPeriod ?? defaults.startPeriod) * 1000;
    if (world.clock.now() - (container.startedAt ?? 0) >= startPeriodMs) container.failedChecks++;
    if (container.failedChecks >= (definition.healthCheck?.retries ?? defaults.retries)) {
      container.healthStatus = 'UNHEALTHY';
    }
  }
  if (container.healthStatus === before) return;
  task.version++;
  emitTaskChange(world, scope, task);
  taskChanged(world, scope, task);
}

/**
 * Begins a check whose outcome comes as the timer `ecs/healthChecked`: nothing waits for a command that takes its time.
 * A local process is checked by its command, a simulated container by its image's behaviour.
 */
export function beginHealthCheck(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition,
): void {
  const report = (passed: boolean) =>
    void world.timers.set(scope, 'ecs/healthChecked', 0, { task: task.id, container: container.name, passed });
  if (!processes(world).isLocal(container)) return report(simulatedHealth(world, container).healthy);
  const ports = (definition.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []);
  const command = healthCommand(definition.healthCheck?.command ?? [], ports, container.localPort ?? 0);
  if (!command) return report(true);
  const timeoutMs = (definition.healthCheck?.timeout ?? defaults.timeout) * 1000;
  const env = { ...containerEnvironment(scope, task, definition), PORT: String(container.localPort ?? '') };
  processes(world).host.check(command, env, timeoutMs, (code) => report(code === 0));
}

/** Whether a simulated container can still change its health by itself: otherwise it needs no further check. */
export function isSettled(world: World, container: ContainerRecord): boolean {
  return !processes(world).isLocal(container) && container.healthStatus === 'HEALTHY';
}

/** What a simulated container answers health checks with. */
export function simulatedHealth(
  world: World,
  container: ContainerRecord,
): { readonly healthy: boolean; readonly status: number } {
  const { healthyAfterMs = 0, status = 200 } = longestPrefix(world.settings.behaviours, container.image) ?? {};
  const ready = healthyAfterMs !== 'never' && world.clock.now() - (container.startedAt ?? 0) >= healthyAfterMs;
  const answer = ready ? status : status === 200 ? 503 : status;
  return { healthy: ready && status < 400, status: answer };
}
