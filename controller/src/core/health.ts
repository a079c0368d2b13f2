import type { Health, HealthStatus } from './driver.ts';

/** From good to bad, as Argo CD orders them: an Application is as healthy as its worst resource. */
const ORDER: readonly HealthStatus[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'];

/** Health of a resource that AWS does not have. */
export const MISSING: Health = { status: 'Missing', reason: 'NotFound', message: 'AWS does not have it' };

/** Reason of a resource whose last rollout failed: it stays as it is until Git changes it or a person retries. */
export const HELD = 'Held';

/** True when `a` is worse than `b`. */
function isWorse(a: HealthStatus, b: HealthStatus): boolean {
  return ORDER.indexOf(a) > ORDER.indexOf(b);
}

/** The health of a whole from that of its parts: the worst one, its message led by its name. Without parts: Healthy. */
export function worstHealth(parts: readonly { readonly name: string; readonly health: Health }[]): Health {
  let worst: { readonly name: string; readonly health: Health } | undefined;
  for (const part of parts) {
    if (worst === undefined || isWorse(part.health.status, worst.health.status)) worst = part;
  }
  if (worst === undefined) return { status: 'Healthy', reason: 'NoResources', message: 'there are no resources' };
  if (worst.health.status === 'Healthy')
    return { status: 'Healthy', reason: 'AllHealthy', message: 'every resource is healthy' };
  return { ...worst.health, message: `${worst.name}: ${worst.health.message}` };
}
