import { equalJson } from '../core/canonical.ts';
import type { Claim } from '../core/driver.ts';
import { isObject, type Json } from '../core/json.ts';
import { segmentsOf } from '../core/pointer.ts';

/**
 * What is wanted once the claims of others are heeded: a claimed field keeps its live value, as far as the claim allows
 * it. Both trees are objects all the way down to the claimed field, and of the same shape.
 */
export function underClaims<Tree extends object>(wanted: Tree, live: Tree | undefined, claims: readonly Claim[]): Tree {
  return claims.reduce((tree, claim) => replaceIn(tree, live, segmentsOf(claim.path), claim.holds), wanted);
}

/** A copy of `wanted` in which the field at `path` is as the claim has it. The same shape: it only takes over live fields. */
function replaceIn<Tree extends object>(
  wanted: Tree,
  live: object | undefined,
  [key, ...rest]: readonly string[],
  holds: Claim['holds'],
): Tree {
  if (key === undefined) return wanted;
  const [from, to] = [memberOf(live, key), memberOf(wanted, key)];
  if (rest.length === 0) {
    const value = heeded(to, from, holds);
    return value === undefined ? wanted : { ...wanted, [key]: value };
  }
  if (!isObject(to)) return wanted;
  return { ...wanted, [key]: replaceIn(to, isObject(from) ? from : undefined, rest, holds) };
}

function memberOf(tree: object | undefined, key: string): Json | undefined {
  return isObject(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function heeded(wanted: Json | undefined, live: Json | undefined, holds: Claim['holds']): Json | undefined {
  if (holds === 'any') return live ?? wanted;
  if ('exactly' in holds) return holds.exactly;
  if ('oneOf' in holds) return holds.oneOf.find((one) => equalJson(one, live)) ?? holds.oneOf[0];
  const [low, high] = holds.between;
  return Math.min(Math.max(typeof live === 'number' ? live : low, low), high);
}
