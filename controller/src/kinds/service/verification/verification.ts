import type { Analysis, ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { analyse } from '../../../verification/analysis.ts';
import { observationsOf } from '../../../verification/observations.ts';
import { allOf, type Outcome } from '../../../verification/outcome.ts';
import { verifyHttp } from '../../../verification/http.ts';
import type { Subject } from '../../../verification/subject.ts';
import { serviceName } from '../names.ts';
import { arnOfEntry } from '../normalize.ts';

/** Where in a rollout something is verified. */
export interface Point {
  /**
   * `Rollout`: analyses with `when: Rollout`, since the new revision has traffic; never `passed` while there are any, as
   * they go on for as long as the rollout. `After`: http and analyses with `when: After`, when it has come through.
   * An analysis by its name: that of a step or hook.
   */
  readonly at: 'Rollout' | 'After' | { readonly analysis: string };
  /** Since when the new revision has had this traffic; measurements before it do not count. */
  readonly since: Date;
  /** ARN of the new revision's target group, for `${rollout.targetGroup}`. Default: that of the first load balancer entry. */
  readonly targetGroup?: string;
}

/**
 * What is to be said of the new revision at this point. Level-based: metrics are asked for the whole range since
 * `point.since` each time, so that a crash or another replica changes nothing. HTTP checks are real requests, at most one
 * for each interval.
 */
export async function verification(
  aws: AwsContext,
  desired: Desired<ServiceSpec>,
  point: Point,
  pass: Pass,
): Promise<Outcome> {
  const { verify } = desired.spec;
  const subject: Subject = {
    aws,
    pass,
    since: point.since,
    name: `${desired.application}/${serviceName(desired)}`,
    targetGroup: point.targetGroup ?? firstTargetGroup(desired),
    observations: observationsOf(aws),
  };
  const { at } = point;
  if (typeof at === 'object') return named(subject, desired, at.analysis);
  const analyses = (verify?.analyses ?? []).filter(({ when }) => when === at);
  const endless = at === 'Rollout';
  const outcomes = analyses.map((analysis) => analyse(subject, analysis, { endless }));
  if (at === 'After' && verify?.http !== undefined) outcomes.unshift(verifyHttp(subject, verify.http));
  return allOf(await Promise.all(outcomes));
}

/** True when the spec asks for something at this point. */
export function asksFor({ verify }: Pick<ServiceSpec, 'verify'>, at: 'Rollout' | 'After'): boolean {
  const analyses = verify?.analyses?.some(({ when }) => when === at) === true;
  return analyses || (at === 'After' && verify?.http !== undefined);
}

/** True when the spec asks for something to be verified during or after each rollout. */
export function asksToVerify(spec: Pick<ServiceSpec, 'verify'>): boolean {
  return asksFor(spec, 'Rollout') || asksFor(spec, 'After');
}

async function named(subject: Subject, desired: Desired<ServiceSpec>, name: string): Promise<Outcome> {
  const analyses: readonly Analysis[] = desired.spec.verify?.analyses ?? [];
  const analysis = analyses.find((candidate) => candidate.name === name);
  if (analysis !== undefined) return analyse(subject, analysis, { endless: false });
  const there = analyses.map((candidate) => candidate.name).join(', ') || 'none';
  return { is: 'failed', cause: `verify.analyses has no analysis "${name}"; there are: ${there}` };
}

function firstTargetGroup(desired: Desired<ServiceSpec>): string | undefined {
  const [first] = desired.spec.loadBalancers ?? [];
  return first && arnOfEntry(first, desired);
}
