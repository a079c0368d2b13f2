import type { Listener as AwsListener, ProtocolEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  IpamPools,
  Listener,
  LoadBalancerSpec,
  MinimumLoadBalancerCapacity,
  SubnetMapping,
} from '../../api/loadbalancer.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { diffTrees } from '../../core/diff.ts';
import { asJson } from '../../core/json.ts';
import { managedTags, wantedTags, sameOwner } from '../../core/ownership.ts';
import { type ActionTree, liveAction, wantedActionAt } from '../../elbv2/actions.ts';
import { heldByOther } from '../../elbv2/associations.ts';
import {
  type Attributes,
  comparableAttributes,
  listenerDefaults,
  loadBalancerDefaults,
} from '../../elbv2/attributes.ts';
import { liveConditions, liveTransforms, wantedConditions, wantedTransforms } from '../../elbv2/conditions.ts';
import type { RuleTree } from '../../elbv2/rules.ts';
import { type TargetGroupKeys, targetGroupKeys } from '../../elbv2/targets.ts';
import {
  LISTENER,
  LISTENER_RULE,
  type LiveListener,
  type LiveLoadBalancer,
  type LiveRule,
  LOAD_BALANCER,
} from './live.ts';

type Tags = Readonly<Record<string, string>>;

/** A listener in comparable form. The first certificate is the default one, the others are sorted. */
export interface ListenerTree {
  /** Empty where AWS names none. */
  readonly protocol: ProtocolEnum | '';
  readonly certificates?: readonly string[];
  readonly sslPolicy?: string;
  readonly alpnPolicy?: string;
  readonly mutualAuthentication?: Readonly<Record<string, string | boolean>>;
  readonly attributes: Attributes;
  readonly default: ActionTree;
  /** By priority. */
  readonly rules: Readonly<Record<string, RuleTree>>;
  readonly tags: Tags;
}

/** A load balancer in comparable form. */
export interface LoadBalancerTree {
  readonly type: string;
  readonly scheme: string;
  readonly ipAddressType: string;
  readonly subnets?: readonly string[];
  readonly subnetMappings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly securityGroups?: readonly string[];
  /** Of a network load balancer with security groups. */
  readonly enforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string;
  /** Of a network load balancer. */
  readonly enablePrefixForIpv6SourceNat?: string;
  readonly ipamPools?: IpamPools;
  readonly customerOwnedIpv4Pool?: string;
  readonly minimumLoadBalancerCapacity?: MinimumLoadBalancerCapacity;
  readonly attributes: Attributes;
  /** By port. */
  readonly listeners: Readonly<Record<string, ListenerTree>>;
  readonly tags: Tags;
}

/** CreateListener: the policy of HTTPS and TLS listeners that name none. */
const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

/** SubnetMapping: AWS chooses the prefix and gives back the one that it chose. */
const AUTO_ASSIGNED = 'auto_assigned';

/** What is wanted, given what is there. Claims of others are not heeded yet. */
export function wantedTree(desired: Desired<LoadBalancerSpec>, live: LoadBalancerTree): LoadBalancerTree {
  const { spec } = desired;
  const keys = targetGroupKeys(desired.needs);
  const tags = wantedTags(spec.tags, desired.ownership);
  return {
    type: spec.type ?? 'application',
    scheme: spec.scheme ?? 'internet-facing',
    ipAddressType: spec.ipAddressType ?? 'ipv4',
    ...(spec.subnets && { subnets: spec.subnets.toSorted() }),
    ...(spec.subnetMappings && {
      subnetMappings: Object.fromEntries(spec.subnetMappings.map(({ subnetId, ...address }) => [subnetId, address])),
    }),
    ...wantedSecurity(spec),
    ...(spec.type === 'network' && { enablePrefixForIpv6SourceNat: spec.enablePrefixForIpv6SourceNat ?? 'off' }),
    ...(spec.ipamPools && { ipamPools: { ...spec.ipamPools } }),
    ...(spec.customerOwnedIpv4Pool !== undefined && { customerOwnedIpv4Pool: spec.customerOwnedIpv4Pool }),
    ...(spec.minimumLoadBalancerCapacity && {
      minimumLoadBalancerCapacity: { ...spec.minimumLoadBalancerCapacity },
    }),
    attributes: { ...loadBalancerDefaults(spec, spec.attributes), ...spec.attributes },
    listeners: Object.fromEntries(
      (spec.listeners ?? []).map((one) => [
        String(one.port),
        wantedListener(one, tags, keys, live.listeners[String(one.port)]),
      ]),
    ),
    tags,
  };
}

/** A network load balancer has no security groups when none are declared; an application has its VPC's default one. */
function wantedSecurity({
  type,
  securityGroups,
  enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce = 'on',
}: LoadBalancerSpec): Pick<
  LoadBalancerTree,
  'securityGroups' | 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic'
> {
  if (securityGroups === undefined) return type === 'network' ? { securityGroups: [] } : {};
  return {
    securityGroups: securityGroups.toSorted(),
    ...(type === 'network' && { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce }),
  };
}

function wantedListener(
  listener: Listener,
  tags: Tags,
  keys: TargetGroupKeys,
  live: ListenerTree | undefined,
): ListenerTree {
  const { protocol, certificates, sslPolicy, alpnPolicy, mutualAuthentication: mutual } = listener;
  const [first, ...others] = certificates ?? [];
  const action = listener.redirectTo === undefined ? (listener.default ?? {}) : { redirectTo: listener.redirectTo };
  return {
    protocol,
    ...(first !== undefined && { certificates: certificateList(first, others) }),
    ...(isSecure(protocol) && { sslPolicy: sslPolicy ?? DEFAULT_SSL_POLICY }),
    ...(alpnPolicy !== undefined && alpnPolicy !== 'None' && { alpnPolicy }),
    ...(mutual !== undefined &&
      mutual.mode !== 'off' && {
        mutualAuthentication: {
          mode: mutual.mode,
          ...(mutual.mode === 'verify' && {
            trustStoreArn: mutual.trustStoreArn ?? '',
            ignoreClientCertificateExpiry: mutual.ignoreClientCertificateExpiry ?? false,
            advertiseTrustStoreCaNames: mutual.advertiseTrustStoreCaNames ?? 'off',
          }),
        },
      }),
    attributes: { ...listenerDefaults(protocol), ...listener.attributes },
    default: wantedActionAt(action, keys, live?.default),
    rules: Object.fromEntries(
      (listener.rules ?? []).map((rule) => [
        String(rule.priority),
        {
          when: wantedConditions(rule.when),
          then: wantedActionAt(rule.then, keys, live?.rules[String(rule.priority)]?.then),
          transforms: wantedTransforms(rule.transforms),
          tags,
        },
      ]),
    ),
    tags,
  };
}

/** What is there, of what Git decides: listeners and rules of others are left out. */
export function liveTree(desired: Desired<LoadBalancerSpec>, live: LiveLoadBalancer): LoadBalancerTree {
  const { spec } = desired;
  const { loadBalancer } = live;
  const keys = targetGroupKeys(desired.needs);
  const declared = new Map((spec.listeners ?? []).map((listener) => [listener.port, listener]));
  const listeners = live.listeners.filter((one) => declared.has(one.port) || sameOwner(one.tags, desired.ownership));
  const subnets = (loadBalancer.AvailabilityZones ?? []).map((zone) => zone.SubnetId ?? '').toSorted();
  return {
    type: loadBalancer.Type ?? '',
    scheme: loadBalancer.Scheme ?? '',
    ipAddressType: loadBalancer.IpAddressType ?? 'ipv4',
    ...(spec.subnetMappings === undefined ? { subnets } : { subnetMappings: liveMappings(spec.subnetMappings, live) }),
    ...liveNetwork(live, spec),
    attributes: comparableAttributes(spec.attributes, loadBalancerDefaults(spec, spec.attributes), live.attributes)
      .live,
    listeners: Object.fromEntries(
      listeners.map((one) => [String(one.port), liveListener(one, declared.get(one.port), desired, keys)]),
    ),
    tags: liveTags(desired, live.tags),
  };
}

function liveNetwork(
  { loadBalancer: live, reservedCapacity }: LiveLoadBalancer,
  spec: LoadBalancerSpec,
): Partial<LoadBalancerTree> {
  const network = live.Type === 'network';
  const { SecurityGroups = [], IpamPools: { Ipv4IpamPoolId: pool } = {}, CustomerOwnedIpv4Pool: owned } = live;
  const guarded = network && SecurityGroups.length > 0 && spec.securityGroups !== undefined;
  const enforced = live.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? 'on';
  return {
    securityGroups: SecurityGroups.toSorted(),
    ...(guarded && { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforced }),
    ...(network && { enablePrefixForIpv6SourceNat: live.EnablePrefixForIpv6SourceNat ?? 'off' }),
    ...(pool !== undefined && { ipamPools: { ipv4IpamPoolId: pool } }),
    ...(owned !== undefined && { customerOwnedIpv4Pool: owned }),
    ...(reservedCapacity > 0 && { minimumLoadBalancerCapacity: { capacityUnits: reservedCapacity } }),
  };
}

function liveListener(
  live: LiveListener,
  declared: Listener | undefined,
  desired: Desired<LoadBalancerSpec>,
  keys: TargetGroupKeys,
): ListenerTree {
  const { listener } = live;
  const protocol = listener.Protocol ?? '';
  const first = listener.Certificates?.[0]?.CertificateArn;
  const [alpnPolicy] = listener.AlpnPolicy ?? [];
  const defaults = listenerDefaults(declared?.protocol ?? protocol);
  const rules = live.rules.filter((rule) => isOwn(rule, desired));
  return {
    protocol,
    ...(first !== undefined && { certificates: certificateList(first, live.extraCertificates) }),
    ...(isSecure(protocol) && { sslPolicy: listener.SslPolicy ?? DEFAULT_SSL_POLICY }),
    ...(alpnPolicy !== undefined && alpnPolicy !== 'None' && { alpnPolicy }),
    ...liveMutual(listener),
    attributes: comparableAttributes(declared?.attributes, defaults, live.attributes).live,
    default: liveAction(listener.DefaultActions ?? [], keys, live.tags),
    rules: Object.fromEntries(rules.map((rule) => [String(rule.priority), liveRule(rule, desired, keys)])),
    tags: liveTags(desired, live.tags),
  };
}

/** The default one may stand among the others as well (DescribeListenerCertificates), which means nothing. */
function certificateList(first: string, others: readonly string[]): readonly string[] {
  return [first, ...others.filter((arn) => arn !== first).toSorted()];
}

function liveMutual({ MutualAuthentication: mutual }: AwsListener): Pick<ListenerTree, 'mutualAuthentication'> {
  if (mutual?.Mode === undefined || mutual.Mode === 'off') return {};
  const verify = {
    trustStoreArn: mutual.TrustStoreArn ?? '',
    ignoreClientCertificateExpiry: mutual.IgnoreClientCertificateExpiry ?? false,
    advertiseTrustStoreCaNames: mutual.AdvertiseTrustStoreCaNames ?? 'off',
  };
  return { mutualAuthentication: { mode: mutual.Mode, ...(mutual.Mode === 'verify' && verify) } };
}

/** A live rule in comparable form. */
export function liveRule(live: LiveRule, desired: Desired<LoadBalancerSpec>, keys: TargetGroupKeys): RuleTree {
  return {
    when: liveConditions(live.rule.Conditions ?? []),
    then: liveAction(live.rule.Actions ?? [], keys, live.tags),
    transforms: liveTransforms(live.rule.Transforms),
    tags: liveTags(desired, live.tags),
  };
}

/** Rules with the load balancer's own tags. */
export function isOwn(rule: LiveRule, desired: Desired<LoadBalancerSpec>): boolean {
  return sameOwner(rule.tags, desired.ownership);
}

function liveTags(desired: Desired<LoadBalancerSpec>, tags: Tags): Tags {
  return managedTags(tags, wantedTags(desired.spec.tags, desired.ownership), desired.managedTagKeys);
}

/** Addresses of the live subnets, of those fields that the manifest declares; AWS gives itself what is not declared. */
function liveMappings(
  declared: readonly SubnetMapping[],
  live: LiveLoadBalancer,
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    (live.loadBalancer.AvailabilityZones ?? []).map((zone) => {
      const wanted = declared.find((mapping) => mapping.subnetId === zone.SubnetId);
      const addresses = zone.LoadBalancerAddresses ?? [];
      const [prefix] = zone.SourceNatIpv6Prefixes ?? [];
      const chosenByAws = prefix !== undefined && wanted?.sourceNatIpv6Prefix === AUTO_ASSIGNED;
      const found = {
        allocationId: addresses.find((address) => address.AllocationId)?.AllocationId,
        privateIPv4Address: addresses.find((address) => address.PrivateIPv4Address)?.PrivateIPv4Address,
        iPv6Address: addresses.find((address) => address.IPv6Address)?.IPv6Address,
        sourceNatIpv6Prefix: chosenByAws ? AUTO_ASSIGNED : prefix,
      };
      const compared = Object.entries(found).filter(
        (entry): entry is [string, string] => entry[1] !== undefined && wanted !== undefined && entry[0] in wanted,
      );
      return [zone.SubnetId ?? '', Object.fromEntries(compared)];
    }),
  );
}

/** What differs, field by field. */
export function diff(desired: Desired<LoadBalancerSpec>, live: LiveLoadBalancer): readonly Change[] {
  const from = liveTree(desired, live);
  const to = wantedTree(desired, from);
  const guarded = [from, to].map(({ securityGroups = [] }) => securityGroups.length > 0);
  const regrouped = to.type === 'network' && guarded[0] !== guarded[1];
  const changes = diffTrees(LOAD_BALANCER, asJson(from), asJson(to), {
    sets: ['/subnets', '/securityGroups'],
    leaveWhenAbsent: to.type === 'network' ? [] : ['/securityGroups'],
    keyed: { '/listeners/*/rules/*/when/httpHeader': 'httpHeaderName' },
    effects: {
      '/type': 'replaces',
      '/scheme': 'replaces',
      '/customerOwnedIpv4Pool': 'replaces',
      ...(regrouped && { '/securityGroups': 'replaces' as const }),
    },
    unknown: desired.unknown,
    claims: desired.claims,
  });
  const refused = heldByOther(forwardedIn(to), heldBy(live, targetGroupKeys(desired.needs)));
  return changes.map((change) => ({
    ...change,
    ...placeOf(change.path, desired.spec),
    ...(change.effect === 'replaces' && refused !== undefined && { refused }),
  }));
}

/** Keys of the target groups that the manifest's listeners and rules forward to. */
function forwardedIn({ listeners }: LoadBalancerTree): readonly string[] {
  const actions = Object.values(listeners).flatMap(({ default: last, rules }) => [
    last,
    ...Object.values(rules).map(({ then }) => then),
  ]);
  return actions.flatMap((action) => Object.keys(action.forward ?? {}));
}

/** Keys of the target groups that the live load balancer has, also through rules of others. */
function heldBy({ listeners }: LiveLoadBalancer, keys: TargetGroupKeys): readonly string[] {
  const actions = listeners.flatMap(({ listener, rules }) => [
    listener.DefaultActions ?? [],
    ...rules.map(({ rule }) => rule.Actions ?? []),
  ]);
  return actions.flatMap((action) => Object.keys(liveAction(action, keys).forward ?? {}));
}

/** The part that a change belongs to, and its path as the manifest has it. */
function placeOf(path: string, spec: LoadBalancerSpec): { readonly part: string; readonly path: string } {
  const [, list, port, field, sub] = path.split('/');
  if (list !== 'listeners') return { part: LOAD_BALANCER, path };
  if (field === 'rules') return { part: LISTENER_RULE, path };
  const short = spec.listeners?.some((one) => String(one.port) === port && one.redirectTo !== undefined);
  const asWritten = short && field === 'default' && sub === 'redirectTo' ? path.replace('/default/', '/') : path;
  return { part: LISTENER, path: asWritten };
}

function isSecure(protocol: string): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}
