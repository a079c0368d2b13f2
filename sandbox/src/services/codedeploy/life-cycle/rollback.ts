import { own } from '../../../kernel/own.ts';
import { newDeployment } from '../new-deployment.ts';
import { codeDeployState, type GroupState } from '../state.ts';
import { breakUp, succeed } from './close.ts';
import { notify } from './notify.ts';
import { DeploymentProblem, type Running, touch, wake } from './running.ts';
import { makePrimary, remove } from './task-sets.ts';
import { restoreTest, shiftProduction } from './traffic.ts';

/** How long a rollback takes to begin, and then to end. Traffic is back before. */
const rollbackMs = 1000;

/**
 * "CodeDeploy implements rollbacks by rerouting traffic from the replacement task set to the original task set", in a
 * deployment of its own.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html#deployment-rollback-ecs
 */
export function startRollback({ world, scope, deployment: failed }: Running, group: GroupState | undefined): void {
  const known = own(codeDeployState(world, scope).deployments, group?.lastSuccessful);
  const deployment = newDeployment(world, scope, {
    applicationName: failed.applicationName,
    groupId: failed.groupId,
    group: failed.group,
    configName: 'CodeDeployDefault.ECSAllAtOnce',
    routing: { type: 'AllAtOnce' },
    serviceArn: failed.serviceArn,
    creator: 'codeDeployRollback',
    ...(known?.revision ? { revision: known.revision } : {}),
    ...(failed.revision ? { previousRevision: failed.revision } : {}),
  });
  if (group) group.lastAttempted = deployment.id;
  if (failed.blue) deployment.blue = failed.blue;
  if (failed.green) deployment.green = failed.green;
  failed.rollbackInfo = {
    rollbackDeploymentId: deployment.id,
    rollbackMessage: `Deployment ${failed.id} terminated. Automatic rollback is triggered with a DeploymentId ${deployment.id}.`,
  };
  deployment.rollbackInfo = {
    rollbackTriggeringDeploymentId: failed.id,
    rollbackMessage: `Deployment ${deployment.id} is triggered to roll back deployment ${failed.id}.`,
  };
  const on: Running = { world, scope, deployment };
  attempt(on, () => {
    shiftProduction(on, 0);
    if (failed.testWeights) restoreTest(on, failed.testWeights);
    if (deployment.blue) makePrimary(on, deployment.blue);
    wake(on, rollbackMs);
  });
}

/** The next step of a rollback whose traffic is back: it begins, and removes the replacement task set. */
export function stepRollback(on: Running): void {
  const { deployment, world } = on;
  if (deployment.status === 'Created') {
    deployment.status = 'InProgress';
    deployment.startedAt = world.clock.now();
    notify(on, 'START');
    touch(on);
    wake(on, rollbackMs);
    return;
  }
  attempt(on, () => {
    if (deployment.green) remove(on, deployment.green);
    for (const event of deployment.events) {
      event.status = event.name === 'AllowTraffic' ? 'Succeeded' : 'Skipped';
      if (event.status === 'Succeeded') {
        event.startedAt = deployment.createdAt;
        event.endedAt = world.clock.now();
      }
    }
    succeed(on);
  });
}

function attempt(on: Running, work: () => void): void {
  try {
    work();
  } catch (problem) {
    if (!(problem instanceof DeploymentProblem)) throw problem;
    breakUp(on, 'Failed', problem.information);
  }
}
