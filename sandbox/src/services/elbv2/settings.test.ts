import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeCapacityReservationCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyListenerCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIns, startWithStandIns } from '../../proxy/testing/stand-ins.ts';

let rig: StandIns;
let elb: ElasticLoadBalancingV2Client;
beforeEach(async () => {
  rig = await startWithStandIns();
  elb = new ElasticLoadBalancingV2Client(rig.client);
});
afterEach(() => rig.sandbox.close());

async function make(input: object = {}): Promise<string> {
  const command = new CreateLoadBalancerCommand({ Name: 'shop', Subnets: ['subnet-a', 'subnet-b'], ...input });
  return (await elb.send(command)).LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

test('an action that authenticates comes before the one that answers, and no client secret is ever read back', async () => {
  const url = 'https://id.example.com';
  const config = {
    Issuer: url,
    AuthorizationEndpoint: url,
    TokenEndpoint: url,
    UserInfoEndpoint: url,
    ClientId: 'shop',
  };
  const answer = { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200' }, Order: 2 };
  const actions = (more: object) => [
    { Type: 'authenticate-oidc' as const, Order: 1, AuthenticateOidcConfig: { ...config, ...more } },
    answer,
  ];
  const input = {
    LoadBalancerArn: await make(),
    Port: 443,
    Protocol: 'HTTPS' as const,
    Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one' }],
  };
  const reuse = actions({ UseExistingClientSecret: true });
  await expect(elb.send(new CreateListenerCommand({ ...input, DefaultActions: reuse }))).rejects.toMatchObject({
    name: 'InvalidLoadBalancerActionException',
  });
  const DefaultActions = actions({ ClientSecret: 'hush' });
  const { Listeners = [] } = await elb.send(new CreateListenerCommand({ ...input, DefaultActions }));
  const ListenerArn = Listeners[0]?.ListenerArn ?? '';
  await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: reuse }));
  const read = await elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
  const [first, second] = read.Listeners?.[0]?.DefaultActions ?? [];
  expect([first?.Type, second?.Type]).toEqual(['authenticate-oidc', 'fixed-response']);
  expect(first?.AuthenticateOidcConfig).toMatchObject({ Scope: 'openid', SessionTimeout: 604_800 });
  expect(JSON.stringify(read)).not.toContain('hush');
});

test('capacity units and IPAM pools are set and reset', async () => {
  const LoadBalancerArn = await make();
  const capacity = { LoadBalancerArn, MinimumLoadBalancerCapacity: { CapacityUnits: 100 } };
  await elb.send(new ModifyCapacityReservationCommand(capacity));
  const set = await elb.send(new DescribeCapacityReservationCommand({ LoadBalancerArn }));
  expect(set.MinimumLoadBalancerCapacity).toEqual({ CapacityUnits: 100 });
  await elb.send(new ModifyCapacityReservationCommand({ LoadBalancerArn, ResetCapacityReservation: true }));
  const reset = await elb.send(new DescribeCapacityReservationCommand({ LoadBalancerArn }));
  expect(reset.MinimumLoadBalancerCapacity).toBeUndefined();

  const pool = { Ipv4IpamPoolId: 'ipam-pool-1' };
  await elb.send(new ModifyIpPoolsCommand({ LoadBalancerArn, IpamPools: pool }));
  const pools = async () => (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.[0]?.IpamPools;
  expect(await pools()).toEqual(pool);
  await elb.send(new ModifyIpPoolsCommand({ LoadBalancerArn, RemoveIpamPools: ['ipv4'] }));
  expect(await pools()).toBeUndefined();
});

test('PrivateLink rules are a matter of network load balancers with security groups', async () => {
  const off = { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' as const, SecurityGroups: ['sg-1'] };
  const application = await make();
  await expect(elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: application, ...off }))).rejects.toMatchObject({
    name: 'InvalidConfigurationRequestException',
  });
  const network = await make({ Name: 'bytes', Type: 'network', SecurityGroups: ['sg-1'] });
  const read = async () =>
    (await elb.send(new DescribeLoadBalancersCommand({ Names: ['bytes'] }))).LoadBalancers?.[0]
      ?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  expect(await read()).toBe('on');
  await elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: network, ...off }));
  expect(await read()).toBe('off');
});
