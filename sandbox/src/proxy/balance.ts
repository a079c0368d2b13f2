/** Something to choose from, with its share. */
export interface Weighted {
  readonly key: string;
  readonly weight: number;
}

/** The state of a place: the sum of the weights, and by how much each was chosen too rarely. */
interface Place {
  readonly total: number;
  readonly owed: ReadonlyMap<string, number>;
}

/**
 * Chooses among weighted things so that each gets its share and none gets it in a burst: smooth weighted round-robin.
 * Each place that chooses (a rule, a target group) has a state of its own.
 */
export class Balance {
  private readonly places = new Map<string, Place>();
  private readonly outstanding = new Map<string, number>();

  /** The key that is next at a place; undefined when nothing has a weight. */
  next(place: string, choices: readonly Weighted[]): string | undefined {
    const before = this.places.get(place);
    const total = choices.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
    // What is owed counts in shares of the whole: after 950 to 50, weights of 1 to 1 must not owe anybody 500 requests.
    const scale = before && before.total > 0 ? total / before.total : 0;
    // Only what can be chosen now is kept: what comes back later begins anew.
    const owed = new Map<string, number>();
    let best: string | undefined;
    for (const { key, weight } of choices) {
      if (weight <= 0) continue;
      const current = (before?.owed.get(key) ?? 0) * scale + weight;
      owed.set(key, current);
      if (best === undefined || current > (owed.get(best) ?? 0)) best = key;
    }
    if (best !== undefined) owed.set(best, (owed.get(best) ?? 0) - total);
    this.places.set(place, { total, owed });
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
