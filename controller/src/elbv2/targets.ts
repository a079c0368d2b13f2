import type { ForwardTarget, RuleAction } from '../api/listenerrule.ts';
import type { Outputs } from '../core/driver.ts';
import { WaitError } from '../core/errors.ts';
import type { Ref } from '../core/manifest.ts';
import type { Side } from './pairs.ts';

/** How long to wait for a target group that another step is about to make. */
const RETRY_MS = 5_000;

/**
 * Between what manifests call target groups and their ARNs. A key is the name of a TargetGroup of the Application, or
 * the ARN of any other. A TargetGroup with `blueGreen` is a pair: both of its target groups have its key.
 */
export interface TargetGroupKeys {
  /** The key of a live target group. */
  keyOf(arn: string): string;
  /** Which of a pair it is; `primary` for what is no pair. */
  sideOf(arn: string): Side;
  /** Throws a WaitError while the target group does not exist. */
  arnOf(key: string): string;
  /** The other target group of a pair; undefined for what is no pair, and while it does not exist. */
  alternateOf(key: string): string | undefined;
}

/** Keys from the outputs of the TargetGroups that a resource needs. */
export function targetGroupKeys(needs: Readonly<Record<Ref, Outputs>>): TargetGroupKeys {
  const byArn = new Map<string, { readonly key: string; readonly side: Side }>();
  for (const [ref, { arn, alternateArn }] of Object.entries(needs)) {
    if (!ref.startsWith(PREFIX)) continue;
    const key = ref.slice(PREFIX.length);
    if (typeof arn === 'string') byArn.set(arn, { key, side: 'primary' });
    if (typeof alternateArn === 'string') byArn.set(alternateArn, { key, side: 'alternate' });
  }
  const alternateOf = (key: string): string | undefined => {
    const arn = needs[`${PREFIX}${key}`]?.['alternateArn'];
    return typeof arn === 'string' ? arn : undefined;
  };
  return {
    keyOf: (arn) => byArn.get(arn)?.key ?? arn,
    sideOf: (arn) => byArn.get(arn)?.side ?? 'primary',
    arnOf: (key) => {
      if (key.startsWith('arn:')) return key;
      const arn = needs[`${PREFIX}${key}`]?.['arn'];
      if (typeof arn === 'string') return arn;
      throw new WaitError(`${PREFIX}${key} has no ARN yet`, RETRY_MS);
    },
    alternateOf,
  };
}

const PREFIX = 'TargetGroup/';

/** The key of a target in a manifest. */
export function keyOfTarget(target: ForwardTarget): string {
  return target.targetGroup ?? target.targetGroupArn ?? '';
}

/** The TargetGroups of the same Application that an action forwards to. */
export function refsOfAction(action: RuleAction | undefined): readonly Ref[] {
  return (action?.forward ?? []).flatMap(({ targetGroup }): Ref[] =>
    targetGroup === undefined ? [] : [`${PREFIX}${targetGroup}`],
  );
}
