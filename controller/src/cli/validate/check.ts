import { silenced } from '../../core/annotations.ts';
import { InvalidInputError, type Problem } from '../../core/errors.ts';
import { parseExpressions } from '../../core/expressions.ts';
import { buildGraph, CycleError } from '../../core/graph.ts';
import { hookProblems } from '../../core/hooks.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Manifest, type Position, type Ref, refOf } from '../../core/manifest.ts';
import { missingNeeds } from '../../core/manifests/needs.ts';
import { parseManifests } from '../../core/manifests/parse.ts';
import { moveProblems } from '../../core/moved-from.ts';
import type { PlacedFinding } from '../../core/plan.ts';
import { missingReferences, referencesIn, stringsIn } from '../../core/references.ts';
import { syncOptionProblems } from '../../core/sync-options.ts';
import type { OfflineKind } from '../../kinds/kind.ts';
import type { Collected } from './collect.ts';

/** What was found in the files of one PATH. */
export interface Checked {
  readonly manifests: number;
  readonly files: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly findings: readonly PlacedFinding[];
  /** Parameters that somebody will have to give, each with its first place. Empty where they are given: then a wrong one is a problem. */
  readonly needed: readonly NeededParameter[];
}

/** A `${param.name}` and where it stands first. */
export interface NeededParameter {
  readonly name: string;
  readonly position: Position;
}

/** Schema, rules, references between manifests, and lint. Asks AWS nothing. */
export function check(collected: Collected, kinds: ReadonlyMap<string, OfflineKind<JsonObject>>): Checked {
  const { files, parameters } = collected;
  const { manifests, problems, warnings } = parseManifests(files, {
    variables: parameters === undefined ? {} : { param: parameters },
  });
  // A manifest that is not valid is not there: whoever refers to it would seem to be wrong as well.
  const linked = problems.length > 0 ? [] : checkLinks(manifests, kinds);
  const sound = problems.length + linked.length === 0;
  return {
    manifests: manifests.length,
    files: files.size,
    problems: [...problems, ...linked],
    warnings,
    findings: sound ? lint(manifests, kinds) : [],
    needed: parameters === undefined ? neededParameters(manifests) : [],
  };
}

/** What an error says, where it is about the input. Others are thrown on. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof InvalidInputError) return error.problems;
  throw error;
}

function checkLinks(
  manifests: readonly Manifest[],
  kinds: ReadonlyMap<string, OfflineKind<JsonObject>>,
): readonly Problem[] {
  const edges = new Map(manifests.map((manifest) => [refOf(manifest), kinds.get(manifest.kind)?.edges(manifest.spec)]));
  const missing = [
    ...missingReferences(manifests),
    ...missingNeeds(manifests, (manifest) => edges.get(refOf(manifest))?.needs ?? []),
  ];
  const annotated = [
    ...manifests.flatMap((manifest) => [...hookProblems(manifest), ...syncOptionProblems(manifest)]),
    ...moveProblems(manifests),
  ];
  if (missing.length + annotated.length > 0) return [...missing, ...annotated];
  const nodes = manifests.map((manifest) => {
    const ref = refOf(manifest);
    const { needs = [], serves = [] } = edges.get(ref) ?? {};
    const referred = referencesIn(manifest.spec).map((reference) => reference.ref);
    return { ref, needs: [...needs, ...referred], serves };
  });
  try {
    buildGraph(nodes);
    return [];
  } catch (error) {
    if (!(error instanceof CycleError)) throw error;
    const inCycle = manifests.find((manifest) => error.path.includes(refOf(manifest)));
    if (inCycle === undefined) throw error;
    return [{ position: inCycle.positionOf('/spec'), path: '/spec', message: error.message }];
  }
}

function lint(
  manifests: readonly Manifest[],
  kinds: ReadonlyMap<string, OfflineKind<JsonObject>>,
): readonly PlacedFinding[] {
  const byRef = new Map<Ref, Manifest>(manifests.map((manifest) => [refOf(manifest), manifest]));
  return manifests.flatMap((manifest) =>
    (kinds.get(manifest.kind)?.lint(manifest.spec, { manifest, find: (ref) => byRef.get(ref), all: manifests }) ?? [])
      .filter(({ code }) => !silenced(manifest, code))
      .map((finding) => ({
        ...finding,
        ref: refOf(manifest),
        position: manifest.positionOf(`/spec${finding.path}`),
      })),
  );
}

function neededParameters(manifests: readonly Manifest[]): readonly NeededParameter[] {
  const first = new Map<string, Position>();
  for (const { metadata, spec, positionOf } of manifests) {
    for (const { path, text } of stringsIn({ metadata: { ...metadata }, spec })) {
      for (const piece of parseExpressions(text)) {
        if (piece.kind !== 'variable' || piece.scope !== 'param' || first.has(piece.name)) continue;
        first.set(piece.name, positionOf(path));
      }
    }
  }
  return [...first].map(([name, position]) => ({ name, position })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
