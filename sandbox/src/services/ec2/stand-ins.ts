import type { RouteTable, SecurityGroup, Subnet, Vpc } from '@aws-sdk/client-ec2';
import { arnOf } from '../../kernel/arn.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { ZONE_LETTERS } from './default-vpc.ts';
import { ec2State } from './state.ts';

/**
 * A property of the sandbox: as long as nobody has made a VPC or a subnet at a place, well-formed ids that EC2 does not
 * know stand for private subnets, security groups and VPCs that somebody else has made, so that manifests with ids of a
 * real account run as they are. They are in the VPC that target groups name, and their way out is a NAT gateway.
 */
export function lends(world: World, scope: Scope): boolean {
  return !ec2State(world, scope).declared;
}

/** Whether an id has the form of ids of this kind: `subnet-0a1b2c3d`. */
function isWellFormed(id: string, prefix: string): boolean {
  return id.startsWith(`${prefix}-`) && /^[0-9a-z-]+$/.test(id);
}

/** The VPC that lent subnets and groups are in. */
function lentVpcId(world: World, scope: Scope): string {
  const known = ec2State(world, scope).vpcs;
  const named = world.ports.loadBalancing.vpcs(scope).filter((id) => known[id] === undefined);
  return named.at(-1) ?? `vpc-${'f'.repeat(5)}${scope.accountId}`;
}

/** A VPC that somebody else has made; undefined when there is none of that id. */
export function lentVpc(world: World, scope: Scope, VpcId: string): Vpc | undefined {
  if (!lends(world, scope) || !isWellFormed(VpcId, 'vpc')) return undefined;
  return { VpcId, OwnerId: scope.accountId, CidrBlock: '10.0.0.0/8', IsDefault: false, State: 'available' };
}

/** A subnet that somebody else has made; undefined when there is none of that id. */
export function lentSubnet(world: World, scope: Scope, SubnetId: string): Subnet | undefined {
  if (!lends(world, scope) || !isWellFormed(SubnetId, 'subnet')) return undefined;
  const number = Buffer.from(SubnetId).reduce((sum, byte) => (sum * 31 + byte) % 65_536, 7);
  const letter = ZONE_LETTERS[number % ZONE_LETTERS.length] ?? 'a';
  return {
    SubnetId,
    SubnetArn: arnOf('ec2', scope, `subnet/${SubnetId}`),
    VpcId: lentVpcId(world, scope),
    OwnerId: scope.accountId,
    CidrBlock: `10.${Math.floor(number / 256)}.${number % 256}.0/24`,
    AvailableIpAddressCount: 251,
    AvailabilityZone: world.ports.loadBalancing.zoneOf(scope, SubnetId) ?? `${scope.region}${letter}`,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    State: 'available',
  };
}

/** A security group that somebody else has made; undefined when there is none of that id. */
export function lentGroup(world: World, scope: Scope, GroupId: string): SecurityGroup | undefined {
  if (!lends(world, scope) || !isWellFormed(GroupId, 'sg')) return undefined;
  return {
    GroupId,
    GroupName: GroupId,
    Description: GroupId,
    VpcId: lentVpcId(world, scope),
    OwnerId: scope.accountId,
    IpPermissions: [],
    IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  };
}

/** The main route table of the VPC that somebody else has made. */
export function lentRouteTable(world: World, scope: Scope): RouteTable | undefined {
  if (!lends(world, scope)) return undefined;
  const RouteTableId = `rtb-${'f'.repeat(5)}${scope.accountId}`;
  return {
    RouteTableId,
    VpcId: lentVpcId(world, scope),
    OwnerId: scope.accountId,
    Associations: [
      {
        Main: true,
        RouteTableAssociationId: `rtbassoc-${'f'.repeat(5)}${scope.accountId}`,
        RouteTableId,
        AssociationState: { State: 'associated' },
      },
    ],
    Routes: [
      { DestinationCidrBlock: '10.0.0.0/8', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
      {
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: `nat-${'f'.repeat(5)}${scope.accountId}`,
        Origin: 'CreateRoute',
        State: 'active',
      },
    ],
  };
}
