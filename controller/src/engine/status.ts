import { HELD, MISSING, worstHealth } from '../core/health.ts';
import type { Claim, Health, Part } from '../core/driver.ts';
import type { Ref } from '../core/manifest.ts';
import { isEmpty } from '../core/plan.ts';
import { ownerInWords } from '../core/ownership.ts';
import type { ApplicationStatus } from './engine.ts';
import type { Found } from './found.ts';
import { buildPlan } from './planner.ts';
import { plannedRemovals, removalVerdict } from './verdict.ts';
import { asParts, gatherClaims, type Seen } from './world.ts';

/** Sync and health, from what was found. */
export function statusOf(found: Found): ApplicationStatus {
  const plan = buildPlan(found);
  const actions = new Map(
    plan.waves
      .flat()
      .filter((step) => step.position !== undefined && !found.prepared.skipped.has(step.ref))
      .map((step) => [step.ref, step.action]),
  );
  const claims = gatherClaims(found.world);
  const resources = [...actions.keys()].map((ref) => {
    const seen = found.world.get(ref) as Seen;
    const health = healthOf(found, seen, claims.get(ref) ?? []);
    const synced = actions.get(ref) === 'none' && health.reason !== HELD && seen.owner === 'ours';
    const rollout = seen.live === undefined ? undefined : seen.resource.driver.rollout(seen.live);
    const sync = synced ? ('Synced' as const) : ('OutOfSync' as const);
    return { ref, sync, health, ...(rollout !== undefined && { rollout }) };
  });
  const synced =
    isEmpty(plan) && !leavesSomethingBehind(found) && resources.every((resource) => resource.sync === 'Synced');
  return {
    sync: synced ? 'Synced' : 'OutOfSync',
    health: worstHealth(resources.map(({ ref, health }) => ({ name: ref, health }))),
    plan,
    resources,
  };
}

function healthOf(found: Found, seen: Seen, claims: readonly Claim[]): Health {
  const { resource, live, owner } = seen;
  if (live === undefined) return MISSING;
  if (owner !== 'ours') {
    const message = `${owner.notOurs.id} exists and belongs to ${ownerInWords(owner.notOurs)}`;
    return { status: 'Missing', reason: 'Foreign', message };
  }
  return resource.driver.health({ ...seen.desired, claims }, live, found.now);
}

/** Something is not in the source any more, and pruning is off. What is kept on purpose is in sync. */
function leavesSomethingBehind(found: Found): boolean {
  return plannedRemovals(found).some((removal) => {
    const verdict = removalVerdict(removal, found);
    return verdict.action === 'none' && !verdict.released && removal.entry.ignoreExtraneous !== true;
  });
}

/** Which objects of AWS belong to which resource, declared or only on record. */
export function partsOf({ world, removals, recorded }: Found): ReadonlyMap<Ref, readonly Part[]> {
  const parts = new Map<Ref, readonly Part[]>();
  // What somebody deleted is known by its record: the event that says who comes later.
  for (const [ref, seen] of world) {
    parts.set(ref, seen.live === undefined ? asParts(recorded(ref)?.parts ?? []) : seen.parts);
  }
  for (const removal of removals.present) parts.set(removal.ref, [...(parts.get(removal.ref) ?? []), ...removal.parts]);
  return parts;
}
