import type { Scope, World } from '../../../kernel/world.ts';
import { definitionOf } from '../lookup.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';
import { processes } from './processes.ts';
import { defaultStopTimeoutSeconds, durations } from './durations.ts';
import { later, transition } from './transition.ts';

/** The exit code that a simulated container ends with on SIGTERM: it shuts down in good order. */
const gracefulExit = 0;

/** Sends SIGTERM to every container that runs, and SIGKILL to those that still do after their stopTimeout. */
export function stopContainers(world: World, scope: Scope, task: TaskRecord): void {
  const definitions = definitionOf(world, scope, task.taskDefinitionArn).containerDefinitions;
  for (const container of task.containers) {
    if (container.lastStatus === 'STOPPED') continue;
    if (!container.launched) {
      container.lastStatus = 'STOPPED';
      continue;
    }
    const payload = { task: task.id, container: container.name };
    if (processes(world).isLocal(container)) {
      processes(world).stop(container, 'SIGTERM');
      const definition = definitions.find((candidate) => candidate.name === container.name);
      const seconds = definition?.stopTimeout ?? defaultStopTimeoutSeconds;
      world.timers.set(scope, 'ecs/killContainer', seconds * 1000, payload);
    } else {
      world.timers.set(scope, 'ecs/containerExited', durations.exit, { ...payload, code: gracefulExit });
    }
  }
  finishWhenStopped(world, scope, task);
}

/** Once no container runs any more, the network interface of a stopping task is taken down. */
export function finishWhenStopped(world: World, scope: Scope, task: TaskRecord): void {
  if (task.lastStatus !== 'STOPPING' || task.containers.some(isUp)) return;
  task.executionStoppedAt = world.clock.now();
  transition(world, scope, task, 'DEPROVISIONING');
  later(world, scope, task, 'deprovisionTask', durations.deprovision);
}

function isUp(container: ContainerRecord): boolean {
  return container.lastStatus !== 'STOPPED';
}
