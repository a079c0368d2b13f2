import { ANNOTATIONS, IGNORE_LINT } from '../annotations.ts';
import { isObject } from '../json.ts';
import { DOMAIN } from '../manifest.ts';
import { below } from '../pointer.ts';
import { didYouMean } from '../suggest.ts';

/** Warns of annotations under our domain that mean nothing: a mistyped one would be ignored silently. */
export function checkAnnotations(metadata: unknown, warn: (pointer: string, message: string) => void): void {
  if (!isObject(metadata) || !isObject(metadata.annotations)) return;
  for (const key of Object.keys(metadata.annotations)) {
    if (!key.startsWith(`${DOMAIN}/`) || ANNOTATIONS.has(key) || key.startsWith(IGNORE_LINT)) continue;
    const known = [...ANNOTATIONS.keys()];
    const names = known.map((one) => one.slice(DOMAIN.length + 1));
    const expected = didYouMean(key, known) || `, expected one of ${names.join(', ')} after ${DOMAIN}/`;
    warn(below('/metadata/annotations', key), `the annotation "${key}" has no meaning${expected}`);
  }
}
