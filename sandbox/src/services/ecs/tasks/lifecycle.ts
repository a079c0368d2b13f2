import type { TimerHandler } from '../../../kernel/timers.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { definitionOf, serviceOfKey } from '../lookup.ts';
import { taskRan } from '../scheduler/task-outcomes.ts';
import { ecsState } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';
import {
  type ContainerPayload,
  containerExited,
  containerStarted,
  findContainer,
  killContainer,
  startContainers,
} from './containers.ts';
import { stopContainers } from './containers-stop.ts';
import { durations } from './durations.ts';
import { beginHealthCheck, isSettled, recordHealthCheck, scheduleHealthChecks } from './health-checks.ts';
import { prepareTask } from './prepare.ts';
import { stopTask } from './stop.ts';
import { isDrained, registerTargets } from './targets.ts';
import { later, transition } from './transition.ts';

/** Timer payload of a task's step. */
interface TaskPayload {
  readonly task: string;
}

/** The steps of a task's life. Source: developer guide, "Amazon ECS task lifecycle". */
export const taskTimers: Readonly<Record<string, TimerHandler>> = {
  'ecs/provisionTask': step((task, scope, world) => {
    if (task.lastStatus !== 'PROVISIONING' || task.desiredStatus !== 'RUNNING') return;
    task.connectivityAt = world.clock.now();
    task.pullStartedAt = world.clock.now();
    transition(world, scope, task, 'PENDING');
    later(world, scope, task, 'prepareTask', durations.pull);
  }),
  'ecs/prepareTask': step((task, scope, world) => {
    if (task.lastStatus !== 'PENDING' || task.desiredStatus !== 'RUNNING') return;
    const problem = prepareTask(world, scope, task, definitionOf(world, scope, task.taskDefinitionArn));
    if (problem) return stopTask(world, scope, task, 'TaskFailedToStart', problem);
    task.pullStoppedAt = world.clock.now();
    startContainers(world, scope, task);
  }),
  'ecs/containerStarted': containerStarted,
  'ecs/containerExited': containerExited,
  'ecs/killContainer': killContainer,
  'ecs/activateTask': step((task, scope, world) => {
    if (task.lastStatus !== 'ACTIVATING' || task.desiredStatus !== 'RUNNING') return;
    registerTargets(world, scope, task);
    task.startedAt = world.clock.now();
    transition(world, scope, task, 'RUNNING');
    taskRan(world, scope, task);
  }),
  'ecs/checkHealth': checkHealth,
  'ecs/healthChecked': healthChecked,
  'ecs/drainTask': step((task, scope, world) => {
    if (task.lastStatus !== 'DEACTIVATING') return;
    if (!isDrained(world, scope, task)) return later(world, scope, task, 'drainTask', durations.drainPoll);
    transition(world, scope, task, 'STOPPING');
    stopContainers(world, scope, task);
  }),
  'ecs/deprovisionTask': step((task, scope, world) => {
    task.stoppedAt = world.clock.now();
    transition(world, scope, task, 'STOPPED');
    delete ecsState(world, scope).addresses[task.address];
    const service = task.service === undefined ? undefined : serviceOfKey(world, scope, task.service);
    if (service) service.taskIds = service.taskIds.filter((id) => id !== task.id);
    later(world, scope, task, 'forgetTask', durations.keepStopped);
  }),
  'ecs/forgetTask': step((task, scope, world) => {
    delete ecsState(world, scope).tasks[task.id];
    world.resources.remove(task.arn);
  }),
};

function checkHealth(payload: ContainerPayload, scope: Scope, world: World): void {
  const found = findContainer(world, scope, payload);
  if (!found || found.container.lastStatus !== 'RUNNING') return;
  beginHealthCheck(world, scope, found.task, found.container, found.definition);
}

function healthChecked(payload: ContainerPayload & { readonly passed: boolean }, scope: Scope, world: World): void {
  const found = findContainer(world, scope, payload);
  if (!found || found.container.lastStatus !== 'RUNNING') return;
  const { task, container, definition } = found;
  recordHealthCheck(world, scope, task, container, definition, payload.passed);
  if (task.lastStatus === 'PENDING') startContainers(world, scope, task);
  if (!isSettled(world, container)) scheduleHealthChecks(world, scope, task, container, definition);
}

/** A timer handler on a task that may be gone by then. */
function step(run: (task: TaskRecord, scope: Scope, world: World) => void): TimerHandler {
  return (payload: TaskPayload, scope, world) => {
    const task = ecsState(world, scope).tasks[payload.task];
    if (task) run(task, scope, world);
  };
}
