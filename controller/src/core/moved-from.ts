import type { Problem } from './errors.ts';
import { DOMAIN, refOf, splitRef, type Manifest, type Ref } from './manifest.ts';
import { below } from './pointer.ts';

/** Annotation with the reference that a resource had before: it is renamed, not made anew. */
const MOVED_FROM = `${DOMAIN}/moved-from`;

/** What manifests say that they were called before, by what they are called now. */
export function movesIn(manifests: readonly Manifest[]): ReadonlyMap<Ref, Ref> {
  const moves = new Map<Ref, Ref>();
  for (const manifest of manifests) {
    const from = manifest.metadata.annotations?.[MOVED_FROM];
    if (from !== undefined) moves.set(refOf(manifest), from.trim() as Ref);
  }
  return moves;
}

/** Annotations that cannot be a rename. */
export function moveProblems(manifests: readonly Manifest[]): readonly Problem[] {
  const declared = new Set(manifests.map(refOf));
  const taken = new Map<Ref, Ref>();
  return manifests.flatMap((manifest): readonly Problem[] => {
    const ref = refOf(manifest);
    const from = movesIn([manifest]).get(ref);
    if (from === undefined) return [];
    const path = below('/metadata/annotations', MOVED_FROM);
    const message = whatIsWrong(manifest, from, declared, taken.get(from));
    taken.set(from, ref);
    return message === undefined ? [] : [{ position: manifest.positionOf(path), path, message }];
  });
}

function whatIsWrong(
  manifest: Manifest,
  from: Ref,
  declared: ReadonlySet<Ref>,
  other: Ref | undefined,
): string | undefined {
  const { kind, name } = splitRef(from);
  if (!/^[^/\s]+\/[^/\s]+$/.test(from)) {
    return `"${from}" is no reference, expected ${manifest.kind}/name with the name that it had in this Application`;
  }
  if (kind !== manifest.kind) return `a ${kind} cannot become a ${manifest.kind}, expected ${manifest.kind}/${name}`;
  if (from === refOf(manifest)) return `it is called ${from} still; take the annotation out, or give it another name`;
  if (declared.has(from)) return `${from} is declared still; take that manifest out, or this annotation`;
  if (other !== undefined) return `${other} is moved from ${from} as well, expected one of them`;
  return undefined;
}
