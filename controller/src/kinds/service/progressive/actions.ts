import { UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Pass, RolloutAction } from '../../../core/driver.ts';
import { TerminalError } from '../../../core/errors.ts';
import { release } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { rolesIn } from './look.ts';
import { endedTag, MARK, type Phase, phaseTags, RETRY } from './marks.ts';
import { arnOf, shift, tag } from './perform.ts';
import { rolloutOf } from './rollout.ts';
import { sameWeights, split, type TaskSetState, weightAt } from './state.ts';
import { weightsOf } from '../rules.ts';

/** Why a rollout was given up that a person aborted. */
const BY_A_PERSON = 'a person aborted it';

/**
 * Steers a rollout. What a person wants is marked in AWS, and whoever looks next carries it out; an abort moves the
 * traffic at once.
 */
export async function actOn(aws: AwsContext, action: RolloutAction, live: ServiceLive, pass: Pass): Promise<void> {
  const rollout = rolloutOf(live, aws);
  if (rollout === undefined || !rollout.allows.includes(action)) {
    const list = rollout === undefined || rollout.allows.length === 0 ? 'nothing' : rollout.allows.join(', ');
    const state = rollout === undefined ? 'has not begun' : `is ${rollout.phase}`;
    throw new TerminalError('NotAllowed', `cannot ${action} a Progressive rollout that ${state}; allowed now: ${list}`);
  }
  const { stable, next } = rolesIn(live, undefined, aws);
  switch (action) {
    case 'promote':
      return promote(aws, live, next, pass);
    case 'pause':
      return mark(aws, live, next, { [MARK.paused]: pass.now.toISOString() }, pass);
    case 'resume':
      return resume(aws, live, next, pass);
    case 'abort':
      return abort(aws, live, { stable, next }, pass);
    case 'retry':
    case 'restart': {
      // Before the hold goes, so that a crash between the two leaves something to go on from.
      const asked = action === 'restart' && stable !== undefined ? stable.id : RETRY;
      await tag(aws, live.service.serviceArn ?? '', { [MARK.restart]: asked }, pass);
      if (action === 'retry') await release(aws, live, pass);
      return undefined;
    }
  }
}

/** Skips what the rollout waits for. */
async function promote(aws: AwsContext, live: ServiceLive, next: TaskSetState | undefined, pass: Pass): Promise<void> {
  const { marks } = next ?? {};
  if (next === undefined || marks === undefined) return;
  const steps = live.progressive?.manifest?.steps ?? [];
  const phase = followed(marks.phase, steps.length);
  const tags = phaseTags(marks, next.createdAt, phase, pass.now, weightAt({ steps }, phase) > 0);
  await mark(aws, live, next, tags, pass);
  if (marks.paused !== undefined) await resume(aws, live, next, pass);
}

function followed(phase: Phase, count: number): Phase {
  if (phase.is !== 'Step') return { is: 'Cleanup' };
  return phase.index >= count ? { is: 'Bake' } : { is: 'Step', index: phase.index + 1 };
}

async function resume(aws: AwsContext, live: ServiceLive, next: TaskSetState | undefined, pass: Pass): Promise<void> {
  if (next === undefined) return;
  const resourceArn = arnOf(live, next);
  const command = new UntagResourceCommand({ resourceArn, tagKeys: [MARK.paused] });
  await doing(`UntagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** The mark first, so that a crash does not forget it; then the traffic, in one call for each rule. */
async function abort(
  aws: AwsContext,
  live: ServiceLive,
  { stable, next }: { readonly stable: TaskSetState | undefined; readonly next: TaskSetState | undefined },
  pass: Pass,
): Promise<void> {
  if (stable?.targetGroup === undefined || next?.targetGroup === undefined) return;
  await mark(aws, live, next, endedTag('Failed', pass.now, BY_A_PERSON), pass);
  const weights = split(stable.targetGroup, next.targetGroup, 0);
  for (const rule of ['production', 'test'] as const) {
    const found = live.progressive?.[rule];
    if (found !== undefined && !sameWeights(weightsOf(found), weights)) {
      await shift(aws, { do: 'shift', rule, weights }, live, pass);
    }
  }
}

async function mark(
  aws: AwsContext,
  live: ServiceLive,
  next: TaskSetState | undefined,
  tags: Readonly<Record<string, string>>,
  pass: Pass,
): Promise<void> {
  if (next !== undefined) await tag(aws, arnOf(live, next), tags, pass);
}
