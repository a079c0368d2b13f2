import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { attributeValue } from './attributes.ts';
import { loadBalancerRules } from './attribute-rules.ts';
import { removeListener } from './listeners.ts';
import { hostedZoneId } from './hosted-zones.ts';
import { loadBalancer } from './lookup.ts';
import { checkArn, checkName, elbArn } from './names.ts';
import { page } from './pages.ts';
import { syncProxies } from './proxies.ts';
import { elbState, type ElbState, listenersOf, type LoadBalancerState } from './state.ts';
import { checkSecurityGroups, zonesOf } from './subnets.ts';
import { register, sameTags, tagRecord } from './tags.ts';
import { provisioningMs } from './timing.ts';

const quota = 50;

/** CreateLoadBalancer. The same settings again give the load balancer that is there. */
export function createLoadBalancer(input: CreateLoadBalancerInput, call: Call): CreateLoadBalancerOutput {
  const { world, scope } = call;
  const state = elbState(world, scope);
  const name = input.Name ?? '';
  checkName('Load balancer', name);
  const tags = tagRecord(input.Tags ?? []);
  const wanted = settingsOf(input, call, state);
  const existing = Object.values(state.loadBalancers).find((balancer) => balancer.name === name);
  if (existing) {
    if (!sameSettings(existing, wanted) || !sameTags(world, existing.arn, tags)) {
      throw new AwsError(
        'DuplicateLoadBalancerName',
        `A load balancer with the same name '${name}' exists, but with different settings`,
      );
    }
    return { LoadBalancers: [describe(existing, scope)] };
  }
  const sameType = Object.values(state.loadBalancers).filter((balancer) => balancer.type === wanted.type);
  if (sameType.length >= quota) {
    throw new AwsError(
      'TooManyLoadBalancers',
      `The maximum number of ${wanted.type} load balancers (${quota}) has been reached`,
    );
  }
  const created: LoadBalancerState = {
    ...wanted,
    arn: elbArn(scope, 'loadbalancer', `${wanted.type === 'application' ? 'app' : 'net'}/${name}/${world.id(16)}`),
    name,
    vpcId: vpcOf(call, wanted.zones),
    dnsName: dnsName(name, wanted.scheme, world, scope),
    createdAt: call.now,
    state: 'provisioning',
    attributes: {},
  };
  state.loadBalancers[created.arn] = created;
  register(world, scope, 'loadbalancer', created.arn, tags);
  world.timers.set(scope, 'elbv2/provisioned', provisioningMs, { arn: created.arn });
  return { LoadBalancers: [describe(created, scope)] };
}

/** Timer: a load balancer is ready. */
export async function provisioned(payload: { readonly arn: string }, scope: Scope, world: World): Promise<void> {
  const balancer = elbState(world, scope).loadBalancers[payload.arn];
  if (!balancer) return;
  balancer.state = 'active';
  await syncProxies(world);
}

/** DescribeLoadBalancers, by ARNs, by names, or all. */
export function describeLoadBalancers(input: DescribeLoadBalancersInput, call: Call): DescribeLoadBalancersOutput {
  const state = elbState(call.world, call.scope);
  const all = Object.values(state.loadBalancers);
  let chosen = all;
  if (input.LoadBalancerArns?.length) {
    chosen = input.LoadBalancerArns.map((arn) => loadBalancer(state, arn));
  } else if (input.Names?.length) {
    chosen = input.Names.map((name) => {
      const found = all.find((balancer) => balancer.name === name);
      if (!found) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${name}]' not found`);
      return found;
    });
  }
  const { items, NextMarker } = page(chosen, input.Marker, input.PageSize);
  return {
    LoadBalancers: items.map((balancer) => describe(balancer, call.scope)),
    ...(NextMarker ? { NextMarker } : {}),
  };
}

/** DeleteLoadBalancer: its listeners and rules go too. One that does not exist is no error. */
export async function deleteLoadBalancer(input: DeleteLoadBalancerInput, call: Call): Promise<object> {
  const state = elbState(call.world, call.scope);
  const arn = input.LoadBalancerArn ?? '';
  checkArn(arn, 'loadbalancer');
  const balancer = state.loadBalancers[arn];
  if (!balancer) return {};
  const rules = loadBalancerRules(balancer.type, balancer.scheme);
  if (attributeValue(rules, balancer.attributes, 'deletion_protection.enabled') === 'true') {
    throw new AwsError(
      'OperationNotPermitted',
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const listener of listenersOf(state, arn)) removeListener(call.world, call.scope, listener.arn);
  delete state.loadBalancers[arn];
  call.world.resources.remove(arn);
  await syncProxies(call.world);
  return {};
}

type CreateSettings = Pick<
  LoadBalancerState,
  | 'type'
  | 'scheme'
  | 'zones'
  | 'securityGroups'
  | 'ipAddressType'
  | 'sourceNatPrefix'
  | 'ipv4IpamPoolId'
  | 'customerOwnedIpv4Pool'
>;

function settingsOf(input: CreateLoadBalancerInput, call: Call, state: ElbState): CreateSettings {
  const type = input.Type ?? 'application';
  if (type === 'gateway') {
    throw new AwsError('OperationNotPermitted', 'Gateway load balancers are not supported here');
  }
  const groups = input.SecurityGroups ?? [];
  checkSecurityGroups(groups);
  return {
    type,
    scheme: input.Scheme ?? 'internet-facing',
    zones: zonesOf(state, call, type, input.Subnets, input.SubnetMappings),
    // An application load balancer that names none gets the default security group of its VPC.
    securityGroups: type === 'application' && groups.length === 0 ? [defaultSecurityGroup(call.scope)] : [...groups],
    ipAddressType: input.IpAddressType ?? 'ipv4',
    ...(type === 'network' ? { sourceNatPrefix: input.EnablePrefixForIpv6SourceNat ?? 'off' } : {}),
    ...(input.IpamPools?.Ipv4IpamPoolId ? { ipv4IpamPoolId: input.IpamPools.Ipv4IpamPoolId } : {}),
    ...(input.CustomerOwnedIpv4Pool ? { customerOwnedIpv4Pool: input.CustomerOwnedIpv4Pool } : {}),
  };
}

function sameSettings(existing: LoadBalancerState, wanted: CreateSettings): boolean {
  const shape = (settings: CreateSettings): string =>
    JSON.stringify([
      settings.type,
      settings.scheme,
      settings.zones
        .map((zone) => JSON.stringify([zone.subnetId, zone.allocationId, zone.privateIPv4Address]))
        .toSorted(),
      [...settings.securityGroups].toSorted(),
      settings.ipAddressType,
    ]);
  return shape(existing) === shape(wanted);
}

/** A load balancer as the API shows it. */
function describe(balancer: LoadBalancerState, scope: Scope): LoadBalancer {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: hostedZoneId(scope.region, balancer.type),
    CreatedTime: new Date(balancer.createdAt),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: balancer.state },
    Type: balancer.type,
    AvailabilityZones: availabilityZones(balancer),
    ...(balancer.securityGroups.length > 0 ? { SecurityGroups: balancer.securityGroups } : {}),
    IpAddressType: balancer.ipAddressType as NonNullable<LoadBalancer['IpAddressType']>,
    ...(balancer.customerOwnedIpv4Pool ? { CustomerOwnedIpv4Pool: balancer.customerOwnedIpv4Pool } : {}),
    ...(balancer.ipv4IpamPoolId ? { IpamPools: { Ipv4IpamPoolId: balancer.ipv4IpamPoolId } } : {}),
    ...(balancer.type === 'network'
      ? { EnablePrefixForIpv6SourceNat: balancer.sourceNatPrefix === 'on' ? ('on' as const) : ('off' as const) }
      : {}),
    ...(balancer.type === 'network' && balancer.securityGroups.length > 0
      ? { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: balancer.enforcePrivateLinkRules ?? 'on' }
      : {}),
  };
}

/** The zones of a load balancer as the API shows them. */
export function availabilityZones(balancer: LoadBalancerState): NonNullable<LoadBalancer['AvailabilityZones']> {
  return balancer.zones.map((zone) => ({
    ZoneName: zone.zoneName,
    SubnetId: zone.subnetId,
    LoadBalancerAddresses:
      zone.allocationId || zone.privateIPv4Address || zone.ipv6Address
        ? [
            {
              ...(zone.ipv6Address ? { IPv6Address: zone.ipv6Address } : {}),
              ...(zone.allocationId ? { AllocationId: zone.allocationId } : {}),
              ...(zone.privateIPv4Address ? { PrivateIPv4Address: zone.privateIPv4Address } : {}),
            },
          ]
        : [],
    ...(zone.sourceNatIpv6Prefix ? { SourceNatIpv6Prefixes: [zone.sourceNatIpv6Prefix] } : {}),
  }));
}

/** Names under `.localhost` mean loopback (RFC 6761), so that a DNS name can be used as it is, with the mapped port. */
function dnsName(name: string, scheme: string, world: World, scope: Scope): string {
  const digits = Math.floor(world.random() * 9e9) + 1e9;
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${digits}.${scope.region}.elb.localhost`;
}

/** The VPC of its subnets; the default one where EC2 does not know them. */
function vpcOf({ world, scope }: Call, zones: LoadBalancerState['zones']): string {
  const subnet = world.ports.networks.subnet(scope, zones[0]?.subnetId ?? '');
  return typeof subnet === 'string' ? defaultVpc(scope) : subnet.vpcId;
}

function defaultVpc(scope: Scope): string {
  return `vpc-${scope.accountId.padStart(17, '0')}`;
}

function defaultSecurityGroup(scope: Scope): string {
  return `sg-${scope.accountId.padStart(17, '0')}`;
}
