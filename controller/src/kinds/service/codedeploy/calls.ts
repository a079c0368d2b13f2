import {
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  type DeploymentWaitType,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import type { AwsContext } from '../../../aws/context.ts';
import { awsCode, doing } from '../../../aws/errors.ts';
import { readActiveDeployments, readDeploymentGroup } from '../../../aws/reads.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Pass } from '../../../core/driver.ts';
import { TerminalError, WaitError } from '../../../core/errors.ts';
import type { ServiceLive } from '../live.ts';
import type { Run } from './live.ts';
import { describe, type Note } from './note.ts';

/** How soon a deployment that somebody else began is looked at, in milliseconds. */
const RETRY_MS = 5_000;

/** What a deployment is made of. */
export interface Asked {
  /** The AppSpec file. */
  readonly content: string;
  readonly note: Note;
  /** Another configuration than the group's. */
  readonly config?: string;
}

/**
 * Begins a deployment, after a last look that there is none: CreateDeployment takes no token, so that it is never sent
 * twice (aws/calls.ts) and what became of a call without an answer shows in the next look.
 * @throws WaitError while a deployment of the group is under way: CodeDeploy takes one at a time
 */
export async function begin(aws: AwsContext, live: ServiceLive, asked: Asked, pass: Pass): Promise<void> {
  const key = live.codeDeploy?.key;
  if (key === undefined || live.codeDeploy?.group === undefined) {
    throw new TerminalError('NoDeploymentGroup', `service ${live.key.service} has no CodeDeploy deployment group yet`);
  }
  const [other] = await readActiveDeployments(pass, key, { fresh: true });
  if (other !== undefined) throw new WaitError(`deployment ${other} of ${key.group} is under way`, RETRY_MS);
  const command = new CreateDeploymentCommand({
    applicationName: key.application,
    deploymentGroupName: key.group,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content: asked.content } },
    description: describe(asked.note),
    ...(asked.config !== undefined && { deploymentConfigName: asked.config }),
  });
  const call = rolloutClients(aws).codeDeploy.send(command, { abortSignal: pass.signal });
  await doing(`CreateDeployment ${key.group}`, call);
  // Until it has a task set nothing else shows it, and what is kept of the group is from before.
  await readDeploymentGroup(pass, key, { fresh: true });
}

/** Stops a deployment and takes back what it has done. One that is over meanwhile is fine: the next look shows how. */
export async function stop(aws: AwsContext, { id }: Pick<Run, 'id'>, pass: Pass): Promise<void> {
  const command = new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true });
  const call = rolloutClients(aws).codeDeploy.send(command, { abortSignal: pass.signal });
  await unless(['DeploymentAlreadyCompleted'], call, `StopDeployment ${id}`);
}

/** Ends a wait. One that has ended meanwhile is fine. */
export async function continueRun(
  aws: AwsContext,
  { id }: Pick<Run, 'id'>,
  deploymentWaitType: DeploymentWaitType,
  pass: Pass,
): Promise<void> {
  const command = new ContinueDeploymentCommand({ deploymentId: id, deploymentWaitType });
  const call = rolloutClients(aws).codeDeploy.send(command, { abortSignal: pass.signal });
  const fine = ['DeploymentAlreadyCompleted', 'DeploymentIsNotInReadyState', 'InvalidDeploymentStatus'];
  await unless(fine, call, `ContinueDeployment ${id} (${deploymentWaitType})`);
}

async function unless(codes: readonly string[], call: Promise<unknown>, what: string): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!codes.includes(awsCode(error) ?? '')) await doing(what, Promise.reject(error as Error));
  }
}
