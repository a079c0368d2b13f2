import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope } from '../../kernel/world.ts';
import type { ElbState, LoadBalancerState } from './state.ts';

type Zones = LoadBalancerState['zones'];

/**
 * The zones of a load balancer from the subnets of a call. EC2 says where a subnet lies; one that it does not know keeps
 * the zone that it got when it was first used, the first one that no other subnet of that call has.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * @throws AwsError ValidationError, InvalidConfigurationRequest, SubnetNotFound
 */
export function zonesOf(
  state: ElbState,
  { world, scope }: Pick<Call, 'world' | 'scope'>,
  type: LoadBalancerState['type'],
  subnets: readonly string[] | undefined,
  mappings: readonly SubnetMapping[] | undefined,
): Zones {
  if (subnets?.length && mappings?.length) {
    throw new AwsError('ValidationError', 'You must specify either subnets or subnet mappings, not both');
  }
  const wanted: readonly SubnetMapping[] = mappings?.length
    ? mappings
    : (subnets ?? []).map((SubnetId) => ({ SubnetId }));
  const ids = wanted.map((mapping) => mapping.SubnetId ?? '');
  if (ids.length === 0) throw new AwsError('ValidationError', 'At least one subnet must be specified');
  // Zones of subnets that EC2 knows; where the others lie is the sandbox's own choice, and never in the way.
  const placed: string[] = [];
  for (const id of ids) {
    if (!/^subnet-[0-9a-z-]+$/.test(id)) throw subnetNotFound(id);
    const known = world.ports.networks.subnet(scope, id);
    if (known === 'absent') throw subnetNotFound(id);
    if (known === 'unknown') continue;
    state.subnetZones[id] = known.zone;
    placed.push(known.zone);
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  if (type === 'application' && ids.length < 2) {
    throw new AwsError('ValidationError', 'At least two subnets in two different Availability Zones must be specified');
  }
  assignZones(state, scope, ids);
  if (new Set(placed).size < placed.length) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  return wanted.map((mapping) => ({
    zoneName: state.subnetZones[mapping.SubnetId ?? ''] ?? '',
    subnetId: mapping.SubnetId ?? '',
    ...(mapping.AllocationId ? { allocationId: mapping.AllocationId } : {}),
    ...(mapping.PrivateIPv4Address ? { privateIPv4Address: mapping.PrivateIPv4Address } : {}),
    ...(mapping.IPv6Address ? { ipv6Address: mapping.IPv6Address } : {}),
    ...(mapping.SourceNatIpv6Prefix
      ? {
          sourceNatIpv6Prefix:
            mapping.SourceNatIpv6Prefix === 'auto_assigned' ? '2001:db8:0:1::/80' : mapping.SourceNatIpv6Prefix,
        }
      : {}),
  }));
}

function subnetNotFound(id: string): AwsError {
  return new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
}

function assignZones(state: ElbState, scope: Scope, ids: readonly string[]): void {
  const taken = new Set(ids.map((id) => state.subnetZones[id]).filter((zone) => zone !== undefined));
  for (const id of ids) {
    if (state.subnetZones[id] !== undefined) continue;
    const letter = 'abcdef'.split('').find((candidate) => !taken.has(`${scope.region}${candidate}`)) ?? 'f';
    state.subnetZones[id] = `${scope.region}${letter}`;
    taken.add(`${scope.region}${letter}`);
  }
}

/** Checks the shape of security group ids. @throws AwsError InvalidSecurityGroup */
export function checkSecurityGroups(ids: readonly string[]): void {
  for (const id of ids) {
    if (!/^sg-[0-9a-z-]+$/.test(id)) {
      throw new AwsError('InvalidSecurityGroup', `The security group ID '${id}' does not exist`);
    }
  }
}
