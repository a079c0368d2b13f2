/** Things that never change, by ARN. The one that was not used for longest goes when there are more than `limit`. */
export class Kept<T> {
  readonly #limit: number;
  readonly #values = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined when it is not known. */
  get(arn: string): T | undefined {
    const value = this.#values.get(arn);
    if (value !== undefined) this.keep(arn, value);
    return value;
  }

  /** Keeps the value, and gives it. */
  keep(arn: string, value: T): T {
    // Moves it to the end: the first key of a Map is the one that was not used for longest.
    this.#values.delete(arn);
    this.#values.set(arn, value);
    const oldest = this.#values.keys().next();
    if (this.#values.size > this.#limit && oldest.done !== true) this.#values.delete(oldest.value);
    return value;
  }
}
