import type { ContinueDeploymentInput } from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../../kernel/service.ts';
import { deploymentOf } from '../lookup.ts';
import { isOver } from '../state.ts';
import { stop } from './end.ts';
import { notify } from './notify.ts';
import { type Running, touch, wake } from './running.ts';

const minute = 60_000;

/**
 * Waits before production traffic moves, when the group says STOP_DEPLOYMENT: "do not register new instances with a
 * load balancer unless traffic rerouting is started using ContinueDeployment". With CONTINUE_DEPLOYMENT there is no
 * wait: the time "applies only to the STOP_DEPLOYMENT option". False when there is none.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentReadyOption.html
 */
export function waitForContinue(on: Running): boolean {
  const { world, deployment } = on;
  const option = deployment.group.blueGreen.deploymentReadyOption;
  if (option?.actionOnTimeout !== 'STOP_DEPLOYMENT') return false;
  const waitMs = (option.waitTimeInMinutes ?? 0) * minute;
  deployment.status = 'Ready';
  deployment.wait = 'READY_WAIT';
  deployment.waitUntil = world.clock.now() + waitMs;
  notify(on, 'READY');
  wake(on, waitMs);
  return true;
}

/** "If traffic rerouting is not started before the end of the specified wait period, the deployment status is changed to Stopped." */
export function readyTimedOut(on: Running): void {
  const minutes = on.deployment.group.blueGreen.deploymentReadyOption?.waitTimeInMinutes ?? 0;
  const message = `The deployment timed out while waiting for a notification to continue. This time out period is ${minutes} minutes.`;
  stop(on, 'Stopped', { code: 'TIMEOUT', message }, 'DEPLOYMENT_STOP_ON_REQUEST');
}

/**
 * Waits before the original task set is removed. False when it is kept.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html
 */
export function waitForTermination(on: Running): boolean {
  const { world, deployment } = on;
  const option = deployment.group.blueGreen.terminateBlueInstancesOnDeploymentSuccess;
  if (option?.action === 'KEEP_ALIVE') return false;
  const waitMs = (option?.terminationWaitTimeInMinutes ?? 0) * minute;
  deployment.terminationWaitStarted = true;
  deployment.wait = 'TERMINATION_WAIT';
  deployment.waitUntil = world.clock.now() + waitMs;
  wake(on, waitMs);
  return true;
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ContinueDeployment.html */
export function continueDeployment(input: ContinueDeploymentInput, { world, scope }: Call): object {
  const deployment = deploymentOf(world, scope, input.deploymentId);
  const wait = input.deploymentWaitType ?? 'READY_WAIT';
  if (isOver(deployment)) {
    throw new AwsError(
      'DeploymentAlreadyCompletedException',
      `The deployment ${deployment.id} has already completed with the status ${deployment.status}`,
    );
  }
  if (deployment.wait !== wait) {
    throw new AwsError(
      'DeploymentIsNotInReadyStateException',
      `The deployment ${deployment.id} is not in the state ${wait}, its status is ${deployment.status}`,
    );
  }
  const on: Running = { world, scope, deployment };
  touch(on);
  if (wait === 'READY_WAIT') {
    deployment.status = 'InProgress';
    deployment.readyWaitOver = true;
    delete deployment.wait;
    delete deployment.waitUntil;
  }
  // The end of the termination wait is what its next step is; it only comes now.
  wake(on, 0);
  return {};
}
