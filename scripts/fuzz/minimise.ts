const MOST_TRIES = 3_000;

/**
 * The smallest input that is found to fail still: takes pieces out, larger ones first, as long as that helps.
 * `fails` must be true of `input`.
 */
export function minimise(input: Uint8Array, fails: (smaller: Uint8Array) => boolean): Uint8Array {
  let smallest = input;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length && tries < MOST_TRIES; ) {
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      tries += 1;
      if (fails(smaller)) smallest = smaller;
      else at += size;
    }
  }
  return smallest;
}
