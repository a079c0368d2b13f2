import { ContinueDeploymentCommand, type DeploymentWaitType } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CodeDeploySandbox, codeDeploySandbox } from './testing/codedeploy-sandbox.ts';

const minute = 60_000;

let on: CodeDeploySandbox;
let next: string;
beforeEach(async () => {
  on = await codeDeploySandbox();
  next = await on.register({ image: 'web:2' });
});
afterEach(() => on.close());

/** A group that waits so many minutes before production traffic moves. */
function withReadyWait(actionOnTimeout: 'STOP_DEPLOYMENT' | 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: number) {
  return on.createGroup({
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 15 },
      deploymentReadyOption: { actionOnTimeout, waitTimeInMinutes },
    },
  });
}

function goOn(deploymentId: string, deploymentWaitType?: DeploymentWaitType) {
  return on.codedeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType }));
}

test('with STOP_DEPLOYMENT a deployment is Ready until ContinueDeployment moves its traffic', async () => {
  await withReadyWait('STOP_DEPLOYMENT', 10);
  const id = await on.deploy(next);
  await on.untilStatus(id, 'Ready');
  await on.sandbox.advance(5 * minute);
  expect(await on.eventStatuses(id)).toMatchObject({
    AfterAllowTestTraffic: 'Succeeded',
    BeforeAllowTraffic: 'Pending',
  });
  expect(await on.weights(on.listeners.test)).toEqual({ blue: 0, green: 100 });
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 100, green: 0 });
  await goOn(id, 'READY_WAIT');
  expect((await on.deployment(id)).status).toBe('InProgress');
  await on.sandbox.advance(5000);
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 0, green: 100 });
});

test('without ContinueDeployment a deployment that waits is Stopped, and rolled back when stops are', async () => {
  await withReadyWait('STOP_DEPLOYMENT', 10);
  const id = await on.deploy(next);
  await on.untilStatus(id, 'Ready');
  await on.sandbox.advance(10 * minute);
  expect(await on.deployment(id)).toMatchObject({
    status: 'Stopped',
    errorInformation: {
      code: 'TIMEOUT',
      message:
        'The deployment timed out while waiting for a notification to continue. This time out period is 10 minutes.',
    },
    rollbackInfo: { rollbackDeploymentId: expect.stringMatching(/^d-[A-Z0-9]{9}$/) },
  });
  expect(await on.weights(on.listeners.test)).toEqual({ blue: 1 });
});

test('with CONTINUE_DEPLOYMENT there is no wait, whatever its minutes', async () => {
  await withReadyWait('CONTINUE_DEPLOYMENT', 10);
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AfterInstall');
  await on.sandbox.advance(5000);
  expect(await on.weights(on.listeners.production)).toEqual({ blue: 0, green: 100 });
});

test('ContinueDeployment ends the wait before the original task set is removed', async () => {
  await withReadyWait('CONTINUE_DEPLOYMENT', 0);
  const id = await on.deploy(next);
  await on.untilEvent(id, 'AfterAllowTraffic');
  await on.sandbox.advance(1000);
  await goOn(id, 'TERMINATION_WAIT');
  await on.sandbox.advance(0);
  expect((await on.deployment(id)).status).toBe('Succeeded');
  expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'DRAINING web:1']);
});

test('ContinueDeployment is refused when the deployment does not wait for it', async () => {
  await withReadyWait('STOP_DEPLOYMENT', 10);
  const id = await on.deploy(next);
  await expect(goOn(id)).rejects.toMatchObject({ name: 'DeploymentIsNotInReadyStateException' });
  await on.untilStatus(id, 'Ready');
  await expect(goOn(id, 'TERMINATION_WAIT')).rejects.toMatchObject({ name: 'DeploymentIsNotInReadyStateException' });
  await on.sandbox.advance(11 * minute);
  await expect(goOn(id)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
  await expect(goOn('d-UNKNOWN00')).rejects.toMatchObject({ name: 'DeploymentDoesNotExistException' });
  await expect(goOn('unknown')).rejects.toMatchObject({ name: 'InvalidDeploymentIdException' });
});

test('a kept original task set goes on, and the deployment is over at once', async () => {
  await on.createGroup({
    blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess: { action: 'KEEP_ALIVE' } },
  });
  const id = await on.deploy(next);
  await on.untilStatus(id, 'Succeeded');
  expect(await on.deployment(id)).toMatchObject({ instanceTerminationWaitTimeStarted: false });
  expect(await on.taskSets()).toEqual(['PRIMARY web:2', 'ACTIVE web:1']);
});
