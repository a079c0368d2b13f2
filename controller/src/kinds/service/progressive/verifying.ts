import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import type { Desired, Pass } from '../../../core/driver.ts';
import { type Outcome, type Point, verification } from '../verification/index.ts';
import type { RolloutState } from './state.ts';

/** What a decision has to know of the verification. */
type Verified = Pick<RolloutState, 'throughout' | 'verification'>;

/** Verifies what the rollout in flight has to come through where it is now. Nothing is asked where it does not count. */
export async function verifying(
  aws: AwsContext,
  desired: Desired<ServiceSpec>,
  { next, plan }: Pick<RolloutState, 'next' | 'plan'>,
  pass: Pass,
): Promise<Verified> {
  const marks = next?.marks;
  if (next === undefined || marks === undefined || marks.ended !== undefined) return {};
  if (!next.wanted && !plan.queues) return {};
  const targetGroup = next.targetGroup === undefined ? {} : { targetGroup: next.targetGroup };
  const ask = (at: Point['at'], since: Date): Promise<Outcome> =>
    verification(aws, desired, { at, since, ...targetGroup }, pass);
  const { phase, since, traffic } = marks;
  const analysis = phase.is === 'Step' ? plan.steps[phase.index - 1]?.analysis : undefined;
  const [throughout, here] = await Promise.all([
    traffic !== undefined && phase.is !== 'Cleanup' ? ask('Rollout', traffic) : undefined,
    analysis !== undefined && since !== undefined
      ? ask({ analysis }, since)
      : phase.is === 'Bake' && since !== undefined
        ? ask('After', since)
        : undefined,
  ]);
  return {
    ...(throughout === undefined ? {} : { throughout }),
    ...(here === undefined ? {} : { verification: here }),
  };
}
