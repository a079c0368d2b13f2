import { StopServiceDeploymentCommand, UntagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import type { Pass, RolloutAction } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import { HOLD_TAG, type ServiceLive } from './live.ts';
import { rolloutOf } from './rollout.ts';

/** Steers a rolling deployment: abort, retry, restart. */
export async function actOn(aws: AwsContext, action: RolloutAction, live: ServiceLive, pass: Pass): Promise<void> {
  const rollout = rolloutOf(live);
  if (rollout === undefined || !rollout.allows.includes(action)) {
    const allowed = rollout === undefined || rollout.allows.length === 0 ? 'nothing' : rollout.allows.join(', ');
    const phase = rollout?.phase ?? 'that has no deployment';
    throw new TerminalError('NotAllowed', `cannot ${action} a rolling deployment ${phase}; allowed now: ${allowed}`);
  }
  const abort = { abortSignal: pass.signal };
  if (action === 'abort') {
    const serviceDeploymentArn = live.deployment?.serviceDeploymentArn;
    const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
    await doing(`StopServiceDeployment ${serviceDeploymentArn}`, aws.ecs.send(command, abort));
    return;
  }
  if (action === 'retry') await release(aws, live, pass);
  // A retry goes to the revision that failed, a restart to the one that runs.
  const taskDefinition = action === 'retry' ? live.target?.revision.taskDefinition : undefined;
  const command = new UpdateServiceCommand({
    ...live.key,
    forceNewDeployment: true,
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
  });
  await doing(`UpdateService ${live.key.service} in ${live.key.cluster}`, aws.ecs.send(command, abort));
}

async function release(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<void> {
  if (live.tags[HOLD_TAG] === undefined) return;
  const resourceArn = live.service.serviceArn ?? '';
  const command = new UntagResourceCommand({ resourceArn, tagKeys: [HOLD_TAG] });
  await doing(`UntagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}
