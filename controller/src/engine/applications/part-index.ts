import type { Part } from '../../core/driver.ts';
import type { Ref } from '../../core/manifest.ts';
import type { Destination } from '../../kinds/kind.ts';

/** A resource of an Application. */
export interface Place {
  readonly application: string;
  readonly ref: Ref;
}

/** Account, region and everything before the resource of an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const ARN_PREFIX = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:/u;

/**
 * Which object of AWS belongs to which resource. Filled by every look, asked for every event: an object that nobody owns
 * costs one look into a map.
 */
export class PartIndex {
  readonly #places = new Map<string, Map<string, Place>>();
  readonly #keys = new Map<string, readonly (readonly [key: string, ref: Ref])[]>();

  /** What an Application has now; it replaces what it had before. */
  set(application: string, destination: Destination, parts: ReadonlyMap<Ref, readonly Part[]>): void {
    this.drop(application);
    const keys: (readonly [string, Ref])[] = [];
    for (const [ref, owned] of parts) {
      for (const { id } of owned) {
        for (const key of keysOf(destination, id)) {
          const places = this.#places.get(key) ?? new Map<string, Place>();
          places.set(`${application}\n${ref}`, { application, ref });
          this.#places.set(key, places);
          keys.push([key, ref]);
        }
      }
    }
    this.#keys.set(application, keys);
  }

  drop(application: string): void {
    for (const [key, ref] of this.#keys.get(application) ?? []) {
      const places = this.#places.get(key);
      places?.delete(`${application}\n${ref}`);
      if (places?.size === 0) this.#places.delete(key);
    }
    this.#keys.delete(application);
  }

  /** Whose an object is, by its ARN, or by its name as it stands in one. */
  find(destination: Destination, object: string): readonly Place[] {
    const found = new Map<string, Place>();
    for (const key of keysOf(destination, object)) {
      for (const [id, place] of this.#places.get(key) ?? []) found.set(id, place);
    }
    return [...found.values()];
  }

  /** How many objects it knows. */
  get size(): number {
    return this.#places.size;
  }
}

/** By the whole ARN, and by the part after the account: Application Auto Scaling calls a service `service/main/api`. */
function keysOf({ accountId, region }: Destination, id: string): readonly string[] {
  const short = id.replace(ARN_PREFIX, '');
  const place = `${accountId}/${region}`;
  return short === id ? [`${place}\n${id}`] : [`${place}\n${id}`, `${place}\n${short}`];
}
