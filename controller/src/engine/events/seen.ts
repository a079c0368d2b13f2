/** Remembers the last so many ids, to drop what comes twice. */
export class Seen {
  readonly #limit: number;
  /** In the order in which they came. */
  readonly #ids = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(ids: readonly string[]): boolean {
    return ids.some((id) => this.#ids.has(id));
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#limit) break;
      this.#ids.delete(oldest);
    }
  }
}
