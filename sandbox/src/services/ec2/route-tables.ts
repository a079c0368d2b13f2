import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteRequest,
  CreateRouteTableRequest,
  DeleteRouteRequest,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  Route,
  RouteTable,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../../kernel/service.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { lentRouteTable } from './stand-ins.ts';
import { existing, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';

const FILTERS: FilterValues<RouteTable> = {
  'association.main': ({ Associations = [] }) => Associations.map(({ Main }) => String(Main)),
  'association.subnet-id': ({ Associations = [] }) => Associations.map(({ SubnetId }) => SubnetId),
  'route-table-id': ({ RouteTableId }) => [RouteTableId],
  'vpc-id': ({ VpcId }) => [VpcId],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export function describeRouteTables(input: DescribeRouteTablesRequest, call: Call): DescribeRouteTablesResult {
  const { routeTables } = stateOf(call);
  const lent = lentRouteTable(call.world, call.scope);
  const found = input.RouteTableIds?.length
    ? input.RouteTableIds.map((id) => existing(routeTables, id, 'route-table'))
    : // Whoever asks for everything hears of what is there.
      [...Object.values(routeTables), ...(lent && input.Filters?.length ? [lent] : [])];
  const shown = found.map((table) => ({
    ...table,
    Tags: tagsOf(call.world, call.scope, 'route-table', table.RouteTableId ?? ''),
  }));
  const chosen = filtered(shown, input.Filters, FILTERS);
  const { items, ...rest } = paged(chosen, input, ({ RouteTableId = '' }) => RouteTableId);
  return { RouteTables: [...items], ...rest };
}

/** The table that every VPC has. https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html */
export function addMainTable(call: Call, vpcId: string, cidr: string): void {
  const table = newTable(call, vpcId, cidr);
  const RouteTableAssociationId = `rtbassoc-${call.world.id(17)}`;
  table.Associations = [
    {
      Main: true,
      RouteTableAssociationId,
      RouteTableId: table.RouteTableId ?? '',
      AssociationState: { State: 'associated' },
    },
  ];
}

function newTable(call: Call, VpcId: string, cidr: string): RouteTable {
  const RouteTableId = `rtb-${call.world.id(17)}`;
  const local: Route = {
    DestinationCidrBlock: cidr,
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  };
  const table: RouteTable = { RouteTableId, VpcId, OwnerId: call.scope.accountId, Associations: [], Routes: [local] };
  stateOf(call).routeTables[RouteTableId] = table;
  return table;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
export function createRouteTable(input: CreateRouteTableRequest, call: Call): { readonly RouteTable: RouteTable } {
  const { VpcId = '', CidrBlock = '' } = existing(stateOf(call).vpcs, input.VpcId, 'vpc');
  const table = newTable(call, VpcId, CidrBlock);
  const { RouteTableId = '' } = table;
  register(call, 'route-table', RouteTableId, input.TagSpecifications);
  return { RouteTable: { ...table, Tags: tagsOf(call.world, call.scope, 'route-table', RouteTableId) } };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html */
export function deleteRouteTable(input: DeleteRouteTableRequest, call: Call): object {
  const { routeTables } = stateOf(call);
  const { RouteTableId = '', Associations = [] } = existing(routeTables, input.RouteTableId, 'route-table');
  if (Associations.length > 0) {
    throw new AwsError(
      'DependencyViolation',
      `The routeTable '${RouteTableId}' has dependencies and cannot be deleted.`,
    );
  }
  delete routeTables[RouteTableId];
  unregister(call, 'route-table', RouteTableId);
  return {};
}

/** AssociateRouteTable: a subnet has one. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html */
export function associateRouteTable(input: AssociateRouteTableRequest, call: Call): AssociateRouteTableResult {
  const state = stateOf(call);
  const table = existing(state.routeTables, input.RouteTableId, 'route-table');
  const { SubnetId = '', VpcId } = existing(state.subnets, input.SubnetId, 'subnet');
  if (VpcId !== table.VpcId) {
    throw new AwsError(
      'InvalidParameterValue',
      `Route table ${table.RouteTableId} and subnet ${SubnetId} belong to different networks`,
    );
  }
  const before = Object.values(state.routeTables)
    .flatMap(({ Associations = [] }) => Associations)
    .find((association) => association.SubnetId === SubnetId);
  if (before !== undefined) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${before.RouteTableId} conflicts with an existing association`,
    );
  }
  const AssociationId = `rtbassoc-${call.world.id(17)}`;
  const AssociationState = { State: 'associated' } as const;
  const { RouteTableId = '' } = table;
  table.Associations = [
    ...(table.Associations ?? []),
    { Main: false, RouteTableAssociationId: AssociationId, RouteTableId, SubnetId, AssociationState },
  ];
  return { AssociationId, AssociationState };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
export function disassociateRouteTable(input: DisassociateRouteTableRequest, call: Call): object {
  const { AssociationId } = input;
  const table = Object.values(stateOf(call).routeTables).find(({ Associations = [] }) =>
    Associations.some(({ RouteTableAssociationId }) => RouteTableAssociationId === AssociationId),
  );
  if (table === undefined) {
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`);
  }
  table.Associations = table.Associations?.filter(
    ({ RouteTableAssociationId }) => RouteTableAssociationId !== AssociationId,
  );
  return {};
}

/** CreateRoute: one for each destination. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export function createRoute(input: CreateRouteRequest, call: Call): { readonly Return: boolean } {
  const state = stateOf(call);
  const table = existing(state.routeTables, input.RouteTableId, 'route-table');
  const { DestinationCidrBlock, GatewayId, NatGatewayId } = input;
  if (DestinationCidrBlock === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  }
  if (table.Routes?.some((route) => route.DestinationCidrBlock === DestinationCidrBlock)) {
    throw new AwsError('RouteAlreadyExists', `The route identified by ${DestinationCidrBlock} already exists.`);
  }
  if (GatewayId !== undefined) existing(state.internetGateways, GatewayId, 'internet-gateway');
  if (NatGatewayId !== undefined) existing(state.natGateways, NatGatewayId, 'natgateway');
  const { TransitGatewayId, VpcPeeringConnectionId, NetworkInterfaceId } = input;
  const target = { GatewayId, NatGatewayId, TransitGatewayId, VpcPeeringConnectionId, NetworkInterfaceId };
  const route: Route = { DestinationCidrBlock, ...target, Origin: 'CreateRoute', State: 'active' };
  table.Routes = [...(table.Routes ?? []), route];
  return { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
export function deleteRoute(input: DeleteRouteRequest, call: Call): object {
  const table = existing(stateOf(call).routeTables, input.RouteTableId, 'route-table');
  const left = table.Routes?.filter(({ DestinationCidrBlock }) => DestinationCidrBlock !== input.DestinationCidrBlock);
  if (left?.length === table.Routes?.length) {
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${input.DestinationCidrBlock} in route table ${table.RouteTableId}`,
    );
  }
  table.Routes = left;
  return {};
}
