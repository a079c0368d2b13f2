import type { DeclaredApplication } from './declared.ts';
import { type Entry, projectOf } from './entry.ts';

/** The Applications that the controller knows, with the ways in which they are found. */
export class Registry {
  readonly #entries = new Map<string, Entry>();
  readonly #dependents = new Index();
  readonly #repositories = new Index();
  readonly #projects = new Index();
  readonly #places = new Index();
  #sorted: readonly string[] | undefined;

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** In no order. */
  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** In the order of names; sorted anew only after one has come or gone. */
  names(): readonly string[] {
    this.#sorted ??= [...this.#entries.keys()].toSorted();
    return this.#sorted;
  }

  /** Takes an Application in, or again after its declaration has changed. */
  put(entry: Entry): void {
    const { name, spec } = entry.declared;
    if (!this.#entries.has(name)) this.#sorted = undefined;
    this.#entries.set(name, entry);
    this.#dependents.set(name, spec.dependsOn ?? []);
    this.#repositories.set(name, [entry.access.source.repository]);
    this.#projects.set(name, [projectOf(entry.declared)]);
  }

  drop(name: string): void {
    if (!this.#entries.delete(name)) return;
    this.#sorted = undefined;
    for (const index of [this.#dependents, this.#repositories, this.#projects, this.#places]) index.set(name, []);
  }

  /** Names of those that depend on this one. */
  dependentsOf(name: string): Iterable<string> {
    return this.#dependents.of(name);
  }

  inRepository(repository: string): readonly Entry[] {
    return this.#found(this.#repositories.of(repository));
  }

  inProject(project: string): readonly Entry[] {
    return this.#found(this.#projects.of(project));
  }

  /** Says in which place of AWS one is. */
  setPlace(name: string, place: string): void {
    if (this.#entries.has(name)) this.#places.set(name, [place]);
  }

  inPlace(place: string): readonly Entry[] {
    return this.#found(this.#places.of(place));
  }

  /** Every repository that an Application is in. */
  repositories(): readonly string[] {
    return this.#repositories.keys();
  }

  #found(names: Iterable<string>): readonly Entry[] {
    return [...names].flatMap((name) => this.#entries.get(name) ?? []);
  }
}

/** Which names stand under which keys, both ways. */
class Index {
  readonly #names = new Map<string, Set<string>>();
  readonly #keys = new Map<string, readonly string[]>();

  set(name: string, keys: readonly string[]): void {
    const known = this.#keys.get(name) ?? [];
    if (known.length === keys.length && known.every((key, index) => key === keys[index])) return;
    for (const key of known) {
      const names = this.#names.get(key);
      names?.delete(name);
      if (names?.size === 0) this.#names.delete(key);
    }
    if (keys.length === 0) this.#keys.delete(name);
    else this.#keys.set(name, keys);
    for (const key of keys) {
      const names = this.#names.get(key) ?? new Set();
      names.add(name);
      this.#names.set(key, names);
    }
  }

  of(key: string): ReadonlySet<string> {
    return this.#names.get(key) ?? NOTHING;
  }

  keys(): readonly string[] {
    return [...this.#names.keys()];
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** `a -> b -> a`: the way from an Application over its dependencies back to itself; undefined when there is none. */
export function dependencyCycle(
  registry: Pick<Registry, 'get'>,
  { name, spec }: Pick<DeclaredApplication, 'name' | 'spec'>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const follow = (from: readonly string[], path: readonly string[]): readonly string[] | undefined => {
    for (const next of from) {
      if (next === name) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = follow(registry.get(next)?.declared.spec.dependsOn ?? [], [...path, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return follow(spec.dependsOn ?? [], [name]);
}
