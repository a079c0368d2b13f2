import type { ServiceSpec } from '../../api/service.ts';
import type { Desired } from '../../core/driver.ts';
import { targetGroupArnOf } from './names.ts';

/** The target groups that a service goes to and fro between. */
export interface Pair {
  /** Name of the TargetGroup in the manifest. */
  readonly name: string;
  /** ARN of the one under its own name. */
  readonly primary: string;
  /** ARN of the other one. */
  readonly alternate: string;
}

/** The pair that the manifest refers to; undefined while it is not there, or where the manifest names no pair. */
export function pairOf(desired: Pick<Desired<ServiceSpec>, 'spec' | 'needs'>): Pair | undefined {
  const name = desired.spec.loadBalancers?.[0]?.targetGroup;
  if (name === undefined) return undefined;
  const primary = targetGroupArnOf(desired, name);
  const alternate = desired.needs[`TargetGroup/${name}`]?.['alternateArn'];
  return primary === undefined || typeof alternate !== 'string' ? undefined : { name, primary, alternate };
}
