import type {
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput,
  ModifyCapacityReservationInput,
  ModifyCapacityReservationOutput,
  ModifyIpPoolsInput,
  ModifyIpPoolsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { loadBalancer } from './lookup.ts';
import { elbState, type LoadBalancerState } from './state.ts';

/** DescribeCapacityReservation. What is reserved is there at once. */
export function describeCapacityReservation(
  input: DescribeCapacityReservationInput,
  call: Call,
): DescribeCapacityReservationOutput {
  return reservation(loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? ''));
}

/** ModifyCapacityReservation: sets or resets. */
export function modifyCapacityReservation(
  input: ModifyCapacityReservationInput,
  call: Call,
): ModifyCapacityReservationOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  const units = input.MinimumLoadBalancerCapacity?.CapacityUnits;
  if ((units === undefined) !== (input.ResetCapacityReservation === true)) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      'You must specify either a minimum capacity or the reset of the capacity reservation',
    );
  }
  if (units === undefined) delete balancer.capacityUnits;
  else balancer.capacityUnits = units;
  return reservation(balancer);
}

function reservation(balancer: LoadBalancerState): DescribeCapacityReservationOutput {
  if (balancer.capacityUnits === undefined) return { CapacityReservationState: [] };
  return {
    MinimumLoadBalancerCapacity: { CapacityUnits: balancer.capacityUnits },
    CapacityReservationState: balancer.zones.map(({ zoneName }) => ({
      AvailabilityZone: zoneName,
      State: { Code: 'provisioned' },
    })),
  };
}

/** ModifyIpPools: the pool of public IPv4 addresses of an application load balancer. */
export function modifyIpPools(input: ModifyIpPoolsInput, call: Call): ModifyIpPoolsOutput {
  const balancer = loadBalancer(elbState(call.world, call.scope), input.LoadBalancerArn ?? '');
  const pool = input.IpamPools?.Ipv4IpamPoolId;
  if (pool) balancer.ipv4IpamPoolId = pool;
  else if (input.RemoveIpamPools?.includes('ipv4')) delete balancer.ipv4IpamPoolId;
  return balancer.ipv4IpamPoolId ? { IpamPools: { Ipv4IpamPoolId: balancer.ipv4IpamPoolId } } : {};
}
