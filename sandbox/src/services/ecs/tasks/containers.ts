import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ImageBehaviour, ImageCommand, Scope, World } from '../../../kernel/world.ts';
import { longestPrefix } from '../../../runtime/image-table.ts';
import { definitionOf, serviceOfKey } from '../lookup.ts';
import { ecsState, type TaskDefinitionRecord } from '../state.ts';
import type { ContainerRecord, TaskRecord } from '../task-record.ts';
import { hasTaskSets } from '../task-set-record.ts';
import { finishWhenStopped } from './containers-stop.ts';
import { durations } from './durations.ts';
import { containerEnvironment } from './environment.ts';
import { scheduleHealthChecks } from './health-checks.ts';
import { imageDigest } from './image-digest.ts';
import { writeLog } from './logs.ts';
import { processes } from './processes.ts';
import { stopTask } from './stop.ts';
import { emitTaskChange } from './task-events.ts';
import { later, transition } from './transition.ts';

/** Names a container in a timer. */
export interface ContainerPayload {
  readonly task: string;
  readonly container: string;
}

/** How the container ended. */
export interface ContainerExit extends ContainerPayload {
  readonly code?: number;
  readonly reason?: string;
}

/** How an image behaves when it is simulated. */
function behaviourOf(world: World, image: string): ImageBehaviour {
  return longestPrefix(world.settings.behaviours, image) ?? {};
}

/** The local command of an image; undefined when it is simulated. */
function commandOf(world: World, image: string): ImageCommand | undefined {
  return world.settings.runtime === 'process' ? longestPrefix(world.settings.images, image) : undefined;
}

/** Starts the containers whose dependencies are met. Source: API_ContainerDependency. */
export function startContainers(world: World, scope: Scope, task: TaskRecord): void {
  const definition = definitionOf(world, scope, task.taskDefinitionArn);
  for (const container of task.containers) {
    if (container.launched || container.lastStatus !== 'PENDING') continue;
    const own = containerDefinition(definition, container.name);
    const met = dependencies(task, own);
    if (met === 'never') {
      stopTask(
        world,
        scope,
        task,
        'TaskFailedToStart',
        `Task failed to start: a container that ${container.name} depends on did not succeed`,
      );
      return;
    }
    if (met === 'met') launch(world, scope, task, container, own);
  }
  activateWhenStarted(world, scope, task);
}

/** Timer: the container's process runs. */
export function containerStarted(
  payload: ContainerPayload & { readonly port?: number },
  scope: Scope,
  world: World,
): void {
  const found = findContainer(world, scope, payload);
  if (!found || found.container.lastStatus !== 'PENDING') return;
  const { task, container, definition } = found;
  container.lastStatus = 'RUNNING';
  container.startedAt = world.clock.now();
  if (payload.port !== undefined) container.localPort = payload.port;
  task.version++;
  emitTaskChange(world, scope, task);
  const behaviour = behaviourOf(world, container.image);
  if (!processes(world).isLocal(container)) {
    writeLog(world, scope, task, container, definition, behaviour.logs ?? []);
    if (behaviour.exitAfterMs !== undefined) {
      world.timers.set(scope, 'ecs/containerExited', behaviour.exitAfterMs, {
        task: task.id,
        container: container.name,
        code: behaviour.exitCode ?? 1,
      });
    }
  }
  scheduleHealthChecks(world, scope, task, container, definition);
  if (task.desiredStatus === 'RUNNING') startContainers(world, scope, task);
}

/** Timer: the container's process has ended. An essential container takes the task with it. Source: API_ContainerDefinition. */
export function containerExited(payload: ContainerExit, scope: Scope, world: World): void {
  const found = findContainer(world, scope, payload);
  if (!found || found.container.lastStatus === 'STOPPED') return;
  const { task, container, definition } = found;
  container.lastStatus = 'STOPPED';
  processes(world).ended(container);
  delete container.localPort;
  if (payload.code !== undefined) container.exitCode = payload.code;
  if (payload.reason !== undefined) container.reason = payload.reason;
  task.version++;
  emitTaskChange(world, scope, task);
  if (task.desiredStatus === 'STOPPED') {
    finishWhenStopped(world, scope, task);
  } else if (definition.essential ?? true) {
    if (container.startedAt === undefined && payload.reason) {
      stopTask(world, scope, task, 'TaskFailedToStart', payload.reason);
    } else {
      stopTask(world, scope, task, 'EssentialContainerExited', 'Essential container in task exited');
    }
  } else {
    startContainers(world, scope, task);
  }
}

/** Timer: the container ran on after its stopTimeout. */
export function killContainer(payload: ContainerPayload, scope: Scope, world: World): void {
  const found = findContainer(world, scope, payload);
  if (found && found.container.lastStatus !== 'STOPPED') processes(world).stop(found.container, 'SIGKILL');
}

/**
 * A sandbox that goes on from a snapshot has no processes: the tasks that had one end as on a lost host, and their
 * services replace them.
 */
export function loseProcesses(world: World, scope: Scope): void {
  for (const task of Object.values(ecsState(world, scope).tasks)) {
    for (const container of task.containers) {
      const lost = container.launched && container.lastStatus !== 'STOPPED' && commandOf(world, container.image);
      if (!lost || processes(world).isLocal(container)) continue;
      world.timers.set(scope, 'ecs/containerExited', 0, { task: task.id, container: container.name, code: 137 });
    }
  }
}

/** The definition of one of the task definition's containers. */
export function containerDefinition(definition: TaskDefinitionRecord, name: string): ContainerDefinition {
  const found = definition.containerDefinitions.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`task definition ${definition.taskDefinitionArn} has no container ${name}`);
  return found;
}

/** The container that a timer's payload names; undefined when its task is gone. */
export function findContainer(
  world: World,
  scope: Scope,
  payload: ContainerPayload,
):
  | { readonly task: TaskRecord; readonly container: ContainerRecord; readonly definition: ContainerDefinition }
  | undefined {
  const task = ecsState(world, scope).tasks[payload.task];
  const container = task?.containers.find((candidate) => candidate.name === payload.container);
  if (!task || !container) return undefined;
  const definition = containerDefinition(definitionOf(world, scope, task.taskDefinitionArn), container.name);
  return { task, container, definition };
}

/**
 * The digest that the service revision of the task has for the container; task sets have none. Sources:
 * API_ContainerImage; developer guide, "Update Amazon ECS service parameters" (versionConsistency).
 */
function pinnedDigest(world: World, scope: Scope, task: TaskRecord, { name }: ContainerRecord): string | undefined {
  const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
  if (!service || hasTaskSets(service)) return undefined;
  const deployment = service.deployments.find(({ id }) => id === task.deployment);
  return deployment && ecsState(world, scope).revisions[deployment.revisionArn]?.imageDigests?.[name];
}

function launch(
  world: World,
  scope: Scope,
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition,
): void {
  container.launched = true;
  container.imageDigest = pinnedDigest(world, scope, task, container) ?? imageDigest(world, container.image);
  const payload = { task: task.id, container: container.name };
  const command = commandOf(world, container.image);
  if (!command) {
    world.timers.set(scope, 'ecs/containerStarted', behaviourOf(world, container.image).startMs ?? 1000, payload);
    return;
  }
  const override = task.overrides.containerOverrides?.find((candidate) => candidate.name === container.name);
  processes(world).start(
    container,
    {
      command: [...command.command, ...(override?.command ?? definition.command ?? [])],
      cwd: command.cwd,
      env: { ...containerEnvironment(scope, task, definition), ...command.env },
      portEnv: command.portEnv ?? 'PORT',
    },
    {
      started: (port) => void world.timers.set(scope, 'ecs/containerStarted', 0, { ...payload, port }),
      line: (text) => writeLog(world, scope, task, container, definition, [text]),
      exited: ({ code, problem }) => {
        const reason = problem === undefined ? {} : { reason: `CannotStartContainerError: ${problem}` };
        world.timers.set(scope, 'ecs/containerExited', 0, {
          ...payload,
          ...(code === undefined ? {} : { code }),
          ...reason,
        });
      },
    },
  );
}

function dependencies(task: TaskRecord, definition: ContainerDefinition): 'met' | 'waiting' | 'never' {
  for (const { containerName, condition } of definition.dependsOn ?? []) {
    const other = task.containers.find((candidate) => candidate.name === containerName);
    if (!other) continue;
    const stopped = other.lastStatus === 'STOPPED';
    if (condition === 'SUCCESS' && stopped && other.exitCode !== 0) return 'never';
    if (condition === 'HEALTHY' && (stopped || other.healthStatus === 'UNHEALTHY')) return 'never';
    const met =
      condition === 'HEALTHY'
        ? other.healthStatus === 'HEALTHY'
        : condition === 'COMPLETE' || condition === 'SUCCESS'
          ? stopped
          : other.lastStatus !== 'PENDING';
    if (!met) return 'waiting';
  }
  return 'met';
}

/** When every container was started, the task goes on to ACTIVATING. */
function activateWhenStarted(world: World, scope: Scope, task: TaskRecord): void {
  if (task.lastStatus !== 'PENDING' || task.containers.some((container) => container.lastStatus === 'PENDING')) return;
  transition(world, scope, task, 'ACTIVATING');
  later(world, scope, task, 'activateTask', durations.activate);
}
