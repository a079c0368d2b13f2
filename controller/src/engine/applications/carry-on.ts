import type { Ref } from '../../core/manifest.ts';
import { backoffMs } from '../retry.ts';
import { listOperations } from '../operations.ts';
import type { ApplicationInput, ApplicationStatus, ResourceStatus } from '../engine.ts';
import { isOver } from '../watch.ts';
import type { Entry } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { begin } from './operate.ts';
import { endOf, type Past } from './past.ts';
import { inputOf } from './recorded.ts';

/** What keeps failing is tried less and less often. */
const BACKOFF = { baseMs: 5_000, factor: 3, maxMs: 300_000 };

/** What becomes of rollouts that only go on when they are carried. */
export type CarryOn = { readonly began: true } | { readonly afterMs: number };

/**
 * Begins an operation that brings rollouts to their end which AWS does not bring there by itself, while no other operation
 * does: the controller was restarted, or the operation was ended. Also where automation is off: what was begun is not left
 * half-way. Undefined: there is nothing to carry on.
 */
export async function carryOn(
  keeping: Keeping,
  entry: Entry,
  past: Past,
  status: ApplicationStatus,
): Promise<CarryOn | undefined> {
  const open = status.resources.filter(needsUs).map(({ ref }) => ref);
  if (open.length === 0) return undefined;
  const now = keeping.deps.clock.now().getTime();
  const pause =
    past.newest === undefined || past.carries === 0
      ? 0
      : endOf(past.newest) + backoffMs(BACKOFF, past.carries, entry.declared.name) - now;
  if (pause > 0) return { afterMs: pause };
  const found = await inputFor(keeping, entry, status, open);
  if (found === undefined || entry.running !== undefined) return undefined;
  const { input, refs } = found;
  void begin(keeping, entry, true, (engine, began) =>
    engine.sync(
      input,
      {
        initiator: { kind: 'rollout', name: refs.join(', ') },
        resources: refs.map((ref) => ref.replace('/', ':')),
        carriesOn: refs,
        prune: false,
        began,
      },
      keeping.stopping,
    ),
  ).catch(() => undefined);
  return { began: true };
}

/** True while a rollout only goes on when somebody carries it. */
export function needsUs({ rollout }: ResourceStatus): boolean {
  return rollout?.needsUs === true && !isOver(rollout);
}

interface Carried {
  readonly input: ApplicationInput;
  readonly refs: readonly Ref[];
}

/**
 * The manifests that the rollouts go to: those of the last operation that had to do with them, and those of now where no
 * operation is on record. A revision that nobody has asked to sync does not come in this way.
 */
async function inputFor(
  keeping: Keeping,
  entry: Entry,
  { plan }: ApplicationStatus,
  open: readonly Ref[],
): Promise<Carried | undefined> {
  const { input } = entry;
  const history = await listOperations(keeping.deps.store, entry.declared.name);
  for (const operation of history.toReversed()) {
    const ofIt = new Set(operation.plan.waves.flat().map(({ ref }) => ref));
    const refs = open.filter((ref) => ofIt.has(ref));
    if (operation.removal === true || operation.job !== undefined || refs.length === 0) continue;
    if (operation.digest === plan.digest && input !== undefined) return { input, refs };
    const recorded = await inputOf(keeping.deps.store, entry, operation);
    if (recorded !== undefined) return { input: recorded, refs };
  }
  return input === undefined ? undefined : { input, refs: open };
}
