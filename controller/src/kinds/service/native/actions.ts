import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Pass, RolloutAction } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { release } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { FIRST_STEP_TAG } from '../names.ts';
import { failedDefinition } from '../verification/after.ts';
import { resolveHook, stopDeployment } from './guard.ts';
import { rolloutOf } from './rollout.ts';

/** Steers a deployment of ECS: promote (at a pause), abort, retry, restart. ECS pauses at hooks alone. */
export async function actOn(aws: AwsContext, action: RolloutAction, live: ServiceLive, pass: Pass): Promise<void> {
  const rollout = rolloutOf(live);
  if (rollout === undefined || !rollout.allows.includes(action)) throw refused(action, live);
  if (action === 'promote') return resolveHook(aws, live, 'CONTINUE', pass);
  if (action === 'abort') return stopDeployment(aws, live, pass);
  if (action === 'retry') await release(aws, live, pass);
  // What failed on the way to another strategy was no revision yet: without its mark the next look begins anew.
  if (action === 'retry' && live.tags[FIRST_STEP_TAG] !== undefined) return;
  const taskDefinition = action === 'retry' ? await definitionToRetry(live, pass) : undefined;
  const command = new UpdateServiceCommand({
    ...live.key,
    forceNewDeployment: true,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
  });
  await doing(
    `UpdateService ${live.key.service} in ${live.key.cluster}`,
    aws.ecs.send(command, { abortSignal: pass.signal }),
  );
}

/** A retry goes to the revision that failed, a restart to the one that runs. */
async function definitionToRetry(live: ServiceLive, pass: Pass): Promise<string | undefined> {
  return (await failedDefinition(live, pass)) ?? live.target?.revision.taskDefinition;
}

function refused(action: RolloutAction, live: ServiceLive): TerminalError {
  const rollout = rolloutOf(live);
  const allowed = rollout === undefined || rollout.allows.length === 0 ? 'nothing' : rollout.allows.join(', ');
  const what =
    rollout === undefined ? 'a service without a deployment' : `a ${rollout.strategy} rollout that is ${rollout.phase}`;
  const why =
    action === 'pause' || action === 'resume'
      ? ': ECS cannot pause a deployment while it runs, only at a hook that the manifest declares (`hooks: [{stage, pause: true}]`)'
      : '';
  return new TerminalError('NotAllowed', `cannot ${action} ${what}${why}; allowed now: ${allowed}`);
}
