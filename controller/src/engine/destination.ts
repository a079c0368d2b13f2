import type { Destination } from '../kinds/kind.ts';

/** Equal account and region. */
export function sameDestination(a: Destination, b: Destination): boolean {
  return a.accountId === b.accountId && a.region === b.region;
}
