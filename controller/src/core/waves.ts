import { compareRefs, type Graph } from './graph.ts';
import { DOMAIN, type Ref } from './manifest.ts';

/** Annotation with a whole number: lower waves come first, 0 is the default. As Argo CD's. */
export const SYNC_WAVE = `${DOMAIN}/sync-wave`;

/** A resource whose annotation puts it before something that it waits for. */
export interface WaveConflict {
  readonly ref: Ref;
  readonly wave: number;
  readonly waitsFor: Ref;
  readonly waitsForWave: number;
}

/** The wave that annotations ask for; undefined when the annotation is no whole number. */
export function syncWaveOf(annotations: Readonly<Record<string, string>> | undefined): number | undefined {
  const text = annotations?.[SYNC_WAVE];
  if (text === undefined) return 0;
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

/** Annotations that contradict the graph. Empty is what a sync needs. */
export function waveConflicts(graph: Graph, waveOf: (ref: Ref) => number): readonly WaveConflict[] {
  return [...graph].flatMap(([ref, waitsFor]) =>
    [...waitsFor]
      .filter((other) => waveOf(other) > waveOf(ref))
      .map((other) => ({ ref, wave: waveOf(ref), waitsFor: other, waitsForWave: waveOf(other) })),
  );
}

/**
 * Resources in the order of application: by annotation first, then so that each comes after all that it waits for, as
 * early as that allows. Inside a wave by kind, then by name. The graph has no cycle.
 */
export function orderInWaves(graph: Graph, waveOf: (ref: Ref) => number): readonly (readonly Ref[])[] {
  const depths = depthsOf(graph, waveOf);
  const waves = new Map<string, { readonly wave: number; readonly depth: number; readonly refs: Ref[] }>();
  for (const ref of [...graph.keys()].toSorted(compareRefs)) {
    const wave = waveOf(ref);
    const depth = depths.get(ref) ?? 0;
    const key = `${wave}/${depth}`;
    const found = waves.get(key) ?? { wave, depth, refs: [] };
    found.refs.push(ref);
    waves.set(key, found);
  }
  return [...waves.values()].toSorted((a, b) => a.wave - b.wave || a.depth - b.depth).map((entry) => entry.refs);
}

/** How many others of the same annotation each resource waits for, one after the other. A row may be ten thousand long. */
function depthsOf(graph: Graph, waveOf: (ref: Ref) => number): ReadonlyMap<Ref, number> {
  const depths = new Map<Ref, number>();
  const open = [...graph.keys()];
  for (let ref = open.at(-1); ref !== undefined; ref = open.at(-1)) {
    const wave = waveOf(ref);
    const before = [...(graph.get(ref) ?? [])].filter((other) => waveOf(other) === wave);
    const unknown = before.filter((other) => !depths.has(other));
    if (unknown.length > 0 && !depths.has(ref)) {
      open.push(...unknown);
      continue;
    }
    open.pop();
    depths.set(
      ref,
      before.reduce((deepest, other) => Math.max(deepest, 1 + (depths.get(other) ?? 0)), 0),
    );
  }
  return depths;
}

/**
 * The order of removal when the manifests, and the graph with them, are gone: lower ranks first, equal ranks together.
 * Inside a wave by kind, then by name.
 */
export function orderForRemoval(refs: readonly Ref[], rankOf: (ref: Ref) => number): readonly (readonly Ref[])[] {
  const ranks = [...new Set(refs.map(rankOf))].toSorted((a, b) => a - b);
  return ranks.map((rank) => refs.filter((ref) => rankOf(ref) === rank).toSorted(compareRefs));
}
