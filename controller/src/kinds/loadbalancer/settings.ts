import {
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  type SubnetMapping as AwsSubnetMapping,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerSpec, SubnetMapping } from '../../api/loadbalancer.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing } from '../../aws/errors.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Desired } from '../../core/driver.ts';
import { asJson, type Json } from '../../core/json.ts';
import { attributeChanges } from '../../elbv2/attributes.ts';
import type { LiveLoadBalancer } from './live.ts';
import type { LoadBalancerTree } from './normalize.ts';

/** Both sides in comparable form. */
interface Trees {
  readonly wanted: LoadBalancerTree;
  readonly live: LoadBalancerTree;
}

/** Makes the load balancer itself so: each of its settings has a call of its own, sent where it differs. */
export async function ensureSettings(
  aws: AwsContext,
  { spec }: Desired<LoadBalancerSpec>,
  found: LiveLoadBalancer,
  trees: Trees,
  signal: AbortSignal,
): Promise<void> {
  await ensureAddresses(aws, spec, found, trees, signal);
  await ensureSecurityGroups(aws, found, trees, signal);
  await ensurePools(aws, found, trees, signal);
  await ensureCapacity(aws, found, trees, signal);
  const Attributes = attributeChanges(trees.wanted.attributes, trees.live.attributes);
  if (Attributes.length === 0) return;
  const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: found.arn, Attributes });
  await doing(`ModifyLoadBalancerAttributes ${found.name}`, aws.elbv2.send(command, { abortSignal: signal }));
}

/** SetSubnets takes the address type along: prefixes for source NAT go together with dualstack, and so they come and go. */
async function ensureAddresses(
  aws: AwsContext,
  spec: LoadBalancerSpec,
  { arn: LoadBalancerArn, name }: LiveLoadBalancer,
  { wanted, live }: Trees,
  abortSignal: AbortSignal,
): Promise<void> {
  const IpAddressType = spec.ipAddressType ?? 'ipv4';
  if (!equalJson(placeOf(wanted), placeOf(live))) {
    const command = new SetSubnetsCommand({
      LoadBalancerArn,
      ...subnetInput(spec),
      IpAddressType,
      ...(spec.type === 'network' && { EnablePrefixForIpv6SourceNat: spec.enablePrefixForIpv6SourceNat ?? 'off' }),
    });
    await doing(`SetSubnets ${name}`, aws.elbv2.send(command, { abortSignal }));
  } else if (wanted.ipAddressType !== live.ipAddressType) {
    const command = new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType });
    await doing(`SetIpAddressType ${name}`, aws.elbv2.send(command, { abortSignal }));
  }
}

function placeOf({ subnets, subnetMappings, enablePrefixForIpv6SourceNat: prefix }: LoadBalancerTree): Json {
  return asJson({ subnets: subnets ?? null, subnetMappings: subnetMappings ?? null, prefix: prefix ?? null });
}

async function ensureSecurityGroups(
  aws: AwsContext,
  { arn: LoadBalancerArn, name }: LiveLoadBalancer,
  { wanted, live }: Trees,
  abortSignal: AbortSignal,
): Promise<void> {
  const { securityGroups: groups = [], enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce } = wanted;
  const same =
    equalJson(groups, live.securityGroups ?? []) &&
    enforce === live.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  if (groups.length === 0 || same) return;
  const command = new SetSecurityGroupsCommand({
    LoadBalancerArn,
    SecurityGroups: [...groups],
    ...(enforce !== undefined && {
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce === 'off' ? 'off' : 'on',
    }),
  });
  await doing(`SetSecurityGroups ${name}`, aws.elbv2.send(command, { abortSignal }));
}

async function ensurePools(
  aws: AwsContext,
  { arn: LoadBalancerArn, name }: LiveLoadBalancer,
  { wanted, live }: Trees,
  abortSignal: AbortSignal,
): Promise<void> {
  const pool = wanted.ipamPools?.ipv4IpamPoolId;
  if (pool === live.ipamPools?.ipv4IpamPoolId) return;
  const command = new ModifyIpPoolsCommand({
    LoadBalancerArn,
    ...(pool === undefined ? { RemoveIpamPools: ['ipv4'] } : { IpamPools: { Ipv4IpamPoolId: pool } }),
  });
  await doing(`ModifyIpPools ${name}`, aws.elbv2.send(command, { abortSignal }));
}

async function ensureCapacity(
  aws: AwsContext,
  { arn: LoadBalancerArn, name }: LiveLoadBalancer,
  { wanted, live }: Trees,
  abortSignal: AbortSignal,
): Promise<void> {
  const units = wanted.minimumLoadBalancerCapacity?.capacityUnits;
  if (units === live.minimumLoadBalancerCapacity?.capacityUnits) return;
  const command = new ModifyCapacityReservationCommand({
    LoadBalancerArn,
    ...(units === undefined
      ? { ResetCapacityReservation: true }
      : { MinimumLoadBalancerCapacity: { CapacityUnits: units } }),
  });
  await doing(`ModifyCapacityReservation ${name}`, aws.elbv2.send(command, { abortSignal }));
}

/** What CreateLoadBalancer and SetSubnets take for the subnets. */
export function subnetInput(spec: LoadBalancerSpec): { Subnets: string[] } | { SubnetMappings: AwsSubnetMapping[] } {
  return spec.subnetMappings === undefined
    ? { Subnets: spec.subnets ?? [] }
    : { SubnetMappings: spec.subnetMappings.map(mappingInput) };
}

function mappingInput(mapping: SubnetMapping): AwsSubnetMapping {
  return {
    SubnetId: mapping.subnetId,
    AllocationId: mapping.allocationId,
    PrivateIPv4Address: mapping.privateIPv4Address,
    IPv6Address: mapping.iPv6Address,
    SourceNatIpv6Prefix: mapping.sourceNatIpv6Prefix,
  };
}
