import { equalJson } from '../core/canonical.ts';
import { diffTrees } from '../core/diff.ts';
import type { Change, Claim, Desired } from '../core/driver.ts';
import { HELD } from '../core/health.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { ownerInWords } from '../core/ownership.ts';
import type { Plan, Step } from '../core/plan.ts';
import { orderForRemoval } from '../core/waves.ts';
import { refusalsOf } from './decide.ts';
import { desiredState } from './desired.ts';
import { ADOPT, type Found } from './found.ts';
import { isRetained, type Removal } from './removals.ts';
import type { Resource } from './resource.ts';
import { gatherClaims, ownerOf, type Seen } from './world.ts';

/** The plan: pure, the same for the same world. */
export function buildPlan(found: Found): Plan {
  const { prepared, world } = found;
  const claims = gatherClaims(world);
  const replaced = new Set<Ref>();
  const waves = prepared.waves.map((wave) =>
    wave.map((ref) => {
      const step = planOne(found, world.get(ref) as Seen, claims.get(ref) ?? [], replaced);
      if (step.action === 'replace') replaced.add(ref);
      return step;
    }),
  );
  const deletions = removalSteps(found, replaced);
  const plan = {
    application: prepared.input.name,
    accountId: prepared.input.destination.accountId,
    region: prepared.input.destination.region,
    revision: prepared.input.revision,
    digest: prepared.digest,
    waves: [...waves, ...deletions].filter((wave) => wave.length > 0),
    findings: prepared.findings,
  };
  const refusals = refusalsOf(plan, found);
  return refusals.length === 0 ? plan : { ...plan, refusals };
}

function planOne(found: Found, seen: Seen, claims: readonly Claim[], replaced: ReadonlySet<Ref>): Step {
  const { resource, live } = seen;
  const desired = plannedState(found, resource, claims, replaced);
  const base = {
    ref: resource.ref,
    parts: seen.parts.map(({ type, id }) => ({ type, id })),
    position: resource.manifest.positionOf(''),
  };
  if (live === undefined) {
    return { ...base, action: 'create', changes: fieldsOf(resource, desired), notes: claims.map(inWords) };
  }
  const changes = resource.driver.diff(desired, live);
  if (seen.owner !== 'ours') {
    const { notOurs } = seen.owner;
    const whose = `${notOurs.type} ${notOurs.id} exists and belongs to ${ownerInWords(notOurs)}`;
    const adopts = desired.annotations[ADOPT] === 'true';
    return { ...base, action: adopts ? 'adopt' : 'none', changes, notes: [whose] };
  }
  const rollout = resource.driver.rollout(live);
  const health = resource.driver.health(desired, live, found.now);
  const notes = claims.map(inWords);
  if (health.reason === HELD) {
    return { ...base, action: 'none', changes, notes: [...notes, `held: ${health.message}`], held: true };
  }
  if (rollout !== undefined && rollout.phase !== 'Succeeded' && rollout.phase !== 'Failed') {
    notes.push(`a rollout is in flight: ${rollout.phase}, step ${rollout.step[0]} of ${rollout.step[1]}`);
  }
  const action =
    changes.length === 0 ? 'none' : changes.some((change) => change.effect === 'replaces') ? 'replace' : 'update';
  return { ...base, action, changes, notes };
}

/** As desiredState, but what is about to be replaced gives nothing yet. */
function plannedState(
  found: Found,
  resource: Resource,
  claims: readonly Claim[],
  replaced: ReadonlySet<Ref>,
): Desired<JsonObject> {
  return desiredState(resource, {
    input: found.prepared.input,
    instance: found.instance,
    outputs: (ref) => (replaced.has(ref) ? undefined : found.world.get(ref)?.outputs),
    recorded: found.inventory.get(resource.ref),
    claims,
  });
}

/** What a create sets: the fields that the manifest says. */
function fieldsOf(resource: Resource, desired: Desired<JsonObject>): readonly Change[] {
  return diffTrees(resource.kind.name, {}, desired.spec, { unknown: desired.unknown });
}

function inWords(claim: Claim): string {
  const { holds } = claim;
  const value =
    holds === 'any'
      ? 'any value'
      : 'exactly' in holds
        ? JSON.stringify(holds.exactly)
        : `${holds.between[0]} to ${holds.between[1]}`;
  return `${claim.path} is held by ${claim.by} (${value}): ${claim.reason}`;
}

function removalSteps(found: Found, replaced: ReadonlySet<Ref>): readonly (readonly Step[])[] {
  const steps = new Map<Ref, Step[]>();
  const ranks = new Map<Ref, number>();
  const add = (step: Step, rank: number): void => {
    steps.set(step.ref, [...(steps.get(step.ref) ?? []), step]);
    ranks.set(step.ref, rank);
  };
  for (const removal of found.removals.present) add(removalStep(removal, found), removal.kind.removalRank);
  for (const ref of replaced) {
    const { resource, parts } = found.world.get(ref) as Seen;
    const retained = isRetained(resource.manifest.spec, resource.manifest.metadata.annotations);
    const step: Step = {
      ref,
      action: retained ? 'none' : 'delete',
      changes: [],
      parts: parts.map(({ type, id }) => ({ type, id })),
      notes: [
        retained ? 'the replaced one is kept: deletionPolicy Retain' : 'the old one, once the new one is in place',
      ],
    };
    add(step, resource.kind.removalRank);
  }
  return orderForRemoval([...steps.keys()], (ref) => ranks.get(ref) ?? 0).map((wave) =>
    wave.flatMap((ref) => steps.get(ref) ?? []),
  );
}

/** What becomes of something that is on record and not declared. */
function removalStep(removal: Removal, found: Pick<Found, 'prune' | 'prepared' | 'instance'>): Step {
  const verdict = removalVerdict(removal, found.prepared.input.name, found.instance, found.prune);
  return {
    ref: removal.ref,
    action: verdict.action,
    changes: [],
    parts: removal.parts.map(({ type, id }) => ({ type, id })),
    notes: [verdict.reason],
  };
}

/** Whether it goes, with the reason. `released`: it stays in AWS and is not ours any more. */
export function removalVerdict(
  removal: Removal,
  application: string,
  instance: string,
  prune: boolean,
): { readonly action: 'delete' | 'none'; readonly released: boolean; readonly reason: string } {
  const owner = ownerOf(removal.parts, { application, ref: removal.ref, instance }, undefined);
  if (owner !== 'ours') {
    const reason = `${owner.notOurs.id} is left alone: it belongs to ${ownerInWords(owner.notOurs)}`;
    return { action: 'none', released: true, reason };
  }
  if (removal.entry.deletionPolicy === 'Retain') {
    return { action: 'none', released: true, reason: 'kept in AWS: deletionPolicy Retain or sync option Prune=false' };
  }
  if (removal.replaced) return { action: 'delete', released: false, reason: 'left behind by a replacement' };
  if (!prune) return { action: 'none', released: false, reason: 'not in the source any more; pruning is off' };
  return { action: 'delete', released: false, reason: 'not in the source any more' };
}

/** Steps that two plans of the same Application do not have in common, in words; empty when they do the same. */
export function whatMoved(before: Plan, after: Plan): readonly string[] {
  const moved: string[] = [];
  if (before.digest !== after.digest)
    moved.push(`the manifests changed (revision ${before.revision} to ${after.revision})`);
  const earlier = stepsByRef(before);
  const later = stepsByRef(after);
  for (const key of new Set([...earlier.keys(), ...later.keys()])) {
    const one = earlier.get(key);
    const other = later.get(key);
    if (one === undefined) moved.push(`${key}: now also ${other?.action}`);
    else if (other === undefined) moved.push(`${key}: ${one.action} is not needed any more`);
    else if (one.action !== other.action) moved.push(`${key}: ${one.action} became ${other.action}`);
    else if (!equalJson(one.changes as unknown as Json, other.changes as unknown as Json))
      moved.push(`${key}: other fields differ now`);
  }
  return moved;
}

function stepsByRef(plan: Plan): ReadonlyMap<string, Step> {
  const steps = plan.waves.flat().filter((step) => step.action !== 'none');
  return new Map(steps.map((step) => [step.action === 'delete' ? `${step.ref} (deletion)` : step.ref, step]));
}
