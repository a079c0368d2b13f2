import type { RevisionSpec } from '../state.ts';

/** The members that a service, a deployment, a task set and a revision show alike. */
export function specView(spec: RevisionSpec) {
  return {
    launchType: spec.launchType,
    capacityProviderStrategy: spec.capacityProviderStrategy ? [...spec.capacityProviderStrategy] : undefined,
    platformFamily: spec.platformFamily,
    networkConfiguration: spec.network ? { awsvpcConfiguration: spec.network } : undefined,
  };
}
