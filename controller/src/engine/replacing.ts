import type { Change } from '../core/driver.ts';
import type { JsonObject } from '../core/json.ts';
import { syncOptionsOf } from '../core/sync-options.ts';
import type { Found } from './found.ts';
import type { Resource } from './resource.ts';

/** Two cannot have one name: where that is fixed, and it is allowed, the old one goes first. */
export function deletesFirst(found: Found, { manifest }: Resource, changes: readonly Change[]): boolean {
  const allowed = found.asked.replace || syncOptionsOf(manifest.metadata.annotations).replace;
  return allowed && keepsName(manifest.spec, changes);
}

/** True when a replacement would have the name of what it replaces. */
export function keepsName(spec: JsonObject, changes: readonly Change[]): boolean {
  return spec['nameOverride'] !== undefined && !changes.some((change) => change.path === '/nameOverride');
}
