import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateNatGatewayRequest,
  DeleteInternetGatewayRequest,
  DeleteNatGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway,
  NatGateway,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { IGW_ATTACHED } from './default-vpc.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { existing, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';

const IGW_FILTERS: FilterValues<InternetGateway> = {
  'attachment.vpc-id': ({ Attachments = [] }) => Attachments.map(({ VpcId }) => VpcId),
  'internet-gateway-id': ({ InternetGatewayId }) => [InternetGatewayId],
};

const NAT_FILTERS: FilterValues<NatGateway> = {
  'nat-gateway-id': ({ NatGatewayId }) => [NatGatewayId],
  state: ({ State }) => [State],
  'subnet-id': ({ SubnetId }) => [SubnetId],
  'vpc-id': ({ VpcId }) => [VpcId],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export function describeInternetGateways(
  input: DescribeInternetGatewaysRequest,
  call: Call,
): DescribeInternetGatewaysResult {
  const { internetGateways } = stateOf(call);
  const found = input.InternetGatewayIds?.map((id) => existing(internetGateways, id, 'internet-gateway'));
  const shown = (found ?? Object.values(internetGateways)).map((gateway) => ({
    ...gateway,
    Tags: tagsOf(call.world, call.scope, 'internet-gateway', gateway.InternetGatewayId ?? ''),
  }));
  const chosen = filtered(shown, input.Filters, IGW_FILTERS);
  const { items, ...rest } = paged(chosen, input, ({ InternetGatewayId = '' }) => InternetGatewayId);
  return { InternetGateways: [...items], ...rest };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
export function createInternetGateway(
  input: CreateInternetGatewayRequest,
  call: Call,
): { readonly InternetGateway: InternetGateway } {
  const InternetGatewayId = `igw-${call.world.id(17)}`;
  const gateway: InternetGateway = { InternetGatewayId, OwnerId: call.scope.accountId, Attachments: [] };
  stateOf(call).internetGateways[InternetGatewayId] = gateway;
  register(call, 'internet-gateway', InternetGatewayId, input.TagSpecifications);
  return {
    InternetGateway: { ...gateway, Tags: tagsOf(call.world, call.scope, 'internet-gateway', InternetGatewayId) },
  };
}

/** AttachInternetGateway: one for a VPC. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html */
export function attachInternetGateway(input: AttachInternetGatewayRequest, call: Call): object {
  const state = stateOf(call);
  const gateway = existing(state.internetGateways, input.InternetGatewayId, 'internet-gateway');
  const { VpcId = '' } = existing(state.vpcs, input.VpcId, 'vpc');
  const all = Object.values(state.internetGateways).flatMap(({ Attachments = [] }) => Attachments);
  if ((gateway.Attachments ?? []).length > 0 || all.some((attachment) => attachment.VpcId === VpcId)) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.InternetGatewayId} is already attached to network ${VpcId}`,
    );
  }
  gateway.Attachments = [{ State: IGW_ATTACHED, VpcId }];
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html */
export function detachInternetGateway(input: DetachInternetGatewayRequest, call: Call): object {
  const gateway = existing(stateOf(call).internetGateways, input.InternetGatewayId, 'internet-gateway');
  if (!gateway.Attachments?.some(({ VpcId }) => VpcId === input.VpcId)) {
    throw new AwsError(
      'Gateway.NotAttached',
      `resource ${gateway.InternetGatewayId} is not attached to network ${input.VpcId}`,
    );
  }
  gateway.Attachments = [];
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html */
export function deleteInternetGateway(input: DeleteInternetGatewayRequest, call: Call): object {
  const { internetGateways } = stateOf(call);
  const { InternetGatewayId = '', Attachments = [] } = existing(
    internetGateways,
    input.InternetGatewayId,
    'internet-gateway',
  );
  if (Attachments.length > 0) {
    throw new AwsError(
      'DependencyViolation',
      `The internetGateway '${InternetGatewayId}' has dependencies and cannot be deleted.`,
    );
  }
  delete internetGateways[InternetGatewayId];
  unregister(call, 'internet-gateway', InternetGatewayId);
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
export function describeNatGateways(input: DescribeNatGatewaysRequest, call: Call): DescribeNatGatewaysResult {
  const { natGateways } = stateOf(call);
  const found = input.NatGatewayIds?.map((id) => existing(natGateways, id, 'natgateway'));
  const shown = (found ?? Object.values(natGateways)).map((gateway) => ({
    ...gateway,
    Tags: tagsOf(call.world, call.scope, 'natgateway', gateway.NatGatewayId ?? ''),
  }));
  const { items, ...rest } = paged(
    filtered(shown, input.Filter, NAT_FILTERS),
    input,
    ({ NatGatewayId = '' }) => NatGatewayId,
  );
  return { NatGateways: [...items], ...rest };
}

/** CreateNatGateway: `available` at once. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export function createNatGateway(input: CreateNatGatewayRequest, call: Call): { readonly NatGateway: NatGateway } {
  const state = stateOf(call);
  const { SubnetId = '', VpcId = '' } = existing(state.subnets, input.SubnetId, 'subnet');
  const { ConnectivityType = 'public' } = input;
  if (ConnectivityType === 'public' && input.AllocationId === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter AllocationId');
  }
  const NatGatewayId = `nat-${call.world.id(17)}`;
  const gateway: NatGateway = { NatGatewayId, SubnetId, VpcId, ConnectivityType, State: 'available' };
  state.natGateways[NatGatewayId] = gateway;
  register(call, 'natgateway', NatGatewayId, input.TagSpecifications);
  return { NatGateway: gateway };
}

/**
 * DeleteNatGateway: it stays as `deleted`, and routes to it lead nowhere.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html
 */
export function deleteNatGateway(input: DeleteNatGatewayRequest, call: Call): { readonly NatGatewayId: string } {
  const state = stateOf(call);
  const gateway = existing(state.natGateways, input.NatGatewayId, 'natgateway');
  const { NatGatewayId = '' } = gateway;
  gateway.State = 'deleted';
  for (const { Routes = [] } of Object.values(state.routeTables)) {
    for (const route of Routes) if (route.NatGatewayId === NatGatewayId) route.State = 'blackhole';
  }
  unregister(call, 'natgateway', NatGatewayId);
  return { NatGatewayId };
}
