import { below } from '../pointer.ts';

/** Where the values of a document could not be read, for a document of one manifest or of a list of them. */
export class Faults {
  readonly #pointers: ReadonlySet<string>;
  readonly #bases = new Set<string>();

  constructor(pointers: readonly string[]) {
    this.#pointers = new Set(pointers);
    for (const pointer of this.#pointers) {
      let base = '';
      this.#bases.add(base);
      for (const [, index = ''] of (/^(?:\/items\/\d+)*/.exec(pointer)?.[0] ?? '').matchAll(/\/items\/(\d+)/g)) {
        base = below(`${base}/items`, index);
        this.#bases.add(base);
      }
    }
  }

  /** True for the very value that could not be read. */
  at(pointer: string): boolean {
    return this.#pointers.has(pointer);
  }

  /** True when something in the manifest at `base` (`''`, `/items/3`) could not be read. */
  within(base: string): boolean {
    return this.#bases.has(base);
  }
}
