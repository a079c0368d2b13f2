import { completeRollout } from '../scheduler/rollout.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { failLifecycle } from './fail.ts';
import { judgeHooks, nextHookDue, startHooks } from './hooks.ts';
import { networkingProblem } from './networking.ts';
import type { On } from './on.ts';
import { alarmProblem, hookProblem, networkProblem, type Problem, stageTimedOut, stopProblem } from './problems.ts';
import { doStage, type Healthy, nextStage, rollsBack, stageEnds } from './stages.ts';

/** "a stage reaches 24 hours". Source: developer guide, "Amazon ECS blue/green service deployments workflow". */
const longestStageMs = 24 * 3_600_000;

/** Brings the service deployment as far as it can come now. */
export function advanceLifecycle(on: On, healthy: Healthy): void {
  if (!isOngoing(on.current)) return;
  if (on.current.status === 'STOP_REQUESTED') return failLifecycle(on, stopProblem, false, healthy);
  if (on.current.status === 'ROLLBACK_REQUESTED') failLifecycle(on, stopProblem, true, healthy);
  else watchAlarms(on, healthy);
  while (isOngoing(on.current) && moves(on, healthy));
}

/** When the lifecycle has to be looked at next, in milliseconds since the epoch; undefined when only tasks can move it. */
export function lifecycleDue(on: On, healthy: Healthy): number | undefined {
  if (!isOngoing(on.current)) return undefined;
  const due = [nextHookDue(on.lifecycle), stageEnds(on, healthy)].filter((at) => at !== undefined);
  const future = due.filter((at) => at > on.world.clock.now());
  return future.length === 0 ? undefined : Math.min(...future);
}

/** One step within a stage or into the next. False when there is something to wait for. */
function moves(on: On, healthy: Healthy): boolean {
  const { world, lifecycle } = on;
  if (!lifecycle.entered) {
    const problem = enter(on);
    if (problem) return stumble(on, problem, healthy);
  }
  const hooks = judgeHooks(on);
  if (typeof hooks === 'object' && !rollsBack(on)) return stumble(on, hookProblem(hooks.failed), healthy);
  if (hooks === 'waiting') return false;
  const ends = stageEnds(on, healthy);
  if (ends === undefined || ends > world.clock.now()) {
    const late = ends === undefined && world.clock.now() - lifecycle.stageSince >= longestStageMs;
    return late && !rollsBack(on) && stumble(on, stageTimedOut(lifecycle.stage), healthy);
  }
  const next = nextStage(on);
  if (next === undefined) {
    lifecycle.hooks = [];
    completeRollout(world, on.scope, on.service);
    return false;
  }
  lifecycle.stage = next;
  lifecycle.stageSince = world.clock.now();
  lifecycle.entered = false;
  lifecycle.hooks = [];
  on.current.updatedAt = world.clock.now();
  return true;
}

/** Begins the stage. What is wrong with the network shows before anything else is done. */
function enter(on: On): Problem | undefined {
  const { lifecycle } = on;
  lifecycle.entered = true;
  if (lifecycle.stage === 'PRE_SCALE_UP') {
    const problem = networkingProblem(on);
    if (problem !== undefined) return networkProblem(problem);
  }
  const problem = doStage(on);
  if (!problem) startHooks(on);
  return problem;
}

/** A problem rolls the deployment back; one of the rollback itself ends it. */
function stumble(on: On, problem: Problem, healthy: Healthy): boolean {
  const { world, current } = on;
  if (!rollsBack(on)) {
    failLifecycle(on, problem, true, healthy);
    return true;
  }
  current.status = 'ROLLBACK_FAILED';
  current.statusReason = problem.reason;
  current.updatedAt = world.clock.now();
  current.finishedAt = world.clock.now();
  return false;
}

/**
 * "If an alarm is in the ALARM state at the beginning of a deployment, Amazon ECS will not monitor alarms for the
 * duration of that deployment". Source: "How CloudWatch alarms detect Amazon ECS deployment failures".
 */
function watchAlarms(on: On, healthy: Healthy): void {
  const { world, scope, current, lifecycle } = on;
  const { alarms } = current.deploymentConfiguration;
  if (!alarms?.enable || current.ignoredAlarms.length > 0) return;
  if (rollsBack(on) || lifecycle.stage === 'CLEAN_UP') return;
  const firing = (alarms.alarmNames ?? []).filter((name) => world.ports.metrics.alarmState(scope, name) === 'ALARM');
  if (firing.length === 0) return;
  current.triggeredAlarms = firing;
  failLifecycle(on, alarmProblem, alarms.rollback ?? false, healthy);
}
