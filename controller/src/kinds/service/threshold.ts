/**
 * How many failed tasks are too many where ECS does not count: half of the desired count, from 3 to 200. That is the
 * threshold of ECS's circuit breaker.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}
