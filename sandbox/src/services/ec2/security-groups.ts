import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupRequest,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import { isDeepStrictEqual } from 'node:util';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { defaultVpcId } from './default-vpc.ts';
import { filtered, type FilterValues, namedIn, paged } from './filters.ts';
import { lentGroup } from './stand-ins.ts';
import { existing, notFound, stateOf } from './state.ts';
import { register, tagsOf, unregister } from './tags.ts';

const FILTERS: FilterValues<SecurityGroup> = {
  'group-id': ({ GroupId }) => [GroupId],
  'group-name': ({ GroupName }) => [GroupName],
  'vpc-id': ({ VpcId }) => [VpcId],
};

const EVERYWHERE: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export function describeSecurityGroups(input: DescribeSecurityGroupsRequest, call: Call): DescribeSecurityGroupsResult {
  const { securityGroups } = stateOf(call);
  const found = input.GroupIds?.length
    ? input.GroupIds.map((id) => {
        const group = own(securityGroups, id) ?? lentGroup(call.world, call.scope, id);
        if (!group) throw notFound('security-group', id);
        return group;
      })
    : [
        ...Object.values(securityGroups),
        ...namedIn(input.Filters, 'group-id', securityGroups, (id) => lentGroup(call.world, call.scope, id)),
      ];
  const shown = found.map(
    (group): SecurityGroup => ({
      ...group,
      Tags: tagsOf(call.world, call.scope, 'security-group', group.GroupId ?? ''),
    }),
  );
  const { items, ...rest } = paged(filtered(shown, input.Filters, FILTERS), input, ({ GroupId = '' }) => GroupId);
  return { SecurityGroups: [...items], ...rest };
}

/** The group that every VPC has. https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html */
export function addDefaultGroup(call: Call, vpcId: string): void {
  const { GroupId, IpPermissions } = addGroup(call, vpcId, 'default', 'default VPC security group');
  IpPermissions.push({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: call.scope.accountId }] });
}

function addGroup(call: Call, VpcId: string, GroupName: string, Description: string) {
  const GroupId = `sg-${call.world.id(17)}`;
  const OwnerId = call.scope.accountId;
  const group = { GroupId, GroupName, Description, VpcId, OwnerId, IpPermissions: [] as IpPermission[] };
  return (stateOf(call).securityGroups[GroupId] = { ...group, IpPermissionsEgress: [EVERYWHERE] });
}

/** CreateSecurityGroup: one of a name in a VPC. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export function createSecurityGroup(input: CreateSecurityGroupRequest, call: Call): { readonly GroupId: string } {
  const state = stateOf(call);
  const { VpcId = '' } = existing(state.vpcs, input.VpcId ?? defaultVpcId(call.scope), 'vpc');
  const { GroupName = '', Description = '' } = input;
  if (Object.values(state.securityGroups).some((group) => group.VpcId === VpcId && group.GroupName === GroupName)) {
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${GroupName}' already exists for VPC '${VpcId}'`);
  }
  const { GroupId } = addGroup(call, VpcId, GroupName, Description);
  register(call, 'security-group', GroupId, input.TagSpecifications);
  return { GroupId };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
export function deleteSecurityGroup(input: DeleteSecurityGroupRequest, call: Call): object {
  const { securityGroups } = stateOf(call);
  const { GroupId = '', GroupName } = existing(securityGroups, input.GroupId, 'security-group');
  if (GroupName === 'default') {
    throw new AwsError('CannotDelete', `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`);
  }
  delete securityGroups[GroupId];
  unregister(call, 'security-group', GroupId);
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export function authorizeIngress(
  input: AuthorizeSecurityGroupIngressRequest,
  call: Call,
): { readonly Return: boolean } {
  const group = existing(stateOf(call).securityGroups, input.GroupId, 'security-group');
  group.IpPermissions.push(...added(group.IpPermissions, permissionsOf(input)));
  return { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export function authorizeEgress(input: AuthorizeSecurityGroupEgressRequest, call: Call): { readonly Return: boolean } {
  const group = existing(stateOf(call).securityGroups, input.GroupId, 'security-group');
  const before = group.IpPermissionsEgress ?? [];
  group.IpPermissionsEgress = [...before, ...added(before, permissionsOf(input))];
  return { Return: true };
}

/** What a call allows: its list, or the one rule of its single parameters. */
function permissionsOf(input: AuthorizeSecurityGroupIngressRequest): readonly IpPermission[] {
  const { IpPermissions, IpProtocol, FromPort, ToPort, CidrIp } = input;
  if (IpPermissions?.length) return IpPermissions;
  return [{ IpProtocol, FromPort, ToPort, ...(CidrIp === undefined ? {} : { IpRanges: [{ CidrIp }] }) }];
}

/** @throws AwsError InvalidPermission.Duplicate */
function added(before: readonly IpPermission[], permissions: readonly IpPermission[]): readonly IpPermission[] {
  const plain = permissions.map((permission) => JSON.parse(JSON.stringify(permission)) as IpPermission);
  if (plain.some((permission) => before.some((known) => isDeepStrictEqual(known, permission)))) {
    throw new AwsError('InvalidPermission.Duplicate', 'the specified rule already exists');
  }
  return plain;
}
