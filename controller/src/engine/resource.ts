import type { AwsContext } from '../aws/context.ts';
import type { Driver } from '../core/driver.ts';
import type { JsonObject } from '../core/json.ts';
import type { Manifest, Ref } from '../core/manifest.ts';
import type { Kind } from '../kinds/kind.ts';

/** A kind as the engine sees it: specs are JSON, and a live state is only ever handed back to the driver it came from. */
export type EngineKind = Kind<JsonObject, object>;

/** A driver as the engine sees it. */
export type EngineDriver = Driver<JsonObject, object>;

/** The one place where the types of the kinds are put aside. */
export function engineKinds(kinds: ReadonlyMap<string, Kind<never, never>>): ReadonlyMap<string, EngineKind> {
  return kinds;
}

/** One manifest with all that is known of it without looking at AWS. */
export interface Resource {
  readonly ref: Ref;
  readonly manifest: Manifest;
  readonly kind: EngineKind;
  readonly driver: EngineDriver;
  /** Resources whose outputs it reads: by name and by `${Kind/name:output}`. */
  readonly needs: readonly Ref[];
}

/** Clients of a destination and the drivers on them. */
export interface Connection {
  readonly aws: AwsContext;
  driver(kind: string): EngineDriver;
}
