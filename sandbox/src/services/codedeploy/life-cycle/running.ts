import type { ErrorCode, ErrorInformation } from '@aws-sdk/client-codedeploy';
import type { TaskSetLook } from '../../../kernel/ports.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import type { DeploymentState } from '../state.ts';

/** A deployment where it runs. */
export interface Running {
  readonly world: World;
  readonly scope: Scope;
  readonly deployment: DeploymentState;
}

/** Why a deployment cannot go on: an error code of https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ErrorInformation.html with its message. */
export class DeploymentProblem extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** As deployments show it. */
  get information(): ErrorInformation {
    return { code: this.code, message: this.message };
  }
}

/** Takes the next step after so long, in place of one that was to come. */
export function wake({ world, scope, deployment }: Running, afterMs: number): void {
  if (deployment.timer !== undefined) world.timers.cancel(deployment.timer);
  deployment.timer = world.timers.set(scope, 'codedeploy/step', afterMs, { deploymentId: deployment.id });
}

/** Notes that something changed. */
export function touch({ world, deployment }: Running): void {
  deployment.changedAt = world.clock.now();
}

/** The task sets of the deployment's service; none when the service is gone. */
export function taskSetsOf({ world, scope, deployment }: Running): readonly TaskSetLook[] {
  const { cluster, name } = deployment.group.service;
  return world.ports.taskSets.service(scope, cluster, name)?.taskSets ?? [];
}
