import type { Ref } from '../core/manifest.ts';
import { orderForRemoval } from '../core/waves.ts';
import { applyRemoval } from './apply-removal.ts';
import type { Applying } from './applying.ts';
import { declaredIn, sparedIn } from './look.ts';
import { findRemovals, type Removal } from './removals.ts';
import { runWave } from './run-wave.ts';

/** What goes before the PostSync hooks, and what after them. Without `PruneLast=false`, everything goes last. */
export function pruneOrder({ plan, found }: Applying): {
  readonly early: ReadonlySet<Ref>;
  readonly last: ReadonlySet<Ref>;
} {
  const steps = plan.waves.flat().filter((step) => step.position === undefined);
  const hooks = found.removals.present.filter(({ entry }) => entry.hook !== undefined).map(({ ref }) => ref);
  const all = new Set([...steps.map((step) => step.ref), ...hooks]);
  const options = found.prepared.input.spec.syncPolicy?.syncOptions ?? [];
  if (!options.includes('PruneLast=false') || options.includes('PruneLast=true'))
    return { early: new Set(), last: all };
  const late = [...all].filter((ref) => hooks.includes(ref) || found.inventory.get(ref)?.pruneLast === true);
  return { early: new Set([...all].filter((ref) => !late.includes(ref))), last: new Set(late) };
}

/**
 * Takes away what is planned to go, found by a fresh look, in reverse order. Nothing goes that the plan did not name,
 * whatever that look finds.
 */
export async function prune(applying: Applying, planned: ReadonlySet<Ref>): Promise<boolean> {
  if (planned.size === 0) return true;
  const removals = (await freshRemovals(applying)).filter((removal) => planned.has(removal.ref));
  const ranks = new Map(removals.map((removal) => [removal.ref, removal.kind.removalRank]));
  for (const refs of orderForRemoval([...ranks.keys()], (ref) => ranks.get(ref) ?? 0)) {
    const wave = removals.filter((removal) => refs.includes(removal.ref));
    const runs = wave.map((removal) => async () => {
      const result = await applyRemoval(applying, removal);
      // What a hook left behind is tidied up; it is no resource whose deletion was planned.
      if (removal.entry.hook === undefined || result.status === 'SyncFailed') applying.report(result);
      return result;
    });
    if (!(await runWave(applying, runs))) return false;
  }
  return true;
}

/** What there is to take away now that everything else is in place: also what replacements have left behind. */
async function freshRemovals(applying: Applying): Promise<readonly Removal[]> {
  const { found, clock, bear } = applying;
  const { prepared, moving, asked } = found;
  const places = found.places.map((place) => ({
    ...place,
    pass: place.connection.aws.pass(clock.now(), clock.signal),
  }));
  const { present } = await findRemovals({
    places,
    declared: declaredIn(applying.world, asked),
    spared: sparedIn(prepared, moving, asked),
    declaredIn: prepared.input.destination,
    application: prepared.input.name,
    instance: found.instance,
    kinds: found.kinds,
    bear,
  });
  return present;
}
