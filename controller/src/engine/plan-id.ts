import { contentHash } from '../core/canonical.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';

/**
 * Names a plan by what it would do: the manifests, and every step with its changes. Two looks at the same world give the
 * same id, whatever the revision is called; a person's yes to one plan is no yes to another.
 */
export function planId(plan: Plan): string {
  const steps = plan.waves
    .flat()
    .filter((step) => step.action !== 'none')
    .map(({ ref, action, changes }) => ({ ref, action, changes }));
  const { accountId, region, digest } = plan;
  return contentHash({ accountId, region, digest, steps } as unknown as Json);
}
