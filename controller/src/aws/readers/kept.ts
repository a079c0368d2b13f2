interface Value<T> {
  readonly value: T;
  /** When it was read, in milliseconds. */
  readonly readAt: number;
}

/** Things that hardly ever change, by ARN. The one that was not used for longest goes when there are more than `limit`. */
export class Kept<T> {
  readonly #limit: number;
  readonly #values = new Map<string, Value<T>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined when it is not known, or was read before `notBefore`. */
  get(arn: string, notBefore = Number.NEGATIVE_INFINITY): T | undefined {
    const known = this.#values.get(arn);
    if (known === undefined || known.readAt < notBefore) return undefined;
    this.#put(arn, known);
    return known.value;
  }

  /** Keeps the value, and gives it. */
  keep(arn: string, value: T, readAt = 0): T {
    this.#put(arn, { value, readAt });
    return value;
  }

  #put(arn: string, value: Value<T>): void {
    // Moves it to the end: the first key of a Map is the one that was not used for longest.
    this.#values.delete(arn);
    this.#values.set(arn, value);
    const oldest = this.#values.keys().next();
    if (this.#values.size > this.#limit && oldest.done !== true) this.#values.delete(oldest.value);
  }
}
