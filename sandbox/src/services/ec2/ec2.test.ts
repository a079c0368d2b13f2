import * as sdk from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings } from '../../../test/clients.ts';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
let ec2: sdk.EC2Client;
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, time: 'stepped' });
  ec2 = new sdk.EC2Client(clientSettings(sandbox.url));
});
afterEach(() => sandbox.close());

async function madeVpc(): Promise<string> {
  const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  return Vpc?.VpcId ?? '';
}

async function madeSubnet(VpcId: string, CidrBlock: string, zone = 'a'): Promise<string> {
  const input = { VpcId, CidrBlock, AvailabilityZone: `eu-west-1${zone}` };
  const { Subnet } = await ec2.send(new sdk.CreateSubnetCommand(input));
  return Subnet?.SubnetId ?? '';
}

test('The default VPC: a /20 subnet in each zone with public addresses, and a way to the internet', async () => {
  const { Vpcs = [] } = await ec2.send(
    new sdk.DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true }]);
  const { Subnets = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({}));
  expect(Subnets.map(({ CidrBlock, AvailabilityZone }) => [CidrBlock, AvailabilityZone])).toEqual([
    ['172.31.0.0/20', 'eu-west-1a'],
    ['172.31.16.0/20', 'eu-west-1b'],
    ['172.31.32.0/20', 'eu-west-1c'],
  ]);
  expect(Subnets.every((subnet) => subnet.MapPublicIpOnLaunch && subnet.AvailableIpAddressCount === 4091)).toBe(true);
  const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({}));
  const { InternetGateways = [] } = await ec2.send(new sdk.DescribeInternetGatewaysCommand({}));
  const gateway = InternetGateways[0]?.InternetGatewayId;
  expect(RouteTables[0]?.Routes).toMatchObject([
    { GatewayId: 'local' },
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway },
  ]);
});

test('CreateVpc: it has a main route table with the local route alone, and a default security group', async () => {
  const VpcId = await madeVpc();
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables } = await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }));
  expect(RouteTables).toMatchObject([{ Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] }]);
  const { SecurityGroups } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
  expect(SecurityGroups).toMatchObject([{ GroupName: 'default' }]);
});

test('CreateSubnet: it lies in its VPC beside the others, and five addresses are AWS’s own', async () => {
  const VpcId = await madeVpc();
  const SubnetId = await madeSubnet(VpcId, '10.0.1.0/24');
  const { Subnets } = await ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
  expect(Subnets).toMatchObject([{ VpcId, AvailableIpAddressCount: 251, AvailabilityZone: 'eu-west-1a' }]);
  await expect(madeSubnet(VpcId, '10.0.1.128/25')).rejects.toMatchObject({ name: 'InvalidSubnet.Conflict' });
  await expect(madeSubnet(VpcId, '10.1.0.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
});

test('A private subnet: its route table leads to a NAT gateway, and into a black hole once that is deleted', async () => {
  const VpcId = await madeVpc();
  const SubnetId = await madeSubnet(VpcId, '10.0.1.0/24');
  const { NatGateway } = await ec2.send(new sdk.CreateNatGatewayCommand({ SubnetId, AllocationId: 'eipalloc-1' }));
  const { RouteTable } = await ec2.send(new sdk.CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  const NatGatewayId = NatGateway?.NatGatewayId;
  const DestinationCidrBlock = '0.0.0.0/0';
  await ec2.send(new sdk.CreateRouteCommand({ RouteTableId, DestinationCidrBlock, NatGatewayId }));
  await ec2.send(new sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
  const routes = async () =>
    (await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0]?.Routes?.at(-1);
  expect(await routes()).toMatchObject({ DestinationCidrBlock, NatGatewayId, State: 'active' });
  await ec2.send(new sdk.DeleteNatGatewayCommand({ NatGatewayId }));
  expect(await routes()).toMatchObject({ State: 'blackhole' });
});

test('Endpoints: those of a VPC are found by its id, with their service', async () => {
  const VpcId = await madeVpc();
  const ServiceName = 'com.amazonaws.eu-west-1.ecr.api';
  await ec2.send(new sdk.CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: 'Interface' }));
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { VpcEndpoints } = await ec2.send(new sdk.DescribeVpcEndpointsCommand({ Filters }));
  expect(VpcEndpoints).toMatchObject([{ ServiceName, PrivateDnsEnabled: true }]);
});

test('Security groups: one of a name in a VPC, with the rules that it was given', async () => {
  const VpcId = await madeVpc();
  const input = { VpcId, GroupName: 'web', Description: 'web' };
  const { GroupId } = await ec2.send(new sdk.CreateSecurityGroupCommand(input));
  await expect(ec2.send(new sdk.CreateSecurityGroupCommand(input))).rejects.toMatchObject({
    name: 'InvalidGroup.Duplicate',
  });
  const rule = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
  await ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  const { SecurityGroups } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ''] }));
  expect(SecurityGroups).toMatchObject([{ VpcId, IpPermissions: [rule] }]);
});

test('Tags: CreateTags and tag specifications are shown, and filters see them', async () => {
  const TagSpecifications: sdk.TagSpecification[] = [{ ResourceType: 'vpc', Tags: [{ Key: 'team', Value: 'web' }] }];
  const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications }));
  await ec2.send(new sdk.CreateTagsCommand({ Resources: [Vpc?.VpcId ?? ''], Tags: [{ Key: 'stage', Value: 'test' }] }));
  const { Vpcs } = await ec2.send(new sdk.DescribeVpcsCommand({ Filters: [{ Name: 'tag:stage', Values: ['te*'] }] }));
  expect(Vpcs?.map(({ Tags }) => Tags)).toEqual([
    [
      { Key: 'team', Value: 'web' },
      { Key: 'stage', Value: 'test' },
    ],
  ]);
});

test('Lent networks: ids that nobody made stand for private subnets, until a VPC is made', async () => {
  const describe = () => ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: ['subnet-0abc'] }));
  const [subnet] = (await describe()).Subnets ?? [];
  expect(subnet).toMatchObject({ SubnetId: 'subnet-0abc', MapPublicIpOnLaunch: false });
  const Filters = [{ Name: 'vpc-id', Values: [subnet?.VpcId ?? ''] }];
  const { RouteTables } = await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }));
  expect(RouteTables?.[0]?.Routes?.at(-1)?.NatGatewayId).toMatch(/^nat-/);
  await madeVpc();
  await expect(describe()).rejects.toMatchObject({
    name: 'InvalidSubnetID.NotFound',
    message: "The subnet ID 'subnet-0abc' does not exist",
  });
});

test('Load balancers lie where their subnets are: in their zones and their VPC', async () => {
  const VpcId = await madeVpc();
  const elb = new ElasticLoadBalancingV2Client(clientSettings(sandbox.url));
  const one = await madeSubnet(VpcId, '10.0.1.0/24', 'b');
  const Subnets = [one, await madeSubnet(VpcId, '10.0.2.0/24', 'c')];
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets }));
  expect(LoadBalancers).toMatchObject([
    { VpcId, AvailabilityZones: [{ ZoneName: 'eu-west-1b' }, { ZoneName: 'eu-west-1c' }] },
  ]);
  const same = [one, await madeSubnet(VpcId, '10.0.3.0/24', 'b')];
  await expect(elb.send(new CreateLoadBalancerCommand({ Name: 'two', Subnets: same }))).rejects.toMatchObject({
    name: 'InvalidConfigurationRequestException',
  });
  await expect(
    elb.send(new CreateLoadBalancerCommand({ Name: 'two', Subnets: ['subnet-1', one] })),
  ).rejects.toMatchObject({ name: 'SubnetNotFoundException' });
});
