/** Something to be fuzzed. */
export interface Target {
  readonly name: string;
  /** What inputs are made from. */
  readonly seeds: readonly Uint8Array[];
  /** Throws when an input shows a mistake: what the target throws itself, or a `Broken`. */
  check(input: Uint8Array): void;
}

/** A property that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** Throws `Broken` unless it holds. */
export function hold(condition: boolean, property: string): void {
  if (!condition) throw new Broken(property);
}

/** Throws `Broken` unless both are the same as JSON. */
export function same(one: unknown, other: unknown, property: string): void {
  hold(JSON.stringify(one) === JSON.stringify(other), property);
}
