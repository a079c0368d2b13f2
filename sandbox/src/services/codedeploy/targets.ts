import type {
  BatchGetDeploymentTargetsInput,
  GetDeploymentTargetInput,
  ListDeploymentTargetsInput,
} from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../kernel/service.ts';
import { deploymentOf } from './lookup.ts';
import type { DeploymentState } from './state.ts';
import { deploymentTarget, targetId, targetStatus } from './target-view.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentTargets.html */
export function listDeploymentTargets(input: ListDeploymentTargetsInput, call: Call): object {
  const deployment = started(input.deploymentId, call);
  const statuses = input.targetFilters?.TargetStatus;
  return { targetIds: !statuses?.length || statuses.includes(targetStatus(deployment)) ? [targetId(deployment)] : [] };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentTarget.html */
export function getDeploymentTarget(input: GetDeploymentTargetInput, call: Call): object {
  const deployment = started(input.deploymentId, call);
  checkTarget(deployment, input.targetId);
  return { deploymentTarget: deploymentTarget({ ...call, deployment }) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentTargets.html: of ECS exactly one. */
export function batchGetDeploymentTargets(input: BatchGetDeploymentTargetsInput, call: Call): object {
  const deployment = started(input.deploymentId, call);
  const ids = input.targetIds ?? [];
  if (ids.length > 1) {
    throw new AwsError('DeploymentTargetListSizeExceededException', 'The list of targets must have exactly one item');
  }
  checkTarget(deployment, ids[0]);
  return { deploymentTargets: [deploymentTarget({ ...call, deployment })] };
}

function started(id: string | undefined, { world, scope }: Call): DeploymentState {
  const deployment = deploymentOf(world, scope, id);
  if (deployment.status === 'Created') {
    throw new AwsError('DeploymentNotStartedException', `The deployment ${deployment.id} has not started`);
  }
  return deployment;
}

function checkTarget(deployment: DeploymentState, id: string | undefined): void {
  if (!id) throw new AwsError('DeploymentTargetIdRequiredException', 'A deployment target ID must be specified');
  if (!/^[^:]+:[^:]+$/.test(id)) {
    throw new AwsError('InvalidDeploymentTargetIdException', `The target ID ${id} is not valid`);
  }
  if (id !== targetId(deployment)) {
    throw new AwsError(
      'DeploymentTargetDoesNotExistException',
      `The target ID ${id} does not belong to the deployment ${deployment.id}`,
    );
  }
}
