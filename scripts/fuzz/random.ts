/** A source of random numbers that gives the same ones for the same seed, on every machine. */
export interface Random {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** One of them. */
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32: 32 bits of state, which is plenty for picking mutations. One for each input of each seed. */
export function random(seed: number, input: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(input + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, pick: <T>(items: readonly T[]) => items[below(items.length)] as T };
}
