import { diffTrees } from '../core/diff.ts';
import type { Change, Claim, Desired } from '../core/driver.ts';
import { HELD } from '../core/health.ts';
import { HOOK_PHASES, type HookPhase, type PlannedHook } from '../core/hooks.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { OWNERSHIP_TAG, ownerInWords } from '../core/ownership.ts';
import { below } from '../core/pointer.ts';
import type { Plan, Step } from '../core/plan.ts';
import { compareRefs } from '../core/graph.ts';
import { orderForRemoval } from '../core/waves.ts';
import { refusalsOf } from './decide.ts';
import { desiredState } from './desired.ts';
import { ADOPT, type Found } from './found.ts';
import { ignoredInWords, isHidden, NOTHING_IGNORED, withIgnored } from './ignoring.ts';
import { isRetained, type Removal } from './removals.ts';
import type { Resource } from './resource.ts';
import { deletesFirst } from './replacing.ts';
import { plannedRemovals, removalVerdict } from './verdict.ts';
import { gatherClaims, type Seen } from './world.ts';

/** The plan: pure, the same for the same world. */
export function buildPlan(found: Found): Plan {
  const { prepared, world, asked } = found;
  const claims = gatherClaims(world);
  const replaced = new Set<Ref>();
  // Their deletion is a part of their own step.
  const deletedFirst = new Set<Ref>();
  const declared = asked.removal ? [] : prepared.waves;
  const waves = declared.map((wave) =>
    wave.filter(found.selected).map((ref) => {
      const step = planOne(found, world.get(ref) as Seen, claims.get(ref) ?? [], replaced);
      if (step.action === 'replace') replaced.add(ref);
      if (step.deletesFirst === true) deletedFirst.add(ref);
      return step;
    }),
  );
  const deletions = removalSteps(found, new Set([...replaced].filter((ref) => !deletedFirst.has(ref))));
  const hooks = plannedHooks(found);
  const plan: Plan = {
    application: prepared.input.name,
    accountId: prepared.input.destination.accountId,
    region: prepared.input.destination.region,
    revision: prepared.input.revision,
    digest: prepared.digest,
    waves: [...waves, ...deletions].filter((wave) => wave.length > 0),
    ...(hooks.length === 0 ? {} : { hooks }),
    findings: asked.removal ? [] : prepared.findings,
  };
  const refusals = refusalsOf(plan, found);
  return refusals.length === 0 ? plan : { ...plan, refusals };
}

const IN_SYNC: readonly HookPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];
const IN_REMOVAL: readonly HookPhase[] = ['PreDelete', 'PostDelete'];

/** The hooks that an operation runs, in the order of their phases and waves. */
function plannedHooks({ prepared, asked }: Found): readonly PlannedHook[] {
  if (asked.withoutHooks === true) return [];
  const phases = asked.removal ? IN_REMOVAL : IN_SYNC;
  return HOOK_PHASES.filter((phase) => phases.includes(phase)).flatMap((phase) =>
    [...prepared.hooks.values()]
      .filter((hook) => hook.phases.includes(phase))
      .toSorted((a, b) => a.wave - b.wave || compareRefs(a.resource.ref, b.resource.ref))
      .map(({ resource: { ref, manifest }, wave }) => ({ ref, phase, wave, position: manifest.positionOf('') })),
  );
}

function planOne(found: Found, seen: Seen, claims: readonly Claim[], replaced: ReadonlySet<Ref>): Step {
  const { resource, live } = seen;
  const desired = plannedState(found, resource, claims, replaced);
  const base = {
    ref: resource.ref,
    parts: seen.parts.map(({ type, id }) => ({ type, id })),
    position: resource.manifest.positionOf(''),
  };
  if (found.prepared.skipped.has(resource.ref)) {
    return { ...base, action: 'none', changes: [], notes: ['left as it is: hook Skip'] };
  }
  if (live === undefined) {
    return { ...base, action: 'create', changes: fieldsOf(resource, desired), notes: claims.map(inWords) };
  }
  const changes = resource.driver.diff(desired, live).filter((change) => !isHidden(seen.ignored, change));
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
  const from = found.moving.get(resource.ref)?.from;
  if (from !== undefined) notes.push(`moved from ${from}: it is renamed, and stays what it is in AWS`);
  const all = from === undefined ? changes : [...changes, renaming(seen, from)];
  const action = all.length === 0 ? 'none' : all.some((change) => change.effect === 'replaces') ? 'replace' : 'update';
  if (action !== 'none' || seen.ignored.hidden.length > 0) notes.push(...ignoredInWords(seen.ignored));
  return {
    ...base,
    action,
    changes: all,
    notes,
    ...(from === undefined ? {} : { movedFrom: from }),
    ...(action === 'replace' && deletesFirst(found, resource, changes) ? { deletesFirst: true } : {}),
  };
}

/** The tag that says whose every part is. */
function renaming({ resource, parts }: Seen, from: Ref): Change {
  const path = below('/tags', OWNERSHIP_TAG.resource);
  return { part: parts[0]?.type ?? resource.kind.name, path, from, to: resource.ref, effect: 'inPlace' };
}

/** As desiredState, but what is about to be replaced gives nothing yet. */
export function plannedState(
  found: Found,
  resource: Resource,
  claims: readonly Claim[],
  replaced: ReadonlySet<Ref>,
): Desired<JsonObject> {
  const from = found.moving.get(resource.ref)?.from;
  const desired = desiredState(resource, {
    input: found.prepared.input,
    instance: found.instance,
    outputs: (ref) => (replaced.has(ref) ? undefined : found.world.get(ref)?.outputs),
    recorded: found.recorded(resource.ref),
    claims,
    ...(from === undefined ? {} : { ownedAs: from }),
  });
  return withIgnored(desired, found.world.get(resource.ref)?.ignored ?? NOTHING_IGNORED);
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
        : 'oneOf' in holds
          ? holds.oneOf.map((one) => JSON.stringify(one)).join(' or ')
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
  for (const removal of plannedRemovals(found)) add(removalStep(removal, found), removal.kind.removalRank);
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
function removalStep(removal: Removal, found: Found): Step {
  const verdict = removalVerdict(removal, found);
  return {
    ref: removal.ref,
    action: verdict.action,
    changes: [],
    parts: removal.parts.map(({ type, id }) => ({ type, id })),
    notes: [verdict.reason],
    ...(verdict.needsConfirmation === true ? { needsConfirmation: true } : {}),
  };
}
