/** One set of parameters, from which one Application is made. */
export type Parameters = Readonly<Record<string, string>>;

/** Every combination; where both have a parameter, that of `second` counts. */
export function combined(first: readonly Parameters[], second: readonly Parameters[]): readonly Parameters[] {
  return first.flatMap((one) => second.map((other) => ({ ...one, ...other })));
}

/**
 * What the first list has, with what the others say of the sets whose merge keys are equal; as Argo CD's merge generator.
 * @throws when two sets of one list have equal keys: neither would be right
 */
export function merged(
  mergeKeys: readonly string[],
  [first = [], ...others]: readonly (readonly Parameters[])[],
): readonly Parameters[] {
  const result = keyed(mergeKeys, first, 1);
  for (const [index, list] of others.entries()) {
    for (const [key, parameters] of keyed(mergeKeys, list, index + 2)) {
      const base = result.get(key);
      if (base !== undefined) result.set(key, { ...base, ...parameters });
    }
  }
  return [...result.values()];
}

function keyed(mergeKeys: readonly string[], list: readonly Parameters[], which: number): Map<string, Parameters> {
  const found = new Map<string, Parameters>();
  for (const parameters of list) {
    const missing = mergeKeys.filter((key) => parameters[key] === undefined);
    if (missing.length > 0) {
      const known = Object.keys(parameters).join(', ');
      throw new Error(`merge: generator ${which} gives a set without ${missing.join(', ')} (it has ${known})`);
    }
    const key = JSON.stringify(mergeKeys.map((each) => parameters[each]));
    if (found.has(key)) {
      const words = mergeKeys.map((each) => `${each}=${parameters[each] ?? ''}`).join(', ');
      throw new Error(`merge: generator ${which} gives two sets with ${words}`);
    }
    found.set(key, parameters);
  }
  return found;
}

/** `path`, `path.basename`, `path[0]` ... of a folder of a repository, as Argo CD's Git generators give them. */
export function pathParameters(path: string): Parameters {
  const segments = path.split('/').filter((segment) => segment !== '');
  return {
    path,
    'path.basename': segments.at(-1) ?? '.',
    ...Object.fromEntries(segments.map((segment, index) => [`path[${index}]`, segment])),
  };
}

/** A text as it may stand in a name: lower-case letters, digits and hyphens, at most 50. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/gu, '');
}
