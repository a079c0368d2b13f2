import type { AwsContext } from '../aws/context.ts';
import type { Pass } from '../core/driver.ts';
import type { Observations } from './observations.ts';

/** What is verified, and by whom. */
export interface Subject {
  readonly aws: AwsContext;
  readonly pass: Pass;
  /** Since when it has its traffic: what was measured before does not count. */
  readonly since: Date;
  /** Its name, the same in every pass. */
  readonly name: string;
  /** ARN of its target group. */
  readonly targetGroup: string | undefined;
  readonly observations: Observations;
}

/** The reference that queries may hold. */
const TARGET_GROUP = '${rollout.targetGroup}';

/**
 * A text of a query with `${rollout.targetGroup}` filled in, as CloudWatch names target groups: `targetgroup/web/0123456789abcdef`.
 * Undefined when it is needed and there is none.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html#load-balancer-metric-dimensions-alb
 */
export function filledIn(text: string, { targetGroup }: Pick<Subject, 'targetGroup'>): string | undefined {
  if (!text.includes(TARGET_GROUP)) return text;
  const name = targetGroup?.split(':').at(-1);
  return name === undefined ? undefined : text.replaceAll(TARGET_GROUP, name);
}
