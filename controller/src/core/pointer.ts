/** Segments of a JSON pointer (RFC 6901), unescaped. `''` has none. */
export function segmentsOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to a member below another pointer. */
export function below(pointer: string, segment: string | number): string {
  return `${pointer}/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * True when the pattern, a JSON pointer in which the segment `*` stands for any one segment, names this place or one
 * of its parents.
 */
export function covers(pattern: readonly string[], place: readonly string[]): boolean {
  return (
    pattern.length <= place.length && pattern.every((segment, index) => segment === '*' || segment === place[index])
  );
}

/** True when the pattern names exactly this place. */
export function matches(pattern: readonly string[], place: readonly string[]): boolean {
  return pattern.length === place.length && covers(pattern, place);
}
