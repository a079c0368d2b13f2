import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
  SetIpAddressTypeInput,
  SetIpAddressTypeOutput,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
  SetSubnetsInput,
  SetSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkAttributes, readAttributes } from './attributes.ts';
import { loadBalancerRules } from './attribute-rules.ts';
import { availabilityZones } from './load-balancers.ts';
import { loadBalancer } from './lookup.ts';
import { elbState } from './state.ts';
import { checkSecurityGroups, zonesOf } from './subnets.ts';

/** DescribeLoadBalancerAttributes: all attributes of the type, with defaults. */
export function describeLoadBalancerAttributes(
  input: DescribeLoadBalancerAttributesInput,
  call: Call,
): DescribeLoadBalancerAttributesOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  return { Attributes: readAttributes(loadBalancerRules(balancer.type, balancer.scheme), balancer.attributes) };
}

/** ModifyLoadBalancerAttributes: what is not named stays. */
export function modifyLoadBalancerAttributes(
  input: ModifyLoadBalancerAttributesInput,
  call: Call,
): ModifyLoadBalancerAttributesOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  const rules = loadBalancerRules(balancer.type, balancer.scheme);
  const others = [loadBalancerRules('application', 'internal'), loadBalancerRules('network', 'internal')];
  const changed = checkAttributes('Load balancer', balancer.type, rules, others, input.Attributes ?? []);
  const merged = { ...balancer.attributes, ...changed };
  for (const logs of ['access_logs', 'connection_logs', 'health_check_logs']) {
    if (merged[`${logs}.s3.enabled`] === 'true' && !merged[`${logs}.s3.bucket`]) {
      throw new AwsError('InvalidConfigurationRequest', `The value of '${logs}.s3.bucket' cannot be empty`);
    }
  }
  balancer.attributes = merged;
  return { Attributes: readAttributes(rules, balancer.attributes) };
}

/** SetSecurityGroups. A network load balancer that was made without any cannot get some later. */
export function setSecurityGroups(input: SetSecurityGroupsInput, call: Call): SetSecurityGroupsOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  const groups = input.SecurityGroups ?? [];
  checkSecurityGroups(groups);
  if (balancer.type === 'network' && balancer.securityGroups.length === 0) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      'You cannot set security groups on a Network Load Balancer that was created without security groups',
    );
  }
  if (groups.length === 0)
    throw new AwsError('InvalidConfigurationRequest', 'At least one security group must be specified');
  balancer.securityGroups = [...groups];
  const enforce = input.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  if (enforce && balancer.type !== 'network') {
    throw new AwsError('InvalidConfigurationRequest', 'PrivateLink rules are only supported on network load balancers');
  }
  if (enforce) balancer.enforcePrivateLinkRules = enforce;
  return { SecurityGroupIds: [...groups] };
}

/** SetSubnets: the whole list, at least two for an application load balancer. */
export function setSubnets(input: SetSubnetsInput, call: Call): SetSubnetsOutput {
  const state = elbState(call.world, call.scope);
  const balancer = loadBalancer(state, input.LoadBalancerArn ?? '');
  balancer.zones = zonesOf(state, call, balancer.type, input.Subnets, input.SubnetMappings);
  if (input.IpAddressType) balancer.ipAddressType = input.IpAddressType;
  if (input.EnablePrefixForIpv6SourceNat) balancer.sourceNatPrefix = input.EnablePrefixForIpv6SourceNat;
  return {
    AvailabilityZones: availabilityZones(balancer),
    IpAddressType: balancer.ipAddressType as NonNullable<SetSubnetsOutput['IpAddressType']>,
  };
}

/** SetIpAddressType. */
export function setIpAddressType(input: SetIpAddressTypeInput, call: Call): SetIpAddressTypeOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  const type = input.IpAddressType ?? 'ipv4';
  if (type === 'dualstack-without-public-ipv4' && (balancer.type === 'network' || balancer.scheme === 'internal')) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      `IP address type '${type}' is not supported by this load balancer`,
    );
  }
  balancer.ipAddressType = type;
  return { IpAddressType: type };
}
