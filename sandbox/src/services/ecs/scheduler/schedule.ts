import type { Scope, World } from '../../../kernel/world.ts';
import { nextProvider, runsOnFargate } from '../capacity-strategy.ts';
import { definitionOf, serviceKey, serviceOfKey } from '../lookup.ts';
import { keepInactiveMs } from '../services/delete-service.ts';
import { serviceTasks } from '../services/service-view.ts';
import type { DeploymentRecord, ServiceRecord } from '../state.ts';
import { isLive, isServing, type TaskRecord } from '../task-record.ts';
import { launchRefusal } from '../tasks/launch-refusal.ts';
import { launchTask } from '../tasks/launch.ts';
import { stopTask } from '../tasks/stop.ts';
import { type Assessment, assess } from './assess.ts';
import { type Decision, decide } from './decide.ts';
import { emitServiceAction } from './emitted-events.ts';
import { launchTags } from './launch-tags.ts';
import { completeRollout, settleMs, taskBecameHealthy, watchRollout } from './rollout.ts';
import { addEvent, addEventOnce, repeatAfterMs, taskList } from './service-events.ts';
import { reportRefusal } from './report-refusal.ts';
import { countFailure, countStartFailure } from './task-outcomes.ts';
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
  watchRollout(world, scope, service);
  const assessed = assessTasks(world, scope, service);
  const decision = decideNow(world, service, assessed);
  carryOut(world, scope, service, decision, assessed);
  dropFinishedDeployments(world, scope, service);
  reportProgress(world, scope, service, assessed);
  const rested = service.spec.loadBalancers.length > 0 ? steadyPollMs : repeatAfterMs;
  wakeScheduler(world, scope, service, service.steady ? rested : busyPollMs);
}

/** The live tasks with what the scheduler thinks of them. */
type Assessed = ReadonlyMap<TaskRecord, Assessment>;

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

function decideNow(world: World, service: ServiceRecord, assessed: Assessed): Decision {
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
    stalled: primary?.rolloutState === 'FAILED',
  });
}

function carryOut(world: World, scope: Scope, service: ServiceRecord, decision: Decision, assessed: Assessed): void {
  const [primary] = service.deployments;
  if (!primary) return;
  const stopping = new Set(decision.stop.map(({ id }) => id));
  const stopped = [...assessed].filter(([task]) => stopping.has(task.id));
  if (stopped.length > 0 || decision.start > 0) service.steady = false;
  for (const [task, { failure }] of stopped) {
    if (failure) {
      addEvent(world, service, failure.event);
      countFailure(world, scope, service, task);
    }
  }
  reportStops(world, service, stopped);
  for (const [task, { failure }] of stopped) {
    const reason = failure?.stoppedReason ?? `Scaling activity initiated by (deployment ${primary.id})`;
    stopTask(world, scope, task, 'ServiceSchedulerInitiated', reason);
  }
  if (decision.start > 0) start(world, scope, service, primary, decision.start, assessed);
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

function reportStops(world: World, service: ServiceRecord, stopped: readonly [TaskRecord, Assessment][]): void {
  const running = stopped.filter(([, { state }]) => state !== 'starting').map(([task]) => task.id);
  const pending = stopped.length - running.length;
  if (pending > 0) addEvent(world, service, `stopped ${pending} pending tasks.`);
  if (running.length > 0)
    addEvent(world, service, `has stopped ${running.length} running tasks: ${taskList(running)}.`);
}

function start(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  primary: DeploymentRecord,
  count: number,
  assessed: Assessed,
): void {
  if (!runsOnFargate(primary.spec)) {
    const isNew = addEventOnce(
      world,
      service,
      'was unable to place a task because no container instance met all of its requirements. Reason: No Container ' +
        'Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
    if (isNew) {
      const reason = 'No Container Instances were found in your cluster.';
      emitServiceAction(world, service, 'SERVICE_TASK_PLACEMENT_FAILURE', reason);
    }
    primary.failedTasks++;
    countStartFailure(world, service, world.clock.now());
    return;
  }
  const definition = definitionOf(world, scope, primary.spec.taskDefinition);
  const siblings = [...assessed.keys()].filter((task) => task.deployment === primary.id);
  const started: string[] = [];
  const names = [service.name, serviceKey(service.cluster, service.name)];
  for (let i = 0; i < count; i++) {
    const refusal = launchRefusal(world, definition, undefined, names);
    if (refusal) {
      reportRefusal(world, service, primary, refusal);
      break;
    }
    const provider = nextProvider(primary.spec.capacityProviderStrategy, siblings);
    const task = launchTask(world, scope, {
      cluster: service.cluster,
      definition,
      group: `service:${service.name}`,
      startedBy: primary.id,
      service: serviceKey(service.cluster, service.name),
      deployment: primary.id,
      ...(provider === undefined ? {} : { capacityProviderName: provider }),
      ...(primary.spec.platformVersion === undefined ? {} : { platformVersion: primary.spec.platformVersion }),
      network: primary.spec.network ?? { subnets: [] },
      enableExecuteCommand: service.enableExecuteCommand,
      tags: launchTags(world, service, definition.taskDefinitionArn),
      siblings,
    });
    siblings.push(task);
    service.taskIds.push(task.id);
    started.push(task.id);
  }
  if (started.length === 0) return;
  const failing = [...assessed].filter(([task, { state }]) => state === 'unhealthy' && task.deployment === primary.id);
  const replaced = Math.min(failing.length, started.length);
  const why = replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : '';
  addEvent(world, service, `has started ${started.length} tasks: ${taskList(started)}.${why}`);
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
function reportProgress(world: World, scope: Scope, service: ServiceRecord, assessed: Assessed): void {
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
  const [primary] = service.deployments;
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
  delete service.lastCompleted;
  world.resources.remove(service.arn);
  world.timers.set(scope, 'ecs/forgetService', keepInactiveMs, {
    service: serviceKey(service.cluster, service.name),
    createdAt: service.createdAt,
  });
}
