import type {
  CreateSubnetRequest,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@aws-sdk/client-ec2';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { contains, overlaps, rangeOf } from './cidr.ts';
import { ZONE_LETTERS } from './default-vpc.ts';
import { filtered, type FilterValues, namedIn, paged } from './filters.ts';
import { lentSubnet } from './stand-ins.ts';
import { ec2Arn, existing, notFound, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';

const FILTERS: FilterValues<Subnet> = {
  'availability-zone': ({ AvailabilityZone }) => [AvailabilityZone],
  'cidr-block': ({ CidrBlock }) => [CidrBlock],
  'default-for-az': ({ DefaultForAz }) => [String(DefaultForAz)],
  'map-public-ip-on-launch': ({ MapPublicIpOnLaunch }) => [String(MapPublicIpOnLaunch)],
  'subnet-id': ({ SubnetId }) => [SubnetId],
  'vpc-id': ({ VpcId }) => [VpcId],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export function describeSubnets(input: DescribeSubnetsRequest, call: Call): DescribeSubnetsResult {
  const { subnets } = stateOf(call);
  const found = input.SubnetIds?.length
    ? input.SubnetIds.map((id) => {
        const subnet = own(subnets, id) ?? lentSubnet(call.world, call.scope, id);
        if (!subnet) throw notFound('subnet', id);
        return subnet;
      })
    : [
        ...Object.values(subnets),
        ...namedIn(input.Filters, 'subnet-id', subnets, (id) => lentSubnet(call.world, call.scope, id)),
      ];
  const shown = found.map((one) => ({ ...one, Tags: tagsOf(call.world, call.scope, 'subnet', one.SubnetId ?? '') }));
  const { items, ...rest } = paged(filtered(shown, input.Filters, FILTERS), input, ({ SubnetId = '' }) => SubnetId);
  return { Subnets: [...items], ...rest };
}

/**
 * CreateSubnet: within the VPC, beside its other subnets; five addresses are AWS's own.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
export function createSubnet(input: CreateSubnetRequest, call: Call): { readonly Subnet: Subnet } {
  const state = stateOf(call);
  const { VpcId = '', CidrBlock: around = '' } = existing(state.vpcs, input.VpcId, 'vpc');
  const cidr = input.CidrBlock ?? '';
  const range = rangeOf(cidr);
  if (range.prefix < 16 || range.prefix > 28 || !contains(rangeOf(around), range)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  }
  const beside = Object.values(state.subnets).filter((subnet) => subnet.VpcId === VpcId);
  if (beside.some(({ CidrBlock = '' }) => overlaps(rangeOf(CidrBlock), range))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  }
  const zones = ZONE_LETTERS.map((letter) => `${call.scope.region}${letter}`);
  const zone = input.AvailabilityZone ?? zones[0] ?? '';
  if (!zones.includes(zone)) {
    throw new AwsError('InvalidParameterValue', `Value (${zone}) for parameter availabilityZone is invalid.`);
  }
  const SubnetId = `subnet-${call.world.id(17)}`;
  const subnet: Subnet = {
    SubnetId,
    SubnetArn: ec2Arn(call.scope, 'subnet', SubnetId),
    VpcId,
    OwnerId: call.scope.accountId,
    CidrBlock: cidr,
    AvailableIpAddressCount: range.size - 5,
    AvailabilityZone: zone,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    State: 'available',
  };
  state.declared = true;
  state.subnets[SubnetId] = subnet;
  register(call, 'subnet', SubnetId, input.TagSpecifications);
  return { Subnet: { ...subnet, Tags: tagsOf(call.world, call.scope, 'subnet', SubnetId) } };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html */
export function deleteSubnet(input: DeleteSubnetRequest, call: Call): object {
  const state = stateOf(call);
  const { SubnetId = '' } = existing(state.subnets, input.SubnetId, 'subnet');
  const isUsed = Object.values(state.natGateways).some(
    (gateway) => gateway.SubnetId === SubnetId && gateway.State !== 'deleted',
  );
  if (isUsed) {
    throw new AwsError('DependencyViolation', `The subnet '${SubnetId}' has dependencies and cannot be deleted.`);
  }
  for (const table of Object.values(state.routeTables)) {
    table.Associations = table.Associations?.filter((association) => association.SubnetId !== SubnetId);
  }
  delete state.subnets[SubnetId];
  unregister(call, 'subnet', SubnetId);
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html */
export function modifySubnetAttribute(input: ModifySubnetAttributeRequest, call: Call): object {
  const subnet = existing(stateOf(call).subnets, input.SubnetId, 'subnet');
  const { MapPublicIpOnLaunch } = input;
  if (MapPublicIpOnLaunch?.Value !== undefined) subnet.MapPublicIpOnLaunch = MapPublicIpOnLaunch.Value;
  return {};
}
