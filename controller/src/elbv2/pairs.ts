import type { TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { WaitError } from '../core/errors.ts';
import type { TargetGroupKeys } from './targets.ts';

/** The target groups of a TargetGroup with `blueGreen`: the one under its own name, and the other. */
export type Side = 'primary' | 'alternate';

/** Who of a pair gets the requests, in percent. A side that is absent is not in the action at all. */
export type Shares = Readonly<Partial<Record<Side, number>>>;

/** One target of a forward action in comparable form. Both target groups of a pair are one target, with `pair`. */
export interface ForwardTree {
  readonly weight: number;
  readonly pair?: Shares;
}

/** By the key of the target group. */
export type ForwardTrees = Readonly<Record<string, ForwardTree>>;

/** How soon the other target group of a pair is looked for again, in milliseconds. */
const RETRY_MS = 5_000;

/** All traffic on one side, and the other in the action too, ready to take it. */
export function allOn(side: Side): Shares {
  return side === 'primary' ? { primary: 100, alternate: 0 } : { primary: 0, alternate: 100 };
}

/** Live target groups with weights, in comparable form. What stands alone in an action has all requests, whatever its weight. */
export function liveForward(targets: readonly TargetGroupTuple[], keys: TargetGroupKeys): ForwardTrees {
  const weighed = targets.map(({ TargetGroupArn: arn = '', Weight: weight = 1 }) => ({
    key: keys.keyOf(arn),
    side: keys.sideOf(arn),
    weight,
  }));
  const alone = new Set(weighed.map(({ key }) => key)).size === 1;
  const entries = [...Map.groupBy(weighed, ({ key }) => key)].map(([key, all]): [string, ForwardTree] => {
    const total = all.reduce((sum, { weight }) => sum + weight, 0);
    if (keys.alternateOf(key) === undefined) return [key, { weight: total }];
    const pair = Object.fromEntries(all.map(({ side, weight }) => [side, percent(weight, total)]));
    return [key, { weight: alone ? 1 : total, pair }];
  });
  return Object.fromEntries(entries);
}

/**
 * What a manifest wants of the pairs that it names. Who of a pair serves is no business of a rule: whatever split there
 * is stays, unless the Service whose deployments move the traffic claims it. Both sides are in the action, because ECS
 * needs them there: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export function wantedForward(
  targets: ForwardTrees,
  keys: TargetGroupKeys,
  live: ForwardTrees | undefined,
): ForwardTrees {
  const alone = Object.keys(targets).length === 1;
  return Object.fromEntries(
    Object.entries(targets).map(([key, { weight }]) => {
      if (keys.alternateOf(key) === undefined) return [key, { weight }];
      return [key, { weight: alone ? 1 : weight, pair: settled(live?.[key]?.pair) }];
    }),
  );
}

function settled({ primary = 0, alternate = 0 }: Shares = {}): Shares {
  return primary + alternate === 0 ? allOn('primary') : { primary, alternate };
}

/** The target groups to send. Throws a WaitError while one does not exist. */
export function tuplesOf(targets: ForwardTrees, keys: TargetGroupKeys): TargetGroupTuple[] {
  const alone = Object.keys(targets).length === 1;
  return Object.entries(targets).flatMap(([key, { weight, pair }]): TargetGroupTuple[] => {
    const primary = keys.arnOf(key);
    const alternate = keys.alternateOf(key);
    if (alternate === undefined) {
      if (pair?.alternate === undefined) return [{ TargetGroupArn: primary, Weight: weight }];
      throw new WaitError(`TargetGroup/${key} has no alternate yet`, RETRY_MS);
    }
    const shares = pair ?? allOn('primary');
    const unit = alone ? unitOf(shares) : weight / 100;
    const arns: readonly (readonly [Side, string])[] = [
      ['primary', primary],
      ['alternate', alternate],
    ];
    return arns.flatMap(([side, TargetGroupArn]) => {
      const share = shares[side];
      return share === undefined ? [] : [{ TargetGroupArn, Weight: Math.round(share * unit) }];
    });
  });
}

/** Weights are whole numbers up to 999: tenths of a percent need more than a hundred of them. */
function unitOf(shares: Shares): number {
  return Object.values(shares).every(Number.isInteger) ? 1 : 9;
}

/** To a tenth, the finest step that ECS shifts traffic in. */
function percent(weight: number, total: number): number {
  return total === 0 ? 0 : Math.round((weight * 1_000) / total) / 10;
}
