import { own } from '../../../kernel/own.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { codeDeployState, isOver } from '../state.ts';
import { stopOnAlarm } from './alarms.ts';
import { stop } from './end.ts';
import { currentEvent } from './events.ts';
import { DeploymentProblem, type Running } from './running.ts';
import { isSteady } from './task-sets.ts';

/** How often CodeDeploy looks at the alarms. AWS names no figure. */
const watchMs = 10_000;

/** "If the service doesn't reach steady state within 5 minutes, CodeDeploy will stop the deployment and mark it as failed." */
const unsteadyMs = 5 * 60_000;

/** Looks after a deployment until its end. */
export function watch({ world, scope, deployment }: Running): void {
  world.timers.set(scope, 'codedeploy/watch', watchMs, { deploymentId: deployment.id });
}

/** Timer: looks at the alarms, and while traffic shifts at the replacement task set. */
export function watchDue({ deploymentId }: { readonly deploymentId: string }, scope: Scope, world: World): void {
  const deployment = own(codeDeployState(world, scope).deployments, deploymentId);
  if (!deployment || isOver(deployment)) return;
  const on: Running = { world, scope, deployment };
  if (stopOnAlarm(on)) return;
  try {
    lookAtTasks(on);
    watch(on);
  } catch (problem) {
    if (!(problem instanceof DeploymentProblem)) throw problem;
    stop(on, 'Failed', problem.information, 'DEPLOYMENT_FAILURE');
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html#deployment-type-bluegreen-considerations */
function lookAtTasks(on: Running): void {
  const { world, deployment } = on;
  if (currentEvent(deployment.events)?.name !== 'AllowTraffic') return;
  if (isSteady(on)) {
    delete deployment.unsteadySince;
    return;
  }
  deployment.unsteadySince ??= world.clock.now();
  if (world.clock.now() - deployment.unsteadySince < unsteadyMs) return;
  throw new DeploymentProblem(
    'HEALTH_CONSTRAINTS',
    'The replacement task set did not reach a steady state within 5 minutes while traffic was shifting.',
  );
}
