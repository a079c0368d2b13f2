import type { AttachmentStatus, Subnet } from '@aws-sdk/client-ec2';
import { arnOf } from '../../kernel/arn.ts';
import type { Scope } from '../../kernel/world.ts';
import type { Ec2State } from './state.ts';

/** `available` is what EC2 says of an attached internet gateway; the model lists the words of network interfaces alone. */
export const IGW_ATTACHED = 'available' as AttachmentStatus;

/** Letters of the Availability Zones that every region has here. */
export const ZONE_LETTERS = ['a', 'b', 'c'] as const;

/** Id of the default VPC of an account. */
export function defaultVpcId({ accountId }: Scope): string {
  return `vpc-${accountId.padStart(17, '0')}`;
}

/** Id of the default security group of the default VPC. */
function defaultGroupId({ accountId }: Scope): string {
  return `sg-${accountId.padStart(17, '0')}`;
}

/**
 * What AWS makes with a default VPC: 172.31.0.0/16, a /20 subnet in each zone that gives public addresses, an internet
 * gateway, a main route table with a way to it, a default security group.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
export function defaultNetwork(
  scope: Scope,
): Pick<Ec2State, 'vpcs' | 'subnets' | 'routeTables' | 'internetGateways' | 'securityGroups' | 'dns'> {
  const { accountId, region } = scope;
  const VpcId = defaultVpcId(scope);
  const digits = accountId.padStart(17, '0');
  const gateway = `igw-${digits}`;
  const table = `rtb-${digits}`;
  const group = defaultGroupId(scope);
  const subnets = ZONE_LETTERS.map((letter, index): [string, Subnet] => {
    const SubnetId = `subnet-${accountId.padStart(16, '0')}${letter}`;
    return [
      SubnetId,
      {
        SubnetId,
        SubnetArn: arnOf('ec2', scope, `subnet/${SubnetId}`),
        VpcId,
        OwnerId: accountId,
        CidrBlock: `172.31.${index * 16}.0/20`,
        // AWS keeps five addresses of each subnet: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        AvailableIpAddressCount: 4091,
        AvailabilityZone: `${region}${letter}`,
        DefaultForAz: true,
        MapPublicIpOnLaunch: true,
        AssignIpv6AddressOnCreation: false,
        State: 'available',
      },
    ];
  });
  return {
    vpcs: { [VpcId]: { VpcId, OwnerId: accountId, CidrBlock: '172.31.0.0/16', IsDefault: true, State: 'available' } },
    subnets: Object.fromEntries(subnets),
    routeTables: {
      [table]: {
        RouteTableId: table,
        VpcId,
        OwnerId: accountId,
        Associations: [
          {
            Main: true,
            RouteTableAssociationId: `rtbassoc-${digits}`,
            RouteTableId: table,
            AssociationState: { State: 'associated' },
          },
        ],
        Routes: [
          { DestinationCidrBlock: '172.31.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway, Origin: 'CreateRoute', State: 'active' },
        ],
      },
    },
    internetGateways: {
      [gateway]: { InternetGatewayId: gateway, OwnerId: accountId, Attachments: [{ State: IGW_ATTACHED, VpcId }] },
    },
    securityGroups: {
      [group]: {
        GroupId: group,
        GroupName: 'default',
        Description: 'default VPC security group',
        VpcId,
        OwnerId: accountId,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group, UserId: accountId }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    },
    dns: { [VpcId]: { support: true, hostnames: true } },
  };
}
