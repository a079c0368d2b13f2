import type { DeploymentReadyOption } from '@aws-sdk/client-codedeploy';
import type { ReadyWait } from '../../../api/deployment.ts';

/** CodeDeploy waits two days at most. */
export const MAX_WAIT_MINUTES = 2_880;

/** How much longer CodeDeploy waits than we do, in minutes: a controller that was down for that long is in time still. */
const MARGIN_MINUTES = 60;

/**
 * How long CodeDeploy waits before it stops the deployment. With `Continue` that is the limit within which the new tasks
 * have to be healthy for as long as the manifest says.
 */
export function waitMinutes({ minutes, then = 'Continue' }: ReadyWait): number {
  if (then === 'Manual') return MAX_WAIT_MINUTES;
  return then === 'Stop' ? minutes : Math.min(MAX_WAIT_MINUTES, minutes + MARGIN_MINUTES);
}

/**
 * The wait as the API takes it: "waitTimeInMinutes ... applies only to the STOP_DEPLOYMENT option", so that to wait and then
 * go on is to have it wait longer, and to continue in time.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentReadyOption.html
 */
export function renderedWait(wait: ReadyWait | undefined): DeploymentReadyOption {
  if (wait === undefined) return { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 };
  return { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: waitMinutes(wait) };
}
