import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';

const lowest = 3;
const highest = 200;

/**
 * How many failed tasks fail a deployment: half of the desired count, rounded up, from 3 to 200, unless
 * `thresholdConfiguration` says otherwise.
 * Sources: developer guide, "How the Amazon ECS deployment circuit breaker detects failures"; API_ThresholdConfiguration.
 */
export function failureThreshold(breaker: DeploymentCircuitBreaker | undefined, desiredCount: number): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = breaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(highest, Math.max(lowest, share));
}
