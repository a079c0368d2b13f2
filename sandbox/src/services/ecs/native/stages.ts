import type { LifecycleStage } from './lifecycle-record.ts';
import { type Problem, shiftProblem } from './problems.ts';
import { deploymentOf, type On } from './on.ts';
import { shiftProduction, shiftTest, usesNetworkLoadBalancer } from './shift.ts';
import { bakeMs, trafficSteps } from './strategy.ts';

/**
 * "there is an additional 10 minutes for the TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT lifecycle stages" with a
 * Network Load Balancer. Source: developer guide, "Network Load Balancer resources for Amazon ECS blue/green deployments".
 */
const networkShiftMs = 10 * 60_000;

/** Healthy tasks of each deployment, by its id. */
export type Healthy = ReadonlyMap<string, number>;

/** Whether a rollback is under way: the same stages, with traffic going back to blue. */
export function rollsBack({ current }: Pick<On, 'current'>): boolean {
  return current.rollback !== undefined;
}

/** The stage after each one, where nothing else decides. */
const following: Readonly<Partial<Record<LifecycleStage, LifecycleStage>>> = {
  RECONCILE_SERVICE: 'PRE_SCALE_UP',
  PRE_SCALE_UP: 'SCALE_UP',
  SCALE_UP: 'POST_SCALE_UP',
  POST_SCALE_UP: 'TEST_TRAFFIC_SHIFT',
  TEST_TRAFFIC_SHIFT: 'POST_TEST_TRAFFIC_SHIFT',
  POST_TEST_TRAFFIC_SHIFT: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  PRE_PRODUCTION_TRAFFIC_SHIFT: 'PRODUCTION_TRAFFIC_SHIFT',
  PRODUCTION_TRAFFIC_SHIFT: 'POST_PRODUCTION_TRAFFIC_SHIFT',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'BAKE_TIME',
  BAKE_TIME: 'CLEAN_UP',
};

/**
 * The stage after this one; undefined when it was the last.
 * Sources: developer guide, "Amazon ECS blue/green service deployments workflow" and "Amazon ECS linear deployments"
 * (the shift stages come again for each step); for rollbacks "Lambda hooks for Amazon ECS service deployments".
 */
export function nextStage(on: On): LifecycleStage | undefined {
  const { stage, steps } = on.lifecycle;
  if (rollsBack(on) && stage !== 'CLEAN_UP') return rollbackStage(on);
  const shiftsAgain = steps < trafficSteps(on.current.deploymentConfiguration).length;
  return stage === 'PRODUCTION_TRAFFIC_SHIFT' && shiftsAgain ? 'PRE_PRODUCTION_TRAFFIC_SHIFT' : following[stage];
}

/** Where a rollback has to go on: production traffic first. */
export function rollbackStage({ lifecycle }: On): LifecycleStage {
  if (lifecycle.production > 0) return 'PRODUCTION_TRAFFIC_SHIFT';
  return lifecycle.test > 0 ? 'TEST_TRAFFIC_SHIFT' : 'CLEAN_UP';
}

/** Does the stage's own work. Gives what went wrong, if something did. */
export function doStage(on: On): Problem | undefined {
  const { lifecycle } = on;
  const back = rollsBack(on);
  switch (lifecycle.stage) {
    case 'RECONCILE_SERVICE':
      return shifted(on, shiftProduction(on, 0) ?? shiftTest(on, 0));
    case 'SCALE_UP':
      if (!back) lifecycle.greenWanted = true;
      return undefined;
    case 'TEST_TRAFFIC_SHIFT':
      return shifted(on, shiftTest(on, back ? 0 : 100));
    case 'PRODUCTION_TRAFFIC_SHIFT':
      return shifted(on, shiftProduction(on, back ? 0 : nextPercent(on)));
    case 'CLEAN_UP':
      if (back) lifecycle.greenWanted = false;
      else lifecycle.blueWanted = false;
      return undefined;
    default:
      return undefined;
  }
}

/** When the stage's own waiting is over, in milliseconds since the epoch; undefined while it waits for tasks. */
export function stageEnds(on: On, healthy: Healthy): number | undefined {
  const { lifecycle, service } = on;
  const since = lifecycle.stageSince;
  const network = usesNetworkLoadBalancer(on) ? networkShiftMs : 0;
  const back = rollsBack(on);
  switch (lifecycle.stage) {
    case 'RECONCILE_SERVICE':
      return service.deployments.every(({ id }) => id === lifecycle.green || id === lifecycle.blue) ? since : undefined;
    case 'SCALE_UP': {
      const scaled = healthy.get((back ? lifecycle.blue : lifecycle.green) ?? '') ?? 0;
      return scaled >= service.desiredCount ? since : undefined;
    }
    case 'TEST_TRAFFIC_SHIFT':
      return since + (lifecycle.tests ? network : 0);
    case 'PRODUCTION_TRAFFIC_SHIFT':
      return since + network + (back ? 0 : stepBakeMs(on));
    case 'BAKE_TIME':
      return since + bakeMs(on.current.deploymentConfiguration);
    case 'CLEAN_UP': {
      const stays = deploymentOf(on, back ? lifecycle.blue : lifecycle.green);
      return service.deployments.every((deployment) => deployment === stays) ? since : undefined;
    }
    default:
      return since;
  }
}

/** The share of the step that is made now. */
function nextPercent({ current, lifecycle }: On): number {
  const step = trafficSteps(current.deploymentConfiguration)[lifecycle.steps];
  lifecycle.steps++;
  return step?.percent ?? 100;
}

function stepBakeMs({ current, lifecycle }: On): number {
  return trafficSteps(current.deploymentConfiguration)[lifecycle.steps - 1]?.bakeMs ?? 0;
}

function shifted({ lifecycle }: On, problem: string | undefined): Problem | undefined {
  return problem === undefined ? undefined : shiftProblem(lifecycle.stage, problem);
}
