import { own } from '../../../kernel/own.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { parseAppSpec } from '../app-spec.ts';
import { isAssumable } from '../service-role.ts';
import { codeDeployState, type EventState, isOver } from '../state.ts';
import { stopOnAlarm } from './alarms.ts';
import { succeed } from './close.ts';
import { stop } from './end.ts';
import { currentEvent } from './events.ts';
import { betweenEventsMs, callHook, hookTimedOut } from './hooks.ts';
import { notify } from './notify.ts';
import { stepRollback } from './rollback.ts';
import { DeploymentProblem, type Running, touch, wake } from './running.ts';
import { install, isSteady, makePrimary, remove } from './task-sets.ts';
import { increments, shiftProduction, shiftTest } from './traffic.ts';
import { readyTimedOut, waitForContinue, waitForTermination } from './waits.ts';
import { watch } from './watch.ts';

/** How often CodeDeploy looks whether the replacement task set is steady. AWS names no figure. */
const pollMs = 5_000;

/** "The deployment timed out while waiting for the replacement task set to become healthy." */
const steadyWithinMs = 60 * 60_000;

/** Timer: takes a deployment one step further. */
export function step({ deploymentId }: { readonly deploymentId: string }, scope: Scope, world: World): void {
  const deployment = own(codeDeployState(world, scope).deployments, deploymentId);
  if (!deployment || isOver(deployment)) return;
  delete deployment.timer;
  const on: Running = { world, scope, deployment };
  if (deployment.creator === 'codeDeployRollback') {
    stepRollback(on);
    return;
  }
  try {
    advance(on);
  } catch (problem) {
    if (!(problem instanceof DeploymentProblem)) throw problem;
    stop(on, 'Failed', problem.information, 'DEPLOYMENT_FAILURE');
  }
}

function advance(on: Running): void {
  const { deployment } = on;
  touch(on);
  if (deployment.status === 'Created') return begin(on);
  if (deployment.wait === 'READY_WAIT') return readyTimedOut(on);
  if (deployment.wait === 'TERMINATION_WAIT') return terminate(on);
  const event = currentEvent(deployment.events);
  if (!event) return afterEvents(on);
  if (event.status === 'Pending') return start(on, event);
  return goOn(on, event);
}

function begin(on: Running): void {
  const { world, scope, deployment } = on;
  const { group, revision } = deployment;
  if (!isAssumable(world, group.roleArn)) {
    throw new DeploymentProblem(
      'IAM_ROLE_PERMISSIONS',
      `AWS CodeDeploy does not have the permissions required to assume the role ${group.roleArn}.`,
    );
  }
  if (!world.ports.taskSets.service(scope, group.service.cluster, group.service.name)) {
    throw new DeploymentProblem('INVALID_ECS_SERVICE', `The ECS service ${group.service.name} could not be found.`);
  }
  try {
    deployment.appSpec = parseAppSpec(revision ?? {});
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    throw new DeploymentProblem('INVALID_REVISION', `The AppSpec file is not valid: ${message}`);
  }
  deployment.status = 'InProgress';
  deployment.startedAt = world.clock.now();
  notify(on, 'START');
  if (stopOnAlarm(on)) return;
  watch(on);
  wake(on, 0);
}

/** Begins an event. An event of a hook without a function is over at once. */
function start(on: Running, event: EventState): void {
  const { world, deployment } = on;
  if (event.name === 'BeforeAllowTraffic' && !deployment.readyWaitOver && waitForContinue(on)) return;
  event.status = 'InProgress';
  event.startedAt = world.clock.now();
  const called = own(deployment.appSpec?.hooks ?? {}, event.name);
  switch (event.name) {
    case 'Install':
      install(on);
      wake(on, pollMs);
      return;
    case 'AllowTestTraffic':
      shiftTest(on);
      break;
    case 'AllowTraffic':
      deployment.nextIncrementAt = world.clock.now();
      break;
    default:
      if (called !== undefined) return callHook(on, event, called);
  }
  wake(on, betweenEventsMs);
}

/** What an event that runs waits for has come, or is to be looked for again. */
function goOn(on: Running, event: EventState): void {
  const { world } = on;
  const now = world.clock.now();
  if (event.executionId !== undefined) throw hookTimedOut();
  if (event.name === 'Install' && !isSteady(on)) {
    if (now - (event.startedAt ?? now) >= steadyWithinMs) {
      throw new DeploymentProblem(
        'TIMEOUT',
        'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
      );
    }
    return wake(on, pollMs);
  }
  if (event.name === 'AllowTraffic' && !shiftFurther(on)) return;
  event.status = 'Succeeded';
  event.endedAt = now;
  wake(on, betweenEventsMs);
}

/** Makes the increment of the traffic shift that is due. True when all traffic has gone over. */
function shiftFurther(on: Running): boolean {
  const { world, deployment } = on;
  const { routing } = deployment;
  const shares = increments(routing);
  const now = world.clock.now();
  if (now >= (deployment.nextIncrementAt ?? now)) {
    shiftProduction(on, shares[deployment.increments] ?? 100);
    deployment.increments += 1;
    if (routing.type !== 'AllAtOnce') deployment.nextIncrementAt = now + routing.interval * 60_000;
  }
  if (deployment.increments < shares.length) {
    wake(on, (deployment.nextIncrementAt ?? now) - now);
    return false;
  }
  if (deployment.green) makePrimary(on, deployment.green);
  return true;
}

function afterEvents(on: Running): void {
  if (!waitForTermination(on)) succeed(on);
}

/** "After all events succeed, the deployment status is set to Succeeded and the original task set is removed." */
function terminate(on: Running): void {
  if (on.deployment.blue) remove(on, on.deployment.blue);
  succeed(on);
}
