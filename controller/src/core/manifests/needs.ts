import type { Problem } from '../errors.ts';
import { type Manifest, type Ref, refOf, splitRef } from '../manifest.ts';
import { missingReferenceMessage, referencesIn, stringsIn } from '../references.ts';

/**
 * Resources that a manifest names bare (`cluster: main`) and that the Application does not have, each at the text that
 * names it. `needsOf` are the edges of its kind; what stands in `${...}` is not said again.
 */
export function missingNeeds(
  manifests: readonly Manifest[],
  needsOf: (manifest: Manifest) => readonly Ref[],
): readonly Problem[] {
  const known = new Set<Ref>(manifests.map(refOf));
  return manifests.flatMap((manifest) => {
    const referred = new Set(referencesIn(manifest.spec).map((reference) => reference.ref));
    return [...new Set(needsOf(manifest))]
      .filter((need) => !known.has(need) && !referred.has(need))
      .map((need): Problem => {
        const { name } = splitRef(need);
        const path = `/spec${stringsIn(manifest.spec).find(({ text }) => text === name)?.path ?? ''}`;
        return { position: manifest.positionOf(path), path, message: missingReferenceMessage(need, [...known], name) };
      });
  });
}
