import type { Listener, LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { RuleAction } from '../../api/listenerrule.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { parseExpressions } from '../../core/expressions.ts';
import { isObject } from '../../core/json.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { listenerDefaults, loadBalancerDefaults, loadBalancerExtras } from '../../elbv2/attributes.ts';
import { lintAction, lintAttributes, lintAuthentication, lintRedirect } from '../../elbv2/lint.ts';

/** Mistakes in a load balancer that are valid YAML. Listeners and rules are named by their place in the list. */
export function lint(spec: LoadBalancerSpec, context: LintContext): readonly Finding[] {
  const listeners = spec.listeners ?? [];
  return [
    ...subnets(spec),
    ...otherType(spec),
    ...lintAttributes(spec.attributes, loadBalancerDefaults(spec), loadBalancerExtras(spec)),
    ...duplicatePorts(listeners),
    ...openPorts(spec, context),
    ...listeners.flatMap((listener, index) => [
      ...protocol(spec, listener, `/listeners/${index}`),
      ...certificate(listener, `/listeners/${index}`),
      ...lintAttributes(listener.attributes, listenerDefaults(listener.protocol), [], `/listeners/${index}/attributes`),
      ...rules(listener, `/listeners/${index}`),
      ...actions(spec, listener, `/listeners/${index}`, context),
    ]),
  ];
}

function subnets(spec: LoadBalancerSpec): readonly Finding[] {
  if (spec.type === 'network') return [];
  const field = spec.subnets === undefined ? 'subnetMappings' : 'subnets';
  const count = new Set(spec.subnets ?? spec.subnetMappings?.map((mapping) => mapping.subnetId)).size;
  if (count >= 2) return [];
  const message = `an Application Load Balancer needs subnets in two Availability Zones; found ${count}`;
  return [{ code: 'LS1111', severity: 'error', path: `/${field}`, message }];
}

/** Fields that load balancers of the other type have. */
function otherType(spec: LoadBalancerSpec): readonly Finding[] {
  const network = spec.type === 'network';
  const { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce, enablePrefixForIpv6SourceNat: prefix } = spec;
  const addressed = spec.subnetMappings?.findIndex((mapping) => Object.keys(mapping).length > 1) ?? -1;
  const wrong: readonly (readonly [boolean, string])[] = [
    [network && spec.ipamPools !== undefined, '/ipamPools'],
    [network && spec.customerOwnedIpv4Pool !== undefined, '/customerOwnedIpv4Pool'],
    [!network && prefix !== undefined, '/enablePrefixForIpv6SourceNat'],
    [!network && addressed >= 0, `/subnetMappings/${addressed}`],
    [
      enforce !== undefined && (!network || spec.securityGroups === undefined),
      '/enforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
    ],
  ];
  return wrong
    .filter(([found]) => found)
    .map(([, path]) => {
      const without = path.startsWith('/enforce') && network;
      const message = without
        ? 'a network load balancer without securityGroups has no inbound rules to enforce'
        : `a load balancer of type ${spec.type ?? 'application'} does not have this; it is for type ${network ? 'application' : 'network'}`;
      return { code: 'LS1120', severity: 'error', path, message };
    });
}

function duplicatePorts(listeners: readonly Listener[]): readonly Finding[] {
  return listeners.flatMap(({ port }, index) => {
    if (listeners.findIndex((other) => other.port === port) === index) return [];
    const message = `another listener has port ${port} already`;
    return [{ code: 'LS1106', severity: 'error' as const, path: `/listeners/${index}/port`, message }];
  });
}

function protocol(spec: LoadBalancerSpec, listener: Listener, path: string): readonly Finding[] {
  const type = spec.type ?? 'application';
  const http = listener.protocol === 'HTTP' || listener.protocol === 'HTTPS';
  if (http === (type === 'application')) return [];
  const expected = type === 'application' ? 'HTTP or HTTPS' : 'TCP, TLS, UDP or TCP_UDP';
  const message = `a load balancer of type ${type} cannot listen with ${listener.protocol}; expected ${expected}`;
  return [{ code: 'LS1110', severity: 'error', path: `${path}/protocol`, message }];
}

function certificate({ protocol: spoken, port, certificates }: Listener, path: string): readonly Finding[] {
  if (spoken === 'HTTP' && port === 443) {
    const message = 'port 443 with protocol HTTP: browsers speak TLS there and fail; expected HTTPS with a certificate';
    return [{ code: 'LS1107', severity: 'warning', path: `${path}/protocol`, message }];
  }
  if ((spoken !== 'HTTPS' && spoken !== 'TLS') || certificates !== undefined) return [];
  const message = `a listener with ${spoken} needs a certificate; expected certificates with at least one ARN`;
  return [{ code: 'LS1108', severity: 'error', path, message }];
}

function rules(listener: Listener, path: string): readonly Finding[] {
  const all = listener.rules ?? [];
  return all.flatMap((rule, index) => {
    const place = `${path}/rules/${index}`;
    const found = [
      ...lintAction(rule.then, `${place}/then`),
      ...lintAuthentication(rule.then, listener.protocol, `${place}/then`),
      ...lintRedirect(rule.then.redirectTo, `${place}/then/redirectTo`),
    ];
    if (all.findIndex((other) => other.priority === rule.priority) === index) return found;
    const message = `another rule of this listener has priority ${rule.priority} already`;
    return [...found, { code: 'LS1109', severity: 'error' as const, path: `${place}/priority`, message }];
  });
}

function actions(spec: LoadBalancerSpec, listener: Listener, path: string, context: LintContext): readonly Finding[] {
  const forwards: (readonly [RuleAction | undefined, string])[] = [
    [listener.default, `${path}/default`],
    ...(listener.rules ?? []).map((rule, index) => [rule.then, `${path}/rules/${index}/then`] as const),
  ];
  return [
    ...lintAction(listener.default, `${path}/default`),
    ...lintAuthentication(listener.default, listener.protocol, `${path}/default`),
    ...lintRedirect(listener.redirectTo, `${path}/redirectTo`, listener),
    ...lintRedirect(listener.default?.redirectTo, `${path}/default/redirectTo`, listener),
    ...forwards.flatMap(([action, place]) => targetGroups(spec, action, place, context)),
  ];
}

/** HTTP target groups go behind an application, all others behind a network load balancer. */
function targetGroups(
  spec: LoadBalancerSpec,
  action: RuleAction | undefined,
  path: string,
  context: LintContext,
): readonly Finding[] {
  return (action?.forward ?? []).flatMap(({ targetGroup }, index) => {
    const manifest = targetGroup === undefined ? undefined : context.find(`TargetGroup/${targetGroup}`);
    if (manifest === undefined) return [];
    const group = manifest.spec as TargetGroupSpec;
    const spoken = group.targetType === 'lambda' ? 'lambda' : group.protocol;
    const http = spoken === 'HTTP' || spoken === 'HTTPS' || spoken === 'lambda';
    const type = spec.type ?? 'application';
    if (http === (type === 'application')) return [];
    const message = `target group "${targetGroup}" speaks ${spoken}, which a load balancer of type ${type} cannot forward to`;
    return [{ code: 'LS1112', severity: 'error' as const, path: `${path}/forward/${index}`, message }];
  });
}

/** A security group of the Application that lets the world in on 443 while nothing listens there. */
function openPorts(spec: LoadBalancerSpec, context: LintContext): readonly Finding[] {
  if (spec.type === 'network' || (spec.listeners ?? []).some((listener) => listener.port === 443)) return [];
  return (spec.securityGroups ?? []).flatMap((group, index) => {
    const [piece] = parseExpressions(group);
    const properties = piece?.kind === 'reference' ? propertiesOf(context.find(piece.ref)?.spec) : undefined;
    const ingress = properties?.['SecurityGroupIngress'];
    if (!Array.isArray(ingress) || !ingress.some(opens443)) return [];
    const message =
      'this security group lets requests in on port 443, but no listener is there; expected an HTTPS listener';
    return [{ code: 'LS1113', severity: 'warning' as const, path: `/securityGroups/${index}`, message }];
  });
}

function propertiesOf(spec: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(spec) && isObject(spec['properties']) ? spec['properties'] : undefined;
}

function opens443(rule: unknown): boolean {
  return isObject(rule) && Number(rule['FromPort']) <= 443 && Number(rule['ToPort']) >= 443;
}
