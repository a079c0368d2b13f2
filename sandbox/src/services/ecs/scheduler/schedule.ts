import type { Scope, World } from '../../../kernel/world.ts';
import { serviceKey, serviceOfKey } from '../lookup.ts';
import { decidesTasks, lifecycleOf, type On } from '../native/on.ts';
import { callRollingHooks, holdsTasks, passesLastHooks } from '../native/rolling-hooks.ts';
import { scheduleLifecycle } from '../native/schedule-lifecycle.ts';
import { keepInactiveMs } from '../services/delete-service.ts';
import { serviceTasks } from '../services/service-tasks.ts';
import type { ServiceRecord } from '../state.ts';
import { isLive, isServing, type TaskRecord } from '../task-record.ts';
import { hasTaskSets } from '../task-set-record.ts';
import { scheduleTaskSets } from '../tasksets/schedule-task-sets.ts';
import { stopTask } from '../tasks/stop.ts';
import { type Assessed, type Assessment, assess } from './assess.ts';
import { type Decision, decide } from './decide.ts';
import { emitServiceAction } from './emitted-events.ts';
import { completeRollout, settleMs, taskBecameHealthy, watchRollout } from './rollout.ts';
import { addEvent, addEventOnce, repeatAfterMs, taskList } from './service-events.ts';
import { startTasks } from './start-tasks.ts';
import { stopTasks } from './stop-tasks.ts';
import { wakeScheduler } from './wake.ts';

/** Time between two looks at a service that is on its way, in milliseconds. */
const busyPollMs = 5_000;

/** Time between two looks at the target health of a steady service, in milliseconds. */
const steadyPollMs = 15_000;

/** Timer: one pass of the service scheduler over one service. */
export function schedule(payload: { readonly service: string }, scope: Scope, world: World): void {
  const service = serviceOfKey(world, scope, payload.service);
  if (!service || service.status === 'INACTIVE') return;
  delete service.wake;
  if (service.status === 'DRAINING') return drain(world, scope, service);
  if (hasTaskSets(service)) return scheduleTaskSets(world, scope, service);
  const on = lifecycleOf(world, scope, service);
  if (on && decidesTasks(on)) return scheduleLifecycle(on);
  watchRollout(world, scope, service);
  if (on) callRollingHooks(on);
  const assessed = assessTasks(world, scope, service);
  const decision = decideNow(world, service, assessed, on);
  carryOut(world, scope, service, decision, assessed);
  dropFinishedDeployments(world, scope, service);
  reportProgress(world, scope, service, assessed, on);
  const rested = service.spec.loadBalancers.length > 0 ? steadyPollMs : repeatAfterMs;
  wakeScheduler(world, scope, service, service.steady ? rested : busyPollMs);
}

function assessTasks(world: World, scope: Scope, service: ServiceRecord): Assessed {
  const primary = service.deployments[0];
  const assessed = new Map<TaskRecord, Assessment>();
  for (const task of serviceTasks(world, scope, service).filter(isLive)) {
    const assessment = assess(world, scope, service, task);
    assessed.set(task, assessment);
    if (assessment.state !== 'healthy' || task.provenHealthy) continue;
    task.provenHealthy = true;
    if (task.deployment === primary?.id) taskBecameHealthy(world, scope, service);
  }
  return assessed;
}

function decideNow(world: World, service: ServiceRecord, assessed: Assessed, on: On | undefined): Decision {
  const now = world.clock.now();
  const [primary] = service.deployments;
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.deploymentConfiguration;
  return decide({
    desiredCount: service.desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    tasks: [...assessed].map(([task, { state }]) => ({
      id: task.id,
      primary: task.deployment === primary?.id,
      state,
      protected: (task.protectedUntil ?? 0) > now,
      availabilityZone: task.availabilityZone,
    })),
    mayStart: now >= service.launchNotBefore,
    stalled: primary?.rolloutState === 'FAILED' || (on !== undefined && holdsTasks(on)),
  });
}

function carryOut(world: World, scope: Scope, service: ServiceRecord, decision: Decision, assessed: Assessed): void {
  const [primary] = service.deployments;
  if (!primary) return;
  if (decision.stop.length > 0 || decision.start > 0) service.steady = false;
  stopTasks(world, scope, service, decision.stop, assessed, `deployment ${primary.id}`);
  if (decision.start > 0) startTasks(world, scope, service, primary, decision.start, assessed);
  if (decision.blockedBy === 'deploymentConfiguration') {
    addEventOnce(
      world,
      service,
      'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
        'Update the minimumHealthyPercent or maximumPercent value and try again.',
    );
  } else if (decision.blockedBy === 'protection') {
    const kept = [...assessed.keys()].filter((task) => (task.protectedUntil ?? 0) > world.clock.now()).length;
    addEventOnce(
      world,
      service,
      `was unable to reach steady state because (taskSet ${primary.id}) was unable to scale in due to (reason ${kept} tasks under protection)`,
    );
  }
}

/** A deployment that is not PRIMARY is over when its last task has left its target groups. */
function dropFinishedDeployments(world: World, scope: Scope, service: ServiceRecord): void {
  const serving = new Set(
    serviceTasks(world, scope, service)
      .filter(isServing)
      .map((task) => task.deployment),
  );
  service.deployments = service.deployments.filter(({ id, status }) => status === 'PRIMARY' || serving.has(id));
}

/** Completes the deployment and reports the steady state when both are reached. */
function reportProgress(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  assessed: Assessed,
  on: On | undefined,
): void {
  const [primary, ...others] = service.deployments;
  const now = world.clock.now();
  const healthy = [...assessed].filter(([task, { state }]) => isLive(task) && state === 'healthy');
  const settled =
    others.length === 0 &&
    healthy.length === service.desiredCount &&
    serviceTasks(world, scope, service).filter(isServing).length === service.desiredCount;
  if (!primary || !settled || primary.rolloutState === 'FAILED') {
    service.steady = false;
    if (primary) delete primary.bakingSince;
    return;
  }
  if (primary.rolloutState === 'IN_PROGRESS') {
    primary.bakingSince ??= now;
    if (now - primary.bakingSince < settleMs(world, scope, service)) return;
    if (on && !passesLastHooks(on)) return;
    completeRollout(world, scope, service);
  }
  if (service.steady && now - service.lastSteadyEventAt < repeatAfterMs) return;
  service.steady = true;
  service.lastSteadyEventAt = now;
  addEvent(world, service, 'has reached a steady state.');
  emitServiceAction(world, service, 'SERVICE_STEADY_STATE');
}

/** A service that is being deleted: its tasks stop, then it is INACTIVE. Source: API_DeleteService. */
function drain(world: World, scope: Scope, service: ServiceRecord): void {
  const tasks = serviceTasks(world, scope, service);
  const live = tasks.filter(isLive);
  const [primary] = hasTaskSets(service) ? service.taskSets : service.deployments;
  if (live.length > 0) {
    const running = live.filter(({ lastStatus }) => lastStatus === 'RUNNING').map(({ id }) => id);
    if (running.length > 0)
      addEvent(world, service, `has stopped ${running.length} running tasks: ${taskList(running)}.`);
    for (const task of live) {
      stopTask(
        world,
        scope,
        task,
        'ServiceSchedulerInitiated',
        `Scaling activity initiated by (deployment ${primary?.id})`,
      );
    }
  }
  if (tasks.some(isServing)) {
    wakeScheduler(world, scope, service, busyPollMs);
    return;
  }
  service.status = 'INACTIVE';
  service.deployments = [];
  for (const { arn } of service.taskSets) world.resources.remove(arn);
  service.taskSets = [];
  delete service.lastCompleted;
  world.resources.remove(service.arn);
  world.timers.set(scope, 'ecs/forgetService', keepInactiveMs, {
    service: serviceKey(service.cluster, service.name),
    createdAt: service.createdAt,
  });
}
