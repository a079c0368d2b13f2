import type { AwsContext } from '../../../aws/context.ts';
import type { Pass, RolloutAction } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { release } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { begin, continueRun, stop } from './calls.ts';
import { again, sameRevision } from './contents.ts';
import { isReady } from './events.ts';
import { rolloutOf } from './rollout.ts';

/** Steers a deployment by CodeDeploy: promote, abort, retry, restart. */
export async function actOn(aws: AwsContext, action: RolloutAction, live: ServiceLive, pass: Pass): Promise<void> {
  const rollout = rolloutOf(live);
  if (action === 'pause' || action === 'resume') throw new TerminalError('NotAllowed', NO_PAUSE);
  if (rollout === undefined || !rollout.allows.includes(action)) {
    const allowed = rollout === undefined || rollout.allows.length === 0 ? 'nothing' : rollout.allows.join(', ');
    const state = rollout === undefined ? 'has not begun' : `is ${rollout.phase}`;
    throw new TerminalError(
      'NotAllowed',
      `cannot ${action} a CodeDeploy rollout that ${state}; allowed now: ${allowed}`,
    );
  }
  const active = live.codeDeploy?.active;
  switch (action) {
    case 'promote':
      if (active !== undefined)
        await continueRun(aws, active, isReady(active) ? 'READY_WAIT' : 'TERMINATION_WAIT', pass);
      return;
    case 'abort':
      if (active !== undefined) await stop(aws, active, pass);
      return;
    case 'retry': {
      const asked = await again(live, pass);
      await release(aws, live, pass);
      return begin(aws, live, asked, pass);
    }
    default:
      return begin(aws, live, await sameRevision(live, pass), pass);
  }
}

const NO_PAUSE =
  'CodeDeploy has no call that pauses a deployment or lets it go on: it waits before production traffic moves ' +
  '(deployment.codeDeploy.readyWait) and before the old tasks go (terminateBlueAfterMinutes), and nowhere else';
