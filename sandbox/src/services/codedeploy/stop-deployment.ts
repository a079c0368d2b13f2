import type { StopDeploymentInput, StopDeploymentOutput } from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../kernel/service.ts';
import { stop } from './life-cycle/end.ts';
import { deploymentOf } from './lookup.ts';
import { isOver } from './state.ts';

/**
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html: with `autoRollbackEnabled` as it
 * says, else as the group or the deployment says for DEPLOYMENT_STOP_ON_REQUEST.
 */
export function stopDeployment(input: StopDeploymentInput, { world, scope }: Call): StopDeploymentOutput {
  const deployment = deploymentOf(world, scope, input.deploymentId);
  if (isOver(deployment)) {
    throw new AwsError(
      'DeploymentAlreadyCompletedException',
      `The deployment ${deployment.id} has already completed with the status ${deployment.status}`,
    );
  }
  const error = { code: 'MANUAL_STOP', message: `The deployment ${deployment.id} was stopped by a user.` } as const;
  stop({ world, scope, deployment }, 'Stopped', error, 'DEPLOYMENT_STOP_ON_REQUEST', input.autoRollbackEnabled);
  return {
    status: 'Succeeded',
    statusMessage: 'No more commands will be scheduled for execution in the deployment instances',
  };
}
