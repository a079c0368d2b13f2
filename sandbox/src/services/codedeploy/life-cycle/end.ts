import type { AutoRollbackEvent, ErrorCode, ErrorInformation } from '@aws-sdk/client-codedeploy';
import type { Scope, World } from '../../../kernel/world.ts';
import { type DeploymentState, isOver } from '../state.ts';
import { breakUp, groupById } from './close.ts';
import { startRollback } from './rollback.ts';
import type { Running } from './running.ts';

/**
 * Ends a deployment before its end. With automatic rollback for what happened, or because `rollBack` says so, another
 * deployment returns the traffic and removes the replacement task set; without one everything stays as it is.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
 */
export function stop(
  on: Running,
  status: 'Failed' | 'Stopped',
  error: ErrorInformation,
  trigger: AutoRollbackEvent,
  rollBack?: boolean,
): void {
  const { autoRollback, creator, green } = on.deployment;
  breakUp(on, status, error);
  const wanted = rollBack ?? (autoRollback?.enabled === true && (autoRollback.events ?? []).includes(trigger));
  // Before there is a replacement task set "a rollback is not possible": there is nothing to take back.
  if (wanted && green && creator !== 'codeDeployRollback') startRollback(on, groupById(on));
}

/** Ends a deployment whose application or group goes away. Nothing is taken back. */
export function stopForDeletion(
  world: World,
  scope: Scope,
  deployment: DeploymentState,
  code: ErrorCode,
  message: string,
): void {
  if (!isOver(deployment)) breakUp({ world, scope, deployment }, 'Failed', { code, message });
}
