import type { Action, RuleCondition, RuleTransform as AwsTransform } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RuleConditions } from '../api/listenerrule.ts';
import { type ActionTree, actionsOf } from './actions.ts';
import { conditionsOf, type TransformsTree, transformsOf } from './conditions.ts';
import type { ClientSecret } from './authentication.ts';
import type { TargetGroupKeys } from './targets.ts';

/** A rule in comparable form. */
export interface RuleTree {
  readonly when: RuleConditions;
  readonly then: ActionTree;
  readonly transforms: TransformsTree;
  readonly tags: Readonly<Record<string, string>>;
}

/** The fields that CreateRule and ModifyRule have in common. */
export interface RuleInput {
  readonly Conditions: RuleCondition[];
  readonly Actions: Action[];
  readonly Transforms?: AwsTransform[];
  readonly ResetTransforms?: boolean;
}

/** What to send so that `live`, or a new rule, becomes as wanted. Throws a WaitError while a target group does not exist. */
export function ruleInput(wanted: RuleTree, keys: TargetGroupKeys, live?: RuleTree, secret?: ClientSecret): RuleInput {
  const fields = { Conditions: conditionsOf(wanted.when), Actions: actionsOf(wanted.then, keys, secret) };
  if (Object.keys(wanted.transforms).length > 0) return { ...fields, Transforms: transformsOf(wanted.transforms) };
  // ModifyRule keeps what is left out; only ResetTransforms takes transforms away.
  return live !== undefined && Object.keys(live.transforms).length > 0 ? { ...fields, ResetTransforms: true } : fields;
}
