import { awsCode, wrapAws } from '../aws/errors.ts';
import { TerminalError } from '../core/errors.ts';

/**
 * Awaits a call that makes a listener or rule forward to target groups. A target group serves one load balancer only
 * (TargetGroupAssociationLimit); that is no quota to be raised, and it stands in the way of replacing a load balancer.
 */
export async function forwarding<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (awsCode(error) !== 'TargetGroupAssociationLimit' || !(error instanceof Error)) throw wrapAws(error, what);
    const advice = 'a target group serves one load balancer only; give the new load balancer target groups of its own';
    throw new TerminalError('TargetGroupAssociationLimit', `${what}: ${error.message}: ${advice}`, { cause: error });
  }
}

/**
 * Why listeners and rules cannot be made anew on another load balancer: they forward to target groups that the old one
 * holds, and it goes only after. Undefined when they have none in common. Target groups by their keys; one that is
 * replaced in the same sync has no ARN yet, so that the live one's key is another, and is in nobody's way.
 */
export function heldByOther(wanted: readonly string[], held: readonly string[]): string | undefined {
  const shared = [...new Set(wanted.filter((key) => held.includes(key)))];
  if (shared.length === 0) return undefined;
  return (
    `a target group serves one load balancer only, and the old one still has ${shared.join(', ')} when the new one is ` +
    'made; forward to new TargetGroups, or take the old one out in one commit and add the new one in the next'
  );
}
