/** Something to choose from, with its share. */
export interface Weighted {
  readonly key: string;
  readonly weight: number;
}

/**
 * Chooses among weighted things so that each gets its share and none gets it in a burst: smooth weighted round-robin.
 * Each place that chooses (a rule, a target group) has a state of its own.
 */
export class Balance {
  private readonly places = new Map<string, Map<string, number>>();
  private readonly outstanding = new Map<string, number>();

  /** The key that is next at a place; undefined when nothing has a weight. */
  next(place: string, choices: readonly Weighted[]): string | undefined {
    const before = this.places.get(place) ?? new Map<string, number>();
    // Only what can be chosen now is kept: what comes back later begins anew.
    const after = new Map<string, number>();
    let total = 0;
    let best: string | undefined;
    for (const { key, weight } of choices) {
      if (weight <= 0) continue;
      const current = (before.get(key) ?? 0) + weight;
      after.set(key, current);
      total += weight;
      if (best === undefined || current > (after.get(best) ?? 0)) best = key;
    }
    if (best !== undefined) after.set(best, (after.get(best) ?? 0) - total);
    this.places.set(place, after);
    return best;
  }

  /** The key with the fewest requests under way; among equals, round-robin. */
  leastOutstanding(place: string, keys: readonly string[]): string | undefined {
    const counts = keys.map((key) => this.outstanding.get(`${place} ${key}`) ?? 0);
    const fewest = Math.min(...counts);
    const equals = keys.filter((_key, index) => counts[index] === fewest);
    return this.next(
      place,
      equals.map((key) => ({ key, weight: 1 })),
    );
  }

  /** Counts a request under way; the answer ends it. */
  begin(place: string, key: string): () => void {
    const name = `${place} ${key}`;
    this.outstanding.set(name, (this.outstanding.get(name) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.outstanding.get(name) ?? 1) - 1;
      if (left > 0) this.outstanding.set(name, left);
      else this.outstanding.delete(name);
    };
  }
}
