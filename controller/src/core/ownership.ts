import type { Part } from './driver.ts';
import { DOMAIN, type Ref } from './manifest.ts';

/** Tag keys that say whose a resource is. */
export const OWNERSHIP_TAG = {
  application: `${DOMAIN}/application`,
  resource: `${DOMAIN}/resource`,
  instance: `${DOMAIN}/instance`,
  schema: `${DOMAIN}/schema`,
} as const;

/** Version of the fields that this Longshore manages, written to the tag `longshore.dev/schema`. */
const SCHEMA_VERSION = '1';

/** Whose a resource is meant to be. */
export interface Owner {
  readonly application: string;
  readonly ref: Ref;
  /** Which installation of Longshore. */
  readonly instance: string;
}

/** The tags that go on everything that takes tags. */
export function ownershipTags(owner: Owner): Readonly<Record<string, string>> {
  return {
    [OWNERSHIP_TAG.application]: owner.application,
    [OWNERSHIP_TAG.resource]: owner.ref,
    [OWNERSHIP_TAG.instance]: owner.instance,
    [OWNERSHIP_TAG.schema]: SCHEMA_VERSION,
  };
}

/**
 * Whose a part is:
 * `ours`: of this very resource;
 * `otherApplication`: of another resource or Application of this installation;
 * `foreign`: of another installation of Longshore;
 * `unowned`: without ownership tags, made by somebody else;
 * `parent`: it takes no tags and belongs to whatever it hangs on.
 */
export type Ownership = 'ours' | 'otherApplication' | 'foreign' | 'unowned' | 'parent';

/** Whose this part is, seen from `owner`. */
export function ownershipOf(part: Part, owner: Owner): Ownership {
  if (part.tags === 'untaggable') return 'parent';
  const instance = part.tags[OWNERSHIP_TAG.instance];
  const application = part.tags[OWNERSHIP_TAG.application];
  if (instance === undefined || application === undefined) return 'unowned';
  if (instance !== owner.instance) return 'foreign';
  return application === owner.application && part.tags[OWNERSHIP_TAG.resource] === owner.ref
    ? 'ours'
    : 'otherApplication';
}

/** Who owns a part, in words for a person. */
export function ownerInWords(part: Part): string {
  if (part.tags === 'untaggable') return 'nobody: it takes no tags';
  const application = part.tags[OWNERSHIP_TAG.application];
  const instance = part.tags[OWNERSHIP_TAG.instance];
  if (application === undefined || instance === undefined)
    return 'nobody that Longshore knows: it has no ownership tags';
  const resource = part.tags[OWNERSHIP_TAG.resource] ?? 'an unnamed resource';
  return `${resource} of Application ${application} (instance ${instance})`;
}

/** The Application that a part says to belong to; undefined for one that Longshore does not own. */
export function ownerTagsOf(part: Part): { readonly application: string; readonly instance: string } | undefined {
  if (part.tags === 'untaggable') return undefined;
  const application = part.tags[OWNERSHIP_TAG.application];
  const instance = part.tags[OWNERSHIP_TAG.instance];
  return application === undefined || instance === undefined ? undefined : { application, instance };
}

type Tags = Readonly<Record<string, string>>;

/** The tags that a resource is to have: those of `spec.tags` and the ownership tags, which win. */
export function wantedTags(specTags: Tags | undefined, ownership: Tags): Tags {
  return { ...specTags, ...ownership };
}

/**
 * The live tags that Git decides: keys that are wanted now, and keys that Longshore set before (`managedTagKeys` of the
 * inventory). A key that we never set is left alone, whoever set it.
 */
export function managedTags(live: Tags, wanted: Tags, managedTagKeys: readonly string[] = []): Tags {
  const managed = new Set([...Object.keys(wanted), ...managedTagKeys]);
  return Object.fromEntries(Object.entries(live).filter(([key]) => managed.has(key)));
}

/** What to send to AWS so that the managed tags are as wanted. Both empty when they are. */
export function tagChanges(
  live: Tags,
  wanted: Tags,
  managedTagKeys: readonly string[] = [],
): { readonly set: Tags; readonly remove: readonly string[] } {
  const set = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => live[key] !== value));
  const remove = Object.keys(managedTags(live, wanted, managedTagKeys)).filter((key) => wanted[key] === undefined);
  return { set, remove };
}

/** True when both say the same of whose they are, and say it at all. */
export function sameOwner(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const { application, resource, instance } = OWNERSHIP_TAG;
  return a[application] !== undefined && [application, resource, instance].every((key) => a[key] === b[key]);
}
