import {
  type Action,
  AddListenerCertificatesCommand,
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeAccountLimitsCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RemoveTagsCommand,
  SetRulePrioritiesCommand,
  SetSubnetsCommand,
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

const Subnets = ['subnet-a', 'subnet-b'];

async function loadBalancer(Name: string): Promise<string> {
  const made = await elb.send(new CreateLoadBalancerCommand({ Name, Subnets }));
  return made.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

async function targetGroup(Name: string, settings: Partial<CreateTargetGroupInput> = {}): Promise<string> {
  const made = await elb.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip', ...settings }),
  );
  return made.TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function listener(LoadBalancerArn: string, Port: number, action: Action): Promise<string> {
  const made = await elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Port, Protocol: 'HTTP', DefaultActions: [action] }),
  );
  return made.Listeners?.[0]?.ListenerArn ?? '';
}

const ok: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };
const forward = (TargetGroupArn: string): Action => ({ Type: 'forward', TargetGroupArn });
const rejects = (call: Promise<unknown>, name: string) => expect(call).rejects.toMatchObject({ name });

const state = async () =>
  (await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }))).LoadBalancers?.[0]?.State?.Code;

test('a load balancer is provisioning at first, then active', async () => {
  await loadBalancer('web');
  expect(await state()).toBe('provisioning');
  await rig.sandbox.advance(10_000);
  expect(await state()).toBe('active');
});

test('ARNs and DNS names have the shapes of AWS', async () => {
  const arn = await loadBalancer('web');
  expect(arn).toMatch(/^arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer\/app\/web\/[0-9a-f]{16}$/);
  const found = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  expect(found.LoadBalancers?.[0]?.DNSName).toMatch(/^web-\d+\.eu-central-1\.elb\.localhost$/);
  expect(await targetGroup('web')).toMatch(/:targetgroup\/web\/[0-9a-f]{16}$/);
  expect(await listener(arn, 80, ok)).toMatch(/:listener\/app\/web\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
});

test('creating with the same settings gives what is there; with others it is a duplicate name', async () => {
  const arn = await loadBalancer('web');
  expect(await loadBalancer('web')).toBe(arn);
  await rejects(
    elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets, Scheme: 'internal' })),
    'DuplicateLoadBalancerNameException',
  );
  const group = await targetGroup('web');
  expect(await targetGroup('web')).toBe(group);
  await rejects(targetGroup('web', { Port: 81 }), 'DuplicateTargetGroupNameException');
  const first = await listener(arn, 80, forward(group));
  expect(await listener(arn, 80, forward(group))).toBe(first);
  await rejects(listener(arn, 80, ok), 'DuplicateListenerException');
});

test('names have at most 32 letters, digits and inner hyphens, and do not begin with internal-', async () => {
  for (const Name of ['a'.repeat(33), '-a', 'a-', 'a_b', 'internal-a']) {
    await rejects(elb.send(new CreateLoadBalancerCommand({ Name, Subnets })), 'ValidationError');
  }
  await rejects(targetGroup('a.b'), 'ValidationError');
});

test('an application load balancer needs two subnets', async () => {
  await rejects(elb.send(new CreateLoadBalancerCommand({ Name: 'one', Subnets: ['subnet-a'] })), 'ValidationError');
  const arn = await loadBalancer('two');
  const set = await elb.send(
    new SetSubnetsCommand({ LoadBalancerArn: arn, Subnets: ['subnet-a', 'subnet-b', 'subnet-c'] }),
  );
  expect(set.AvailabilityZones?.map((zone) => zone.ZoneName)).toEqual([
    'eu-central-1a',
    'eu-central-1b',
    'eu-central-1c',
  ]);
});

test('attributes read with their documented defaults', async () => {
  const arn = await loadBalancer('web');
  const balancer = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
  const read = Object.fromEntries((balancer.Attributes ?? []).map(({ Key, Value }) => [Key, Value]));
  expect(read).toMatchObject({
    'idle_timeout.timeout_seconds': '60',
    'deletion_protection.enabled': 'false',
    'routing.http2.enabled': 'true',
  });
  const group = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: await targetGroup('web') }));
  const ofGroup = Object.fromEntries((group.Attributes ?? []).map(({ Key, Value }) => [Key, Value]));
  expect(ofGroup).toMatchObject({
    'deregistration_delay.timeout_seconds': '300',
    'load_balancing.algorithm.type': 'round_robin',
    'stickiness.type': 'lb_cookie',
    'slow_start.duration_seconds': '0',
  });
  const tcp = await elb.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: await targetGroup('tcp', { Protocol: 'TCP' }) }),
  );
  const ofTcp = Object.fromEntries((tcp.Attributes ?? []).map(({ Key, Value }) => [Key, Value]));
  expect(ofTcp).toMatchObject({ 'stickiness.type': 'source_ip', 'preserve_client_ip.enabled': 'false' });
});

test('attributes that do not exist, belong to another type or are out of range are refused', async () => {
  const LoadBalancerArn = await loadBalancer('web');
  const TargetGroupArn = await targetGroup('web');
  const balancer = (Key: string, Value: string) =>
    elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }));
  const group = (Key: string, Value: string) =>
    elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key, Value }] }));
  await rejects(balancer('idle_timeout.seconds', '5'), 'ValidationError');
  await rejects(balancer('idle_timeout.timeout_seconds', '0'), 'ValidationError');
  await rejects(
    balancer('dns_record.client_routing_policy', 'any_availability_zone'),
    'InvalidConfigurationRequestException',
  );
  await rejects(group('proxy_protocol_v2.enabled', 'true'), 'InvalidConfigurationRequestException');
  await rejects(group('slow_start.duration_seconds', '10'), 'ValidationError');
});

async function described(name: string) {
  return (await elb.send(new DescribeTargetGroupsCommand({ Names: [name] }))).TargetGroups?.[0];
}

test('health checks have the defaults of their protocol', async () => {
  await targetGroup('http');
  await targetGroup('tcp', { Protocol: 'TCP' });
  await targetGroup('grpc', { ProtocolVersion: 'GRPC' });
  expect(await described('http')).toMatchObject({
    HealthCheckTimeoutSeconds: 5,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
  });
  const tcp = await described('tcp');
  expect(tcp).toMatchObject({ HealthCheckProtocol: 'TCP', HealthCheckTimeoutSeconds: 10, HealthyThresholdCount: 5 });
  expect(tcp?.Matcher).toBeUndefined();
  expect(await described('grpc')).toMatchObject({
    HealthCheckPath: '/AWS.ALB/healthcheck',
    Matcher: { GrpcCode: '12' },
  });
});

test('the health check interval is greater than the timeout', async () => {
  const TargetGroupArn = await targetGroup('web');
  await rejects(
    elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckIntervalSeconds: 5 })),
    'ValidationError',
  );
});

test('a target group in use cannot be deleted, one that does not exist can', async () => {
  const group = await targetGroup('web');
  const arn = await listener(await loadBalancer('web'), 80, forward(group));
  await rejects(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group })), 'ResourceInUseException');
  await elb.send(new DeleteListenerCommand({ ListenerArn: arn }));
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group }));
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group }));
  await rejects(
    elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] })),
    'TargetGroupNotFoundException',
  );
});

test('a target group belongs to one load balancer at most', async () => {
  const group = await targetGroup('web');
  await listener(await loadBalancer('one'), 80, forward(group));
  await rejects(listener(await loadBalancer('two'), 80, forward(group)), 'TargetGroupAssociationLimitException');
});

test('deleting a load balancer deletes its listeners, unless it is protected', async () => {
  const arn = await loadBalancer('web');
  const port80 = await listener(arn, 80, ok);
  const protect = (Value: string) =>
    elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      }),
    );
  await protect('true');
  await rejects(elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })), 'OperationNotPermittedException');
  await protect('false');
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  await rejects(elb.send(new DescribeListenersCommand({ ListenerArns: [port80] })), 'ListenerNotFoundException');
});

test('a forward to one target group is echoed in both forms, to several in one', async () => {
  const [blue, green] = [await targetGroup('blue'), await targetGroup('green')];
  const arn = await listener(await loadBalancer('web'), 80, forward(blue));
  const actions = async () =>
    (await elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }))).Listeners?.[0]?.DefaultActions?.[0];
  expect(await actions()).toEqual({
    Type: 'forward',
    TargetGroupArn: blue,
    ForwardConfig: {
      TargetGroups: [{ TargetGroupArn: blue, Weight: 1 }],
      TargetGroupStickinessConfig: { Enabled: false },
    },
  });
  const TargetGroups = [
    { TargetGroupArn: blue, Weight: 9 },
    { TargetGroupArn: green, Weight: 1 },
  ];
  const DefaultActions: Action[] = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
  await elb.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions }));
  expect(await actions()).toEqual({
    Type: 'forward',
    ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } },
  });
});

test('conditions with a flat and a Config form are echoed in both', async () => {
  const arn = await listener(await loadBalancer('web'), 80, ok);
  const made = await elb.send(
    new CreateRuleCommand({
      ListenerArn: arn,
      Priority: 1,
      Conditions: [
        { Field: 'path-pattern', Values: ['/a/*'] },
        { Field: 'host-header', HostHeaderConfig: { Values: ['a.example.com'] } },
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
      ],
      Actions: [ok],
    }),
  );
  expect(made.Rules?.[0]?.Conditions).toEqual([
    { Field: 'path-pattern', Values: ['/a/*'], PathPatternConfig: { Values: ['/a/*'] } },
    { Field: 'host-header', Values: ['a.example.com'], HostHeaderConfig: { Values: ['a.example.com'] } },
    { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
  ]);
});

test('redirects are echoed whole, and one to itself is refused', async () => {
  const LoadBalancerArn = await loadBalancer('web');
  const redirect: Action = {
    Type: 'redirect',
    RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
  };
  const arn = await listener(LoadBalancerArn, 80, redirect);
  const read = await elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }));
  expect(read.Listeners?.[0]?.DefaultActions?.[0]?.RedirectConfig).toEqual({
    Protocol: 'HTTPS',
    Port: '443',
    Host: '#{host}',
    Path: '/#{path}',
    Query: '#{query}',
    StatusCode: 'HTTP_301',
  });
  const loop: Action = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302' } };
  await rejects(listener(LoadBalancerArn, 81, loop), 'InvalidLoadBalancerActionException');
});

test('priorities are unique, can change places, and the default rule has none', async () => {
  const arn = await listener(await loadBalancer('web'), 80, ok);
  const rule = async (Priority: number) =>
    (
      await elb.send(
        new CreateRuleCommand({
          ListenerArn: arn,
          Priority,
          Conditions: [{ Field: 'path-pattern', Values: [`/${Priority}`] }],
          Actions: [ok],
        }),
      )
    ).Rules?.[0]?.RuleArn ?? '';
  const [one, two] = [await rule(1), await rule(2)];
  await rejects(rule(2), 'PriorityInUseException');
  await rejects(
    elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: one, Priority: 2 }] })),
    'PriorityInUseException',
  );
  const RulePriorities = [
    { RuleArn: one, Priority: 2 },
    { RuleArn: two, Priority: 1 },
  ];
  await elb.send(new SetRulePrioritiesCommand({ RulePriorities }));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: arn }));
  expect(Rules.map((found) => [found.RuleArn, found.Priority])).toEqual([
    [two, '1'],
    [one, '2'],
    [Rules[2]?.RuleArn, 'default'],
  ]);
  const RuleArn = Rules[2]?.RuleArn ?? '';
  await rejects(elb.send(new DeleteRuleCommand({ RuleArn })), 'OperationNotPermittedException');
  await rejects(elb.send(new ModifyRuleCommand({ RuleArn, Actions: [ok] })), 'OperationNotPermittedException');
});

test('an HTTPS listener needs a certificate, gets the 2016-08 policy and loses both when it becomes HTTP', async () => {
  const LoadBalancerArn = await loadBalancer('web');
  const https = { LoadBalancerArn, Port: 443, Protocol: 'HTTPS' as const, DefaultActions: [ok] };
  await rejects(elb.send(new CreateListenerCommand(https)), 'ValidationError');
  const CertificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/one';
  const made = await elb.send(new CreateListenerCommand({ ...https, Certificates: [{ CertificateArn }] }));
  expect(made.Listeners?.[0]).toMatchObject({
    SslPolicy: 'ELBSecurityPolicy-2016-08',
    Certificates: [{ CertificateArn }],
  });
  const ListenerArn = made.Listeners?.[0]?.ListenerArn ?? '';
  const more = CertificateArn.replace('one', 'two');
  await elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn: more }] }));
  const listed = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
  expect(listed.Certificates).toEqual([
    { CertificateArn, IsDefault: true },
    { CertificateArn: more, IsDefault: false },
  ]);
  const plain = await elb.send(new ModifyListenerCommand({ ListenerArn, Protocol: 'HTTP' }));
  expect(plain.Listeners?.[0]?.SslPolicy).toBeUndefined();
  expect(plain.Listeners?.[0]?.Certificates).toBeUndefined();
});

test('tags are read for twenty resources a call', async () => {
  const arns = await Promise.all(Array.from({ length: 21 }, (_none, index) => targetGroup(`group-${index}`)));
  await elb.send(
    new AddTagsCommand({
      ResourceArns: arns.slice(0, 2),
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'x', Value: '' },
      ],
    }),
  );
  await elb.send(new RemoveTagsCommand({ ResourceArns: arns.slice(0, 1), TagKeys: ['x'] }));
  const read = await elb.send(new DescribeTagsCommand({ ResourceArns: arns.slice(0, 20) }));
  expect(read.TagDescriptions?.slice(0, 2).map((found) => found.Tags)).toEqual([
    [{ Key: 'team', Value: 'a' }],
    [
      { Key: 'team', Value: 'a' },
      { Key: 'x', Value: '' },
    ],
  ]);
  await rejects(elb.send(new DescribeTagsCommand({ ResourceArns: arns })), 'ValidationError');
});

test('listings come in pages', async () => {
  for (const name of ['a', 'b', 'c']) await targetGroup(name);
  const first = await elb.send(new DescribeTargetGroupsCommand({ PageSize: 2 }));
  const second = await elb.send(new DescribeTargetGroupsCommand({ PageSize: 2, Marker: first.NextMarker }));
  expect([...(first.TargetGroups ?? []), ...(second.TargetGroups ?? [])].map((found) => found.TargetGroupName)).toEqual(
    ['a', 'b', 'c'],
  );
  expect(second.NextMarker).toBeUndefined();
});

test('limits and security policies can be described', async () => {
  const { Limits } = await elb.send(new DescribeAccountLimitsCommand({}));
  expect(Limits).toContainEqual({ Name: 'rules-per-application-load-balancer', Max: '100' });
  const { SslPolicies } = await elb.send(
    new DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-TLS13-1-2-2021-06'] }),
  );
  expect(SslPolicies?.[0]?.SslProtocols).toEqual(['TLSv1.2', 'TLSv1.3']);
});
