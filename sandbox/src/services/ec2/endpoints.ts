import type {
  CreateVpcEndpointRequest,
  DeleteVpcEndpointsRequest,
  DeleteVpcEndpointsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { Call } from '../../kernel/service.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { existing, notFound, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';

const FILTERS: FilterValues<VpcEndpoint> = {
  'service-name': ({ ServiceName }) => [ServiceName],
  'vpc-endpoint-id': ({ VpcEndpointId }) => [VpcEndpointId],
  'vpc-endpoint-state': ({ State }) => [State],
  'vpc-endpoint-type': ({ VpcEndpointType }) => [VpcEndpointType],
  'vpc-id': ({ VpcId }) => [VpcId],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export function describeVpcEndpoints(input: DescribeVpcEndpointsRequest, call: Call): DescribeVpcEndpointsResult {
  const { endpoints } = stateOf(call);
  const found = input.VpcEndpointIds?.map((id) => existing(endpoints, id, 'vpc-endpoint'));
  const shown = (found ?? Object.values(endpoints)).map((endpoint) => ({
    ...endpoint,
    Tags: tagsOf(call.world, call.scope, 'vpc-endpoint', endpoint.VpcEndpointId ?? ''),
  }));
  const chosen = filtered(shown, input.Filters, FILTERS);
  const { items, ...rest } = paged(chosen, input, ({ VpcEndpointId = '' }) => VpcEndpointId);
  return { VpcEndpoints: [...items], ...rest };
}

/**
 * CreateVpcEndpoint: of type Gateway unless it says another; `available` at once.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
 */
export function createVpcEndpoint(input: CreateVpcEndpointRequest, call: Call): { readonly VpcEndpoint: VpcEndpoint } {
  const state = stateOf(call);
  const { VpcId = '' } = existing(state.vpcs, input.VpcId, 'vpc');
  const { VpcEndpointType = 'Gateway', ServiceName, RouteTableIds = [], SubnetIds = [], SecurityGroupIds = [] } = input;
  for (const id of RouteTableIds) existing(state.routeTables, id, 'route-table');
  for (const id of SubnetIds) existing(state.subnets, id, 'subnet');
  const Groups = SecurityGroupIds.map((GroupId) => ({
    GroupId,
    GroupName: existing(state.securityGroups, GroupId, 'security-group').GroupName,
  }));
  const VpcEndpointId = `vpce-${call.world.id(17)}`;
  const endpoint: VpcEndpoint = {
    VpcEndpointId,
    VpcEndpointType,
    VpcId,
    ServiceName,
    State: 'Available',
    RouteTableIds: [...RouteTableIds],
    SubnetIds: [...SubnetIds],
    Groups,
    PrivateDnsEnabled: VpcEndpointType === 'Interface' && input.PrivateDnsEnabled !== false,
    OwnerId: call.scope.accountId,
  };
  state.endpoints[VpcEndpointId] = endpoint;
  register(call, 'vpc-endpoint', VpcEndpointId, input.TagSpecifications);
  return { VpcEndpoint: endpoint };
}

/** DeleteVpcEndpoints: what cannot be deleted is listed. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html */
export function deleteVpcEndpoints(input: DeleteVpcEndpointsRequest, call: Call): DeleteVpcEndpointsResult {
  const { endpoints } = stateOf(call);
  const Unsuccessful = (input.VpcEndpointIds ?? []).flatMap((ResourceId) => {
    if (endpoints[ResourceId] !== undefined) {
      delete endpoints[ResourceId];
      unregister(call, 'vpc-endpoint', ResourceId);
      return [];
    }
    const { code, message } = notFound('vpc-endpoint', ResourceId);
    return [{ ResourceId, Error: { Code: code, Message: message } }];
  });
  return { Unsuccessful };
}
