import type { AwsContext } from '../../../aws/context.ts';
import type { Pass, Progress } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';
import { endedTag } from './marks.ts';
import { PROPAGATION_MS } from './decide.ts';
import { arnOf, promote, remove, tag } from './perform.ts';
import { rulesForwardingTo, shiftRule, weightsOf } from '../rules.ts';
import { stateOfSet } from './sets.ts';
import { sameWeights, split, type TaskSetState } from './state.ts';

const POLL_MS = 5_000;
const ACTED_POLL_MS = 1_000;

/**
 * Ends what is in flight, because another deployment controller takes the service over: one task set may be left, the
 * PRIMARY one. All traffic goes to it first. The manifest says another strategy by now and names no rules any more: they
 * are found from the target groups.
 */
export async function leaveProgressive(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Progress> {
  const sets = (live.progressive?.sets ?? [])
    .map((set) => stateOfSet(set, true))
    .filter(({ status }) => status !== 'DRAINING');
  const primary = sets.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) {
    const [only] = sets;
    if (only === undefined) return waiting('a task set, which the service never got');
    await promote(aws, only, live, pass);
    return acted('the task set to be the primary one');
  }
  const [other] = sets.filter((set) => set !== primary);
  if (other === undefined) return { done: true };
  const shifted = await shiftAll(aws, primary, other, pass);
  const givenUp = other.marks?.ended;
  if (givenUp === undefined && other.marks !== undefined) {
    await tag(aws, arnOf(live, other), endedTag('Superseded', pass.now, 'the strategy changes'), pass);
    return acted('the load balancer to heed the weights');
  }
  if (shifted) return acted('the load balancer to heed the weights');
  const left = givenUp === undefined ? 0 : PROPAGATION_MS - (pass.now.getTime() - givenUp.at.getTime());
  if (left > 0) return { done: false, waitsFor: 'the load balancer to heed the weights', pollAfterMs: left };
  await remove(aws, { set: other, force: true }, live, pass);
  return acted('the other task set to be gone');
}

/** All traffic of both target groups to the one that stays. True when something had to be sent. */
async function shiftAll(aws: AwsContext, primary: TaskSetState, other: TaskSetState, pass: Pass): Promise<boolean> {
  const { targetGroup: to } = primary;
  const { targetGroup: from } = other;
  if (to === undefined || from === undefined || to === from) return false;
  const wanted = split(to, from, 0);
  let sent = false;
  for (const rule of await rulesForwardingTo(pass, from)) {
    const weights = weightsOf(rule);
    if (!Object.hasOwn(weights, to) || sameWeights(weights, wanted)) continue;
    await shiftRule(aws, rule, wanted, pass);
    sent = true;
  }
  return sent;
}

function acted(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: ACTED_POLL_MS };
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
