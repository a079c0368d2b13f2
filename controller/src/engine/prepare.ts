import { silenced } from '../core/annotations.ts';
import { contentHash } from '../core/canonical.ts';
import { InvalidInputError, type Problem } from '../core/errors.ts';
import { buildGraph, type Graph } from '../core/graph.ts';
import {
  hookDeletePoliciesOf,
  hookPhasesOf,
  hookProblems,
  isSkipped,
  type HookDeletePolicy,
  type HookPhase,
} from '../core/hooks.ts';
import type { Json } from '../core/json.ts';
import { refOf, type Manifest, type Ref } from '../core/manifest.ts';
import { missingNeeds } from '../core/manifests/needs.ts';
import { moveProblems, movesIn } from '../core/moved-from.ts';
import type { PlacedFinding } from '../core/plan.ts';
import { below } from '../core/pointer.ts';
import { missingReferences, referencesIn } from '../core/references.ts';
import { didYouMean } from '../core/suggest.ts';
import { syncOptionProblems } from '../core/sync-options.ts';
import { orderInWaves, SYNC_WAVE, syncWaveOf, waveConflicts } from '../core/waves.ts';
import type { ApplicationInput } from './engine.ts';
import { ignoreRulesOf, type IgnoreRules } from './ignoring.ts';
import type { Connection, EngineKind, Resource } from './resource.ts';

/** An Application before anything is read from AWS: who is there, who waits for whom, what looks wrong. */
export interface Prepared {
  readonly input: ApplicationInput;
  /** Without hooks. */
  readonly resources: ReadonlyMap<Ref, Resource>;
  /** In the order of manifests. */
  readonly hooks: ReadonlyMap<Ref, Hook>;
  /** Resources that are looked at and left as they are: `hook: Skip`. */
  readonly skipped: ReadonlySet<Ref>;
  /** Resources in the order of application. */
  readonly waves: readonly (readonly Ref[])[];
  /** By sync-wave, the hooks of phase Sync among them; inside of a wave each comes after all that it waits for. */
  readonly order: readonly (readonly Ref[])[];
  /** Who waits for whom, whatever their sync-waves. */
  readonly waitsFor: Graph;
  /** What resources were called before, by what they are called now. */
  readonly moves: ReadonlyMap<Ref, Ref>;
  /** Fields that Git does not decide, by resource. */
  readonly ignores: ReadonlyMap<Ref, IgnoreRules>;
  /** Of the manifests as rendered, references unresolved. */
  readonly digest: string;
  readonly findings: readonly PlacedFinding[];
}

/** A Job that runs when a sync reaches its phase, and is no resource besides. */
export interface Hook {
  readonly resource: Resource;
  readonly phases: readonly HookPhase[];
  readonly wave: number;
  readonly deletePolicies: readonly HookDeletePolicy[];
}

/**
 * Resolves kinds, edges, references and waves.
 * @throws InvalidInputError with every problem and its place; CycleError.
 */
export function prepare(
  input: ApplicationInput,
  kinds: ReadonlyMap<string, EngineKind>,
  connection: Connection,
): Prepared {
  const problems: Problem[] = [
    ...unknownKinds(input.manifests, kinds),
    ...badWaves(input.manifests),
    ...input.manifests.flatMap(hookProblems),
    ...input.manifests.flatMap(syncOptionProblems),
    ...moveProblems(input.manifests),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const kindOf = (manifest: Manifest): EngineKind => kinds.get(manifest.kind) as EngineKind;
  problems.push(...missingReferences(input.manifests));
  problems.push(...missingNeeds(input.manifests, (manifest) => kindOf(manifest).edges(manifest.spec).needs));
  if (problems.length > 0) throw new InvalidInputError(problems);

  const manifests = new Map(input.manifests.map((manifest) => [refOf(manifest), manifest]));
  const all = new Map<Ref, Resource>();
  const nodes = input.manifests.map((manifest) => {
    const ref = refOf(manifest);
    const kind = kindOf(manifest);
    const edges = kind.edges(manifest.spec);
    const referred = referencesIn(manifest.spec).map((reference) => reference.ref);
    const needs = [...new Set([...edges.needs, ...referred])];
    all.set(ref, { ref, manifest, kind, driver: connection.driver(manifest.kind), needs });
    return { ref, needs, serves: edges.serves };
  });
  const hooks = hooksAmong(all);
  problems.push(...needsOfHooks(all, hooks));
  if (problems.length > 0) throw new InvalidInputError(problems);

  const inSync = (ref: Ref): boolean => hooks.get(ref)?.phases.includes('Sync') ?? true;
  const graph = buildGraph(nodes.filter(({ ref }) => inSync(ref)));
  const waveOf = (ref: Ref): number => syncWaveOf(manifests.get(ref)?.metadata.annotations) ?? 0;
  for (const conflict of waveConflicts(graph, waveOf)) {
    const path = below('/metadata/annotations', SYNC_WAVE);
    problems.push({
      position: (manifests.get(conflict.ref) as Manifest).positionOf(path),
      path,
      message: `wave ${conflict.wave} comes before wave ${conflict.waitsForWave} of ${conflict.waitsFor}, which ${conflict.ref} waits for; expected ${conflict.waitsForWave} or higher`,
    });
  }
  if (problems.length > 0) throw new InvalidInputError(problems);

  const order = orderInWaves(graph, waveOf);
  const resources = new Map([...all].filter(([ref]) => !hooks.has(ref)));
  return {
    input,
    resources,
    hooks,
    skipped: new Set([...resources].filter(([, { manifest }]) => isSkipped(manifest)).map(([ref]) => ref)),
    waves: order.map((wave) => wave.filter((ref) => !hooks.has(ref))).filter((wave) => wave.length > 0),
    order: [...Map.groupBy(order.flat(), waveOf).values()],
    waitsFor: graph,
    moves: movesIn(input.manifests),
    ignores: ignoreRulesOf(input, resources, [...kinds.keys()]),
    digest: digestOf(input.manifests),
    findings: lint(all, manifests),
  };
}

function hooksAmong(all: ReadonlyMap<Ref, Resource>): ReadonlyMap<Ref, Hook> {
  const hooks = new Map<Ref, Hook>();
  for (const [ref, resource] of all) {
    const { manifest } = resource;
    const phases = hookPhasesOf(manifest);
    if (phases.length === 0 || isSkipped(manifest)) continue;
    const wave = syncWaveOf(manifest.metadata.annotations) ?? 0;
    hooks.set(ref, { resource, phases, wave, deletePolicies: hookDeletePoliciesOf(manifest) });
  }
  return hooks;
}

/** A hook comes and goes: nothing can be built on it. */
function needsOfHooks(all: ReadonlyMap<Ref, Resource>, hooks: ReadonlyMap<Ref, Hook>): readonly Problem[] {
  return [...all.values()].flatMap(({ manifest, needs }) =>
    needs
      .filter((need) => hooks.has(need))
      .map((need) => ({
        position: manifest.positionOf('/spec'),
        path: '/spec',
        message: `it refers to ${need}, which is a hook; expected a resource that stays`,
      })),
  );
}

/** Digest of rendered manifests, whatever their order. */
export function digestOf(manifests: readonly Manifest[]): string {
  const documents = manifests.map(({ kind, metadata, spec }) => ({ kind, metadata, spec }) as unknown as Json);
  return contentHash(documents.map(contentHash).toSorted());
}

function lint(resources: ReadonlyMap<Ref, Resource>, manifests: ReadonlyMap<Ref, Manifest>): readonly PlacedFinding[] {
  const all = [...manifests.values()];
  return [...resources.values()].flatMap(({ ref, kind, manifest }) =>
    kind
      .lint(manifest.spec, { manifest, find: (other) => manifests.get(other), all })
      .filter((finding) => !silenced(manifest, finding.code))
      .map((finding) => ({ ...finding, ref, position: manifest.positionOf(`/spec${finding.path}`) })),
  );
}

/** Kinds that only a controller has: without one they are nothing that could be synced. */
const OF_A_CONTROLLER: readonly string[] = ['Application', 'ApplicationSet', 'Project'];

function unknownKinds(manifests: readonly Manifest[], kinds: ReadonlyMap<string, EngineKind>): readonly Problem[] {
  return manifests
    .filter((manifest) => !kinds.has(manifest.kind))
    .map((manifest) => ({
      position: manifest.positionOf('/kind'),
      path: '/kind',
      message: OF_A_CONTROLLER.includes(manifest.kind)
        ? `${manifest.kind} "${manifest.metadata.name}" is kept by a controller and is nothing in AWS: an Application of ` +
          'Applications is synced by `longshore controller`; without one, plan and apply each Application by its own file'
        : `"${manifest.kind}" cannot be synced, expected one of ${[...kinds.keys()].join(', ')}${didYouMean(manifest.kind, [...kinds.keys()])}`,
    }));
}

function badWaves(manifests: readonly Manifest[]): readonly Problem[] {
  const path = below('/metadata/annotations', SYNC_WAVE);
  return manifests
    .filter((manifest) => syncWaveOf(manifest.metadata.annotations) === undefined)
    .map((manifest) => ({
      position: manifest.positionOf(path),
      path,
      message: `"${manifest.metadata.annotations?.[SYNC_WAVE]}" is no wave, expected a whole number such as "-1" or "2"`,
    }));
}
