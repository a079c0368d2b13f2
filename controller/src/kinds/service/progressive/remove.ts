import type { AwsContext } from '../../../aws/context.ts';
import type { Pass, Progress } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';
import { removeService } from '../remove.ts';
import { remove } from './perform.ts';
import { stateOfSet } from './sets.ts';

/** How often sets that drain are looked at, in milliseconds. */
const POLL_MS = 5_000;

/** Takes the service away: first its task sets, whose tasks leave their target groups, then itself. */
export async function removeProgressive(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Progress> {
  const sets = (live.progressive?.sets ?? []).map((set) => stateOfSet(set, true));
  for (const set of sets) if (set.status !== 'DRAINING') await remove(aws, { set, force: true }, live, pass);
  if (sets.length > 0) return { done: false, waitsFor: 'the task sets to be gone', pollAfterMs: POLL_MS };
  return removeService(aws, live, pass);
}
