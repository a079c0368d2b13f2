import type { Redirect, RuleAction } from '../api/listenerrule.ts';
import type { Finding } from '../core/lint.ts';
import { didYouMean } from '../core/suggest.ts';
import { below } from '../core/pointer.ts';
import type { Attributes } from './attributes.ts';
import { keyOfTarget } from './targets.ts';

/** Mistakes in a forward action: a target group twice, weights that add up to nothing. */
export function lintAction(action: RuleAction | undefined, path: string): readonly Finding[] {
  const targets = action?.forward ?? [];
  const findings: Finding[] = [];
  targets.forEach((target, index) => {
    const key = keyOfTarget(target);
    if (targets.findIndex((other) => keyOfTarget(other) === key) === index) return;
    const message = `target group "${key}" stands here twice; expected one entry with one weight`;
    findings.push({ code: 'LS1114', severity: 'error', path: `${path}/forward/${index}`, message });
  });
  if (targets.length > 0 && targets.every((target) => target.weight === 0)) {
    const message = 'every weight is 0, so that every request gets a 503; expected at least one above 0';
    findings.push({ code: 'LS1114', severity: 'error', path: `${path}/forward`, message });
  }
  return findings;
}

/** A redirect that changes nothing comes back forever; AWS refuses it. */
export function lintRedirect(
  redirect: Redirect | undefined,
  path: string,
  from?: { readonly protocol: string; readonly port: number },
): readonly Finding[] {
  if (redirect === undefined) return [];
  const protocol = keeps(redirect.protocol, '#{protocol}', ...(from === undefined ? [] : [from.protocol]));
  const port = keeps(redirect.port, '#{port}', ...(from === undefined ? [] : [from.port]));
  if (!protocol || !port || !keeps(redirect.host, '#{host}') || !keeps(redirect.path, '/#{path}')) return [];
  const message = 'the redirect leads back to where it came from; expected another protocol, port, host or path';
  return [{ code: 'LS1115', severity: 'error', path, message }];
}

/** True when the field is as in the request: left out, or one of these. */
function keeps(value: string | number | undefined, ...same: readonly unknown[]): boolean {
  return value === undefined || same.map(String).includes(String(value));
}

/** Keys that this type of thing does not have. `known`: its defaults; `more`: keys without a default. */
export function lintAttributes(
  declared: Attributes | undefined,
  known: Attributes,
  more: readonly string[] = [],
  path = '/attributes',
): readonly Finding[] {
  const keys = [...Object.keys(known), ...more];
  return Object.keys(declared ?? {})
    .filter((key) => !keys.includes(key))
    .map((key) => ({
      code: 'LS1117',
      severity: 'error',
      path: below(path, key),
      message: `there is no attribute "${key}" here${didYouMean(key, keys)}; expected one of ${keys.toSorted().join(', ')}`,
    }));
}

/** What authenticates needs TLS between the client and the load balancer. */
export function lintAuthentication(action: RuleAction | undefined, protocol: string, path: string): readonly Finding[] {
  const { authenticateCognito, authenticateOidc, jwtValidation } = action ?? {};
  if (protocol === 'HTTPS') return [];
  const fields = Object.entries({ authenticateCognito, authenticateOidc, jwtValidation });
  return fields.flatMap(([field, value]) => {
    if (value === undefined) return [];
    const message = `${field} needs a listener with HTTPS; this one speaks ${protocol}`;
    return [{ code: 'LS1118', severity: 'error' as const, path: `${path}/${field}`, message }];
  });
}
