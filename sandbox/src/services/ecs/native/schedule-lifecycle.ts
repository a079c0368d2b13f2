import { type Assessed, assessDeployment } from '../scheduler/assess.ts';
import { decide } from '../scheduler/decide.ts';
import { emitServiceAction } from '../scheduler/emitted-events.ts';
import { addEvent, repeatAfterMs } from '../scheduler/service-events.ts';
import { startTasks } from '../scheduler/start-tasks.ts';
import { stopTasks } from '../scheduler/stop-tasks.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { serviceTasks } from '../services/service-tasks.ts';
import type { DeploymentRecord } from '../state.ts';
import { isLive, isServing } from '../task-record.ts';
import { advanceLifecycle, lifecycleDue } from './advance.ts';
import { isWanted, type On } from './on.ts';
import type { Healthy } from './stages.ts';

/** Time between two looks at a service that is deployed, in milliseconds. */
const busyPollMs = 5_000;

/** Time between two looks at the target health of a steady service, in milliseconds. */
const steadyPollMs = 15_000;

/**
 * One pass of the service scheduler over a service whose deployments have a lifecycle: blue and green each have the
 * tasks that the stage gives them, failed ones are replaced, and the lifecycle goes on as far as it can.
 * Source: developer guide, "Amazon ECS blue/green service deployments workflow".
 */
export function scheduleLifecycle(on: On): void {
  const { world, scope, service } = on;
  const healthy = keepTasks(on);
  dropFinished(on);
  advanceLifecycle(on, healthy);
  keepTasks(on);
  dropFinished(on);
  reportSteadyState(on, healthy);
  const due = lifecycleDue(on, healthy);
  const poll = service.steady ? steadyPollMs : busyPollMs;
  wakeScheduler(world, scope, service, Math.min(poll, due === undefined ? poll : due - world.clock.now()));
}

/** Starts and stops tasks of every deployment. Gives how many healthy ones each has. */
function keepTasks(on: On): Healthy {
  const healthy = new Map<string, number>();
  for (const deployment of on.service.deployments) {
    const assessed = assessDeployment(on.world, on.scope, on.service, deployment.id);
    keepCount(on, deployment, assessed);
    const states = [...assessed].filter(([task]) => isLive(task)).map(([, { state }]) => state);
    healthy.set(deployment.id, states.filter((state) => state === 'healthy').length);
  }
  return healthy;
}

/** As in a service whose only deployment it is. One that FAILED and is not rolled back starts no tasks. */
function keepCount(on: On, deployment: DeploymentRecord, assessed: Assessed): void {
  const { world, scope, service } = on;
  const now = world.clock.now();
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.deploymentConfiguration;
  const decision = decide({
    desiredCount: isWanted(on, deployment) ? service.desiredCount : 0,
    minimumHealthyPercent,
    maximumPercent,
    tasks: [...assessed].map(([task, { state }]) => ({
      id: task.id,
      primary: true,
      state,
      protected: (task.protectedUntil ?? 0) > now,
      availabilityZone: task.availabilityZone,
    })),
    mayStart: now >= service.launchNotBefore,
    stalled: deployment.rolloutState === 'FAILED',
  });
  if (decision.stop.length > 0 || decision.start > 0) service.steady = false;
  stopTasks(world, scope, service, decision.stop, assessed, `deployment ${deployment.id}`);
  if (decision.start > 0) startTasks(world, scope, service, deployment, decision.start, assessed);
}

/** A deployment that is to have no tasks is over when its last one has left its target groups. */
function dropFinished(on: On): void {
  const { world, scope, service } = on;
  const serving = new Set(
    serviceTasks(world, scope, service)
      .filter(isServing)
      .map((task) => task.deployment),
  );
  service.deployments = service.deployments.filter(
    (deployment) => deployment.status === 'PRIMARY' || serving.has(deployment.id) || isWanted(on, deployment),
  );
}

/** Nothing is deployed, and every task that is wanted is healthy: says so, and again every six hours. */
function reportSteadyState(on: On, healthy: Healthy): void {
  const { world, service, current } = on;
  const now = world.clock.now();
  const [only, ...others] = service.deployments;
  const steady =
    only !== undefined &&
    others.length === 0 &&
    !isOngoing(current) &&
    only.rolloutState !== 'FAILED' &&
    (healthy.get(only.id) ?? 0) === service.desiredCount;
  if (!steady) {
    service.steady = false;
    return;
  }
  if (service.steady && now - service.lastSteadyEventAt < repeatAfterMs) return;
  service.steady = true;
  service.lastSteadyEventAt = now;
  addEvent(world, service, 'has reached a steady state.');
  emitServiceAction(world, service, 'SERVICE_STEADY_STATE');
}
