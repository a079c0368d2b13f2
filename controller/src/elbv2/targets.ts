import type { ForwardTarget, RuleAction } from '../api/listenerrule.ts';
import type { Outputs } from '../core/driver.ts';
import { WaitError } from '../core/errors.ts';
import type { Ref } from '../core/manifest.ts';

/** How long to wait for a target group that another step is about to make. */
const RETRY_MS = 5_000;

/**
 * Between what manifests call target groups and their ARNs. A key is the name of a TargetGroup of the Application, or
 * the ARN of any other.
 */
export interface TargetGroupKeys {
  /** The key of a live target group. */
  keyOf(arn: string): string;
  /** Throws a WaitError while the target group does not exist. */
  arnOf(key: string): string;
}

/** Keys from the outputs of the TargetGroups that a resource needs. */
export function targetGroupKeys(needs: Readonly<Record<Ref, Outputs>>): TargetGroupKeys {
  const byArn = new Map<string, string>();
  for (const [ref, outputs] of Object.entries(needs)) {
    if (ref.startsWith(PREFIX) && typeof outputs['arn'] === 'string')
      byArn.set(outputs['arn'], ref.slice(PREFIX.length));
  }
  return {
    keyOf: (arn) => byArn.get(arn) ?? arn,
    arnOf: (key) => {
      if (key.startsWith('arn:')) return key;
      const arn = needs[`${PREFIX}${key}`]?.['arn'];
      if (typeof arn === 'string') return arn;
      throw new WaitError(`${PREFIX}${key} has no ARN yet`, RETRY_MS);
    },
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
