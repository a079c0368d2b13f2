import { DOMAIN, type Metadata } from './manifest.ts';

/** Every annotation under `longshore.dev/` that has a meaning, by its full key, with what it does. */
export const ANNOTATIONS: ReadonlyMap<string, string> = new Map(
  [
    ['adopt', '"true": takes over the resource of that name that exists in AWS and is not ours yet'],
    ['moved-from', 'Kind/name that this resource had before: renames it without recreating it'],
    ['sync-wave', 'a number: lower waves are applied, and healthy, first'],
    ['sync-options', 'Prune=false, Prune=confirm, Delete=false, Delete=confirm, Replace=true, PruneLast=true'],
    ['compare-options', 'IgnoreExtraneous'],
    ['hook', 'PreSync, Sync, PostSync, SyncFail, PreDelete, PostDelete or Skip'],
    ['hook-delete-policy', 'HookSucceeded, HookFailed or BeforeHookCreation'],
    ['run-again', 'any new value runs a Job again, as a change of its content does'],
    ['refresh', 'normal or hard: looks at the source again'],
    ['deletion-approved', 'a person approved the deletion'],
    ['managed-by-git', 'set by Longshore in Kubernetes: the object mirrors a manifest in Git'],
  ].map(([name, meaning]) => [`${DOMAIN}/${name}`, meaning ?? '']),
);

/** `longshore.dev/ignore-LS1001: why it is fine here` silences one lint rule for one manifest. */
export const IGNORE_LINT = `${DOMAIN}/ignore-`;

/** True when the manifest says why this lint rule may be broken here; an empty reason is none. */
export function silenced(manifest: { readonly metadata: Metadata }, code: string): boolean {
  return (manifest.metadata.annotations?.[`${IGNORE_LINT}${code}`] ?? '').trim() !== '';
}
