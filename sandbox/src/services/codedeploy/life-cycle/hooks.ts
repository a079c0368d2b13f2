import type { PutLifecycleEventHookExecutionStatusInput } from '@aws-sdk/client-codedeploy';
import { own } from '../../../kernel/own.ts';
import { AwsError, type Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { deploymentOf } from '../lookup.ts';
import { refusalOf } from '../service-role.ts';
import { codeDeployState, type EventState, isOver } from '../state.ts';
import { stop } from './end.ts';
import { DeploymentProblem, type Running, touch, wake } from './running.ts';

/** "CodeDeploy expects a status callback within one hour after a deployment hook is invoked." */
const callbackMs = 3_600_000;

/** Pause between a lifecycle event and the next. */
export const betweenEventsMs = 250;

/**
 * Calls the function of a hook. What it answers is not looked at: it reports with PutLifecycleEventHookExecutionStatus.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-ecs
 *
 * @throws DeploymentProblem
 */
export function callHook(on: Running, event: EventState, called: string): void {
  const { world, scope, deployment } = on;
  const refusal = refusalOf(world, deployment.group.roleArn, 'lambda:InvokeFunction', called);
  if (refusal !== undefined) throw new DeploymentProblem('IAM_ROLE_PERMISSIONS', refusal);
  if (!world.ports.functions.exists(scope, called)) {
    throw new DeploymentProblem('INVALID_LAMBDA_FUNCTION', `The Lambda function ${called} could not be found.`);
  }
  event.executionId = world.uuid();
  void world.ports.functions.invoke(scope, called, {
    DeploymentId: deployment.id,
    LifecycleEventHookExecutionId: event.executionId,
  });
  wake(on, callbackMs);
}

/** The function of a hook did not report in time. */
export function hookTimedOut(): DeploymentProblem {
  return new DeploymentProblem(
    'TIMEOUT',
    'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.',
  );
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html */
export function putLifecycleEventHookExecutionStatus(
  input: PutLifecycleEventHookExecutionStatusInput,
  { world, scope }: Call,
): object {
  const deployment = deploymentOf(world, scope, input.deploymentId);
  const executionId = input.lifecycleEventHookExecutionId;
  if (input.status !== 'Succeeded' && input.status !== 'Failed') {
    throw new AwsError(
      'InvalidLifecycleEventHookExecutionStatusException',
      `The status must be Succeeded or Failed, it is ${input.status}`,
    );
  }
  const event = deployment.events.find((one) => executionId !== undefined && one.executionId === executionId);
  if (!event) {
    throw new AwsError(
      'InvalidLifecycleEventHookExecutionIdException',
      `There is no lifecycle event hook execution ${executionId}`,
    );
  }
  if (isOver(deployment) || event.status !== 'InProgress') {
    throw new AwsError(
      'LifecycleEventAlreadyCompletedException',
      `The lifecycle event ${event.name} has already completed`,
    );
  }
  reported({ world, scope, deployment }, event, input.status);
  return { lifecycleEventHookExecutionId: executionId };
}

/** Timer: a function that stands in for one of Lambda reports. */
export function hookReport(
  payload: { readonly deploymentId: string; readonly executionId: string; readonly status: 'Succeeded' | 'Failed' },
  scope: Scope,
  world: World,
): void {
  const deployment = own(codeDeployState(world, scope).deployments, payload.deploymentId);
  const event = deployment?.events.find(({ executionId }) => executionId === payload.executionId);
  if (!deployment || isOver(deployment) || event?.status !== 'InProgress') return;
  reported({ world, scope, deployment }, event, payload.status);
}

function reported(on: Running, event: EventState, status: 'Succeeded' | 'Failed'): void {
  if (status === 'Failed') {
    const message = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
    stop(on, 'Failed', { code: 'HOOK_EXECUTION_FAILURE', message }, 'DEPLOYMENT_FAILURE');
    return;
  }
  event.status = 'Succeeded';
  event.endedAt = on.world.clock.now();
  touch(on);
  wake(on, betweenEventsMs);
}
