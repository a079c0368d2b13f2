import type {
  CreateVpcRequest,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc,
} from '@aws-sdk/client-ec2';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { rangeOf } from './cidr.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { addDefaultGroup } from './security-groups.ts';
import { lentVpc } from './stand-ins.ts';
import { existing, notFound, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';
import { addMainTable } from './route-tables.ts';

const FILTERS: FilterValues<Vpc> = {
  'vpc-id': ({ VpcId }) => [VpcId],
  cidr: ({ CidrBlock }) => [CidrBlock],
  'is-default': ({ IsDefault }) => [String(IsDefault)],
  'owner-id': ({ OwnerId }) => [OwnerId],
  state: ({ State }) => [State],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export function describeVpcs(input: DescribeVpcsRequest, call: Call): DescribeVpcsResult {
  const { vpcs } = stateOf(call);
  const found = input.VpcIds?.length
    ? input.VpcIds.map((id) => {
        const vpc = own(vpcs, id) ?? lentVpc(call.world, call.scope, id);
        if (!vpc) throw notFound('vpc', id);
        return vpc;
      })
    : Object.values(vpcs);
  const shown = found.map((vpc) => ({ ...vpc, Tags: tagsOf(call.world, call.scope, 'vpc', vpc.VpcId ?? '') }));
  const { items, ...rest } = paged(filtered(shown, input.Filters, FILTERS), input, ({ VpcId = '' }) => VpcId);
  return { Vpcs: [...items], ...rest };
}

/**
 * CreateVpc: between /16 and /28, with a main route table and a default security group.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
export function createVpc(input: CreateVpcRequest, call: Call): { readonly Vpc: Vpc } {
  const state = stateOf(call);
  const cidr = input.CidrBlock ?? '';
  const { prefix } = rangeOf(cidr);
  if (prefix < 16 || prefix > 28) throw new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`);
  const VpcId = `vpc-${call.world.id(17)}`;
  const OwnerId = call.scope.accountId;
  const vpc: Vpc = {
    VpcId,
    OwnerId,
    CidrBlock: cidr,
    IsDefault: false,
    InstanceTenancy: 'default',
    State: 'available',
  };
  state.declared = true;
  state.vpcs[VpcId] = vpc;
  register(call, 'vpc', VpcId, input.TagSpecifications);
  addMainTable(call, VpcId, cidr);
  addDefaultGroup(call, VpcId);
  return { Vpc: { ...vpc, Tags: tagsOf(call.world, call.scope, 'vpc', VpcId) } };
}

/**
 * DeleteVpc: without subnets, gateways, endpoints, and groups and tables of one's own.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
 */
export function deleteVpc(input: DeleteVpcRequest, call: Call): object {
  const state = stateOf(call);
  const { VpcId = '' } = existing(state.vpcs, input.VpcId, 'vpc');
  const inside = (thing: { readonly VpcId?: string | undefined }): boolean => thing.VpcId === VpcId;
  const isMain = (table: { readonly Associations?: readonly { readonly Main?: boolean | undefined }[] | undefined }) =>
    table.Associations?.some(({ Main }) => Main === true) === true;
  const used =
    Object.values(state.subnets).some(inside) ||
    Object.values(state.endpoints).some(inside) ||
    Object.values(state.internetGateways).some(({ Attachments = [] }) => Attachments.some(inside)) ||
    Object.values(state.natGateways).some((gateway) => inside(gateway) && gateway.State !== 'deleted') ||
    Object.values(state.securityGroups).some((group) => inside(group) && group.GroupName !== 'default') ||
    Object.values(state.routeTables).some((table) => inside(table) && !isMain(table));
  if (used) throw new AwsError('DependencyViolation', `The vpc '${VpcId}' has dependencies and cannot be deleted.`);
  for (const [id, table] of Object.entries(state.routeTables)) if (inside(table)) delete state.routeTables[id];
  for (const [id, group] of Object.entries(state.securityGroups)) if (inside(group)) delete state.securityGroups[id];
  delete state.vpcs[VpcId];
  delete state.dns[VpcId];
  unregister(call, 'vpc', VpcId);
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html */
export function modifyVpcAttribute(input: ModifyVpcAttributeRequest, call: Call): object {
  const state = stateOf(call);
  const { VpcId = '' } = existing(state.vpcs, input.VpcId, 'vpc');
  const { support, hostnames } = state.dns[VpcId] ?? { support: true, hostnames: false };
  state.dns[VpcId] = {
    support: input.EnableDnsSupport?.Value ?? support,
    hostnames: input.EnableDnsHostnames?.Value ?? hostnames,
  };
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export function describeVpcAttribute(input: DescribeVpcAttributeRequest, call: Call): DescribeVpcAttributeResult {
  const { vpcs, dns } = stateOf(call);
  const { VpcId = '' } = existing(vpcs, input.VpcId, 'vpc');
  const { support, hostnames } = dns[VpcId] ?? { support: true, hostnames: false };
  if (input.Attribute === 'enableDnsSupport') return { VpcId, EnableDnsSupport: { Value: support } };
  if (input.Attribute === 'enableDnsHostnames') return { VpcId, EnableDnsHostnames: { Value: hostnames } };
  return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
}
