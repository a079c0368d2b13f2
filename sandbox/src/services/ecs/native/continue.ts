import type {
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse,
  StopServiceDeploymentRequest,
} from '@aws-sdk/client-ecs';
import { own } from '../../../kernel/own.ts';
import { AwsError, type Call } from '../../../kernel/service.ts';
import { invalidParameter } from '../errors.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { ecsState } from '../state.ts';
import { endHook } from './hook-events.ts';
import { lifecycleOf, type On } from './on.ts';

/**
 * ContinueServiceDeployment: a pause hook that waits is continued, or rolls the deployment back.
 * Sources: API_ContinueServiceDeployment, "Continuing service deployments"; words of the errors: "Troubleshooting Amazon
 * ECS blue/green deployments".
 */
export function continueServiceDeployment(
  input: ContinueServiceDeploymentRequest,
  { world, scope }: Call,
): ContinueServiceDeploymentResponse {
  const record = own(ecsState(world, scope).serviceDeployments, input.serviceDeploymentArn);
  if (!record) throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment does not exist.');
  if (!isOngoing(record)) {
    throw invalidParameter('Continuing a service deployment is not allowed for service deployment in terminal states.');
  }
  const hookId = input.hookId ?? '';
  if (!/^ecs-[a-z]+-[A-Za-z0-9_-]+$/.test(hookId)) {
    throw invalidParameter('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}');
  }
  const service = Object.values(ecsState(world, scope).services).find(({ arn }) => arn === record.serviceArn);
  const on = service && lifecycleOf(world, scope, service);
  const hook = on?.lifecycle.hooks.find((candidate) => candidate.hookId === hookId);
  if (!on || on.current !== record || hook?.status !== 'AWAITING_ACTION') {
    throw invalidParameter(
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    );
  }
  endHook(on, hook, (input.action ?? 'CONTINUE') === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED');
  wakeScheduler(world, scope, on.service, 0);
  return { serviceDeploymentArn: record.arn };
}

/**
 * StopServiceDeployment of a deployment with a lifecycle: "moves to the ROLLBACK_REQUESTED state, and then the rollback
 * operation starts". Source: "Stopping Amazon ECS service deployments"; of ABORT it says nothing: everything stays as it is.
 */
export function stopLifecycle(
  { world, scope, service, current }: On,
  stopType: StopServiceDeploymentRequest['stopType'],
): void {
  current.status = stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED';
  current.updatedAt = world.clock.now();
  wakeScheduler(world, scope, service, 0);
}
