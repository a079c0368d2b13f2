import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import type { Desired, Pass, Progress } from '../../../core/driver.ts';
import { hold } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { isVerified, markVerified, verification } from '../verification/index.ts';
import { begin } from './calls.ts';
import { before } from './contents.ts';
import { isWayBack, movedSince } from './events.ts';
import { primarySet } from './live.ts';
import { noteIn } from './note.ts';

type Want = Desired<ServiceSpec>;

/** Steady services say so: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const STEADY = /has reached a steady state/;

/**
 * Verifies what serves, when the old tasks are gone already. Undefined: there is nothing left to verify. What fails is
 * held first, and goes back with the next look: a controller that is killed between the two goes on with it.
 */
export async function verifyAtRest(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  pass: Pass,
): Promise<Progress | undefined> {
  if (isVerified(desired, live)) return undefined;
  const targetGroup = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn;
  const at = targetGroup === undefined ? {} : { targetGroup };
  const outcome = await verification(aws, desired, { at: 'After', since: servesSince(live, pass.now), ...at }, pass);
  if (outcome.is === 'running') return { done: false, waitsFor: outcome.waitsFor, pollAfterMs: outcome.pollAfterMs };
  if (outcome.is === 'passed') {
    await markVerified(aws, desired, live, pass);
    return undefined;
  }
  await hold(aws, desired, live, pass, outcome.cause);
  return { done: false, waitsFor: `the way back: ${outcome.cause}`, pollAfterMs: 0 };
}

/** When a deployment had moved all traffic; of a service that was made this moment, when it became steady. */
function servesSince({ codeDeploy, service }: ServiceLive, now: Date): Date {
  const { last } = codeDeploy ?? {};
  const moved = last && (movedSince(last) ?? last.info.completeTime);
  if (moved !== undefined) return moved;
  const made = primarySet(service)?.createdAt?.getTime() ?? 0;
  const steady = (service.events ?? []).findLast(
    ({ createdAt, message = '' }) => (createdAt?.getTime() ?? 0) >= made && STEADY.test(message),
  );
  return steady?.createdAt ?? now;
}

/**
 * Deploys what served before, all at once: users are with what failed. Gives what is waited for; undefined: what serves is
 * what a way back led to, or there is nothing to go back to.
 */
export async function goBack(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<string | undefined> {
  const { last } = live.codeDeploy ?? {};
  if (last === undefined || isWayBack(last) || last.info.status !== 'Succeeded') return undefined;
  const content = await before(live, pass);
  if (content === undefined) return undefined;
  const { to: _, ready: __, ...note } = noteIn(last.info.description) ?? {};
  await begin(aws, live, { content, note: { ...note, back: last.id }, config: 'CodeDeployDefault.ECSAllAtOnce' }, pass);
  return 'the revision before to be deployed again';
}
