import { WaitError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Plan } from '../../core/plan.ts';
import { eventClients } from '../../aws/event-clients.ts';
import type { AwsContext } from '../../aws/context.ts';
import { packageVersion } from '../package-version.ts';
import { type Look, lookAt, planOf } from './plan.ts';
import { queueNames, type Where } from './names.ts';
import { urlOf } from './queue.ts';
import { checkTrail, type TrailCheck } from './trail.ts';
import { thingsOf, type Wanted } from './wanted.ts';

/** What one account and region is looked at for. */
export type Asked = Omit<Wanted, 'where'> & { readonly remove: boolean };

/** One account and region, looked at. */
export interface Bootstrap {
  readonly where: Where;
  readonly plan: Plan;
  readonly trail: TrailCheck;
  /** Address of the queue for events; undefined while it is not there. */
  queueUrl(signal: AbortSignal): Promise<string | undefined>;
  /** Carries the plan out, step by step; `said` hears of each. Can be called anew after whatever went wrong. */
  apply(said: (line: string) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A queue of a name that was deleted cannot be made again for a minute; names spread in IAM within seconds. */
const PATIENCE_MS = 90_000;

/** Looks at one account and region. */
export async function openBootstrap(
  aws: AwsContext,
  asked: Asked,
  clock: Clock,
  signal: AbortSignal,
): Promise<Bootstrap> {
  const clients = eventClients(aws);
  try {
    const where = { accountId: aws.accountId, region: aws.region, partition: aws.partition };
    const things = await thingsOf({ ...asked, where }, clients, signal);
    const [looks, trail] = await Promise.all([
      lookAt(things, asked.instance, asked.remove, signal),
      checkTrail(clients.cloudtrail, aws.region, signal),
    ]);
    return {
      where,
      plan: planOf(looks, where, asked.instance, packageVersion()),
      trail,
      queueUrl: (abort) => urlOf(clients.sqs, queueNames(asked.instance).events, abort),
      apply: async (said, abort) => {
        for (const look of looks) await applyOne(look, clock, said, abort);
      },
      close: () => clients.close(),
    };
  } catch (error) {
    clients.close();
    throw error;
  }
}

async function applyOne(
  { thing, live, step }: Look,
  clock: Clock,
  said: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (step.action === 'none') return;
  await patiently(clock, signal, () => (step.action === 'delete' ? thing.remove(signal) : thing.ensure(live, signal)));
  const done = step.action === 'create' ? 'created' : step.action === 'delete' ? 'deleted' : 'updated';
  said(`${thing.ref}  ${done}`);
}

/** What AWS is not ready for yet is tried again. */
async function patiently(clock: Clock, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const until = clock.now().getTime() + PATIENCE_MS;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (!(error instanceof WaitError) || clock.now().getTime() + error.retryAfterMs > until) throw error;
      await clock.sleep(error.retryAfterMs, signal);
    }
  }
}
