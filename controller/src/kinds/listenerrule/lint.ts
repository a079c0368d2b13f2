import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import type { Manifest } from '../../core/manifest.ts';
import { lintAction, lintAuthentication, lintRedirect } from '../../elbv2/lint.ts';
import { loadBalancerRef } from './live.ts';

/** Mistakes in a rule that are valid YAML. */
export function lint(spec: ListenerRuleSpec, context: LintContext): readonly Finding[] {
  return [
    ...lintAction(spec.then, '/then'),
    ...lintRedirect(spec.then.redirectTo, '/then/redirectTo'),
    ...place(spec, context),
  ];
}

/** The listener exists, speaks HTTP, and the priority is not another rule's. */
function place(spec: ListenerRuleSpec, context: LintContext): readonly Finding[] {
  const ref = loadBalancerRef(spec);
  const balancer = ref === undefined ? undefined : (context.find(ref) as Manifest<LoadBalancerSpec> | undefined);
  if (ref === undefined || spec.listener === undefined) return [];
  if (balancer === undefined) return [];
  const { port } = spec.listener;
  const listeners = balancer.spec.listeners ?? [];
  const listener = listeners.find((one) => one.port === port);
  if (listener === undefined) {
    const ports = listeners.map((one) => one.port).join(', ');
    const message = `${ref} has no listener on port ${port}; it has ${ports === '' ? 'none' : ports}`;
    return [{ code: 'LS1116', severity: 'error', path: '/listener/port', message }];
  }
  if (listener.protocol !== 'HTTP' && listener.protocol !== 'HTTPS') {
    const message = `the listener on port ${port} speaks ${listener.protocol}; rules need HTTP or HTTPS`;
    return [{ code: 'LS1116', severity: 'error', path: '/listener/port', message }];
  }
  const insecure = lintAuthentication(spec.then, listener.protocol, '/then');
  if (insecure.length > 0) return insecure;
  const others = [
    ...(listener.rules ?? []).map((rule) => ({ name: `an inline rule of ${ref}`, priority: rule.priority })),
    ...siblings(spec, context),
  ];
  const same = others.find((other) => other.priority === spec.priority);
  if (same === undefined) return [];
  const message = `priority ${spec.priority} on port ${port} is also that of ${same.name}; expected another number, or auto`;
  return [{ code: 'LS1109', severity: 'error', path: '/priority', message }];
}

/** Other ListenerRules with a declared priority on the same listener. */
function siblings(
  spec: ListenerRuleSpec,
  context: LintContext,
): readonly { readonly name: string; readonly priority: number }[] {
  return (context.all ?? []).flatMap((manifest) => {
    if (manifest.kind !== 'ListenerRule' || manifest.metadata.name === context.manifest.metadata.name) return [];
    const { listener, priority } = manifest.spec as ListenerRuleSpec;
    const same = listener?.loadBalancer === spec.listener?.loadBalancer && listener?.port === spec.listener?.port;
    return same && typeof priority === 'number' ? [{ name: `ListenerRule/${manifest.metadata.name}`, priority }] : [];
  });
}
