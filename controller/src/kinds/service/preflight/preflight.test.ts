import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshPass } from '../../../../test/converge.ts';
import { ACCOUNT, desiredOf, REGION, type Sandboxed, sandboxed } from '../../../../test/sandboxed.ts';
import type { ContainerDefinition } from '../../../api/container.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import { preflightClients } from '../../../aws/preflight-clients.ts';
import { rolloutClients } from '../../../aws/rollout-clients.ts';
import type { Outputs, PreflightFinding, PreflightOptions } from '../../../core/driver.ts';
import { serviceKind } from '../index.ts';

const ROLES = `arn:aws:iam::${ACCOUNT}:role`;
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

/** What the account has. */
interface Account extends Sandboxed {
  readonly privateSubnet: string;
  readonly natSubnet: string;
  readonly publicSubnet: string;
  readonly fullSubnet: string;
  readonly otherVpcSubnet: string;
  readonly otherVpcGroup: string;
  readonly secret: string;
  readonly deletedSecret: string;
  readonly emptySecret: string;
  readonly instanceGroup: string;
  readonly datagrams: string;
  readonly otherVpcTargets: string;
}

let account: Account;
beforeAll(async () => {
  account = await made();
});
afterAll(() => account.close());

async function made(): Promise<Account> {
  const there = await sandboxed({ iam: 'enforced' });
  const { aws } = there;
  const clients = await preflightClients(aws);
  const { secretsManager } = rolloutClients(aws);
  const trust = (service: string, more: object = {}): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...more }],
    });
  const tasks = 'ecs-tasks.amazonaws.com';
  const roles: Readonly<Record<string, string>> = {
    execution: trust(tasks),
    powerless: trust(tasks),
    lambda: trust('lambda.amazonaws.com'),
    conditional: trust(tasks, { Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } }),
  };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles)) {
    await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  const Statement = [
    { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameters'], Resource: '*' },
  ];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await clients.iam.send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'read', PolicyDocument }));
  const secretOf = async (Name: string, SecretString?: string): Promise<string> =>
    (await secretsManager.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '';
  const deletedSecret = await secretOf('gone', 'x');
  await secretsManager.send(new DeleteSecretCommand({ SecretId: deletedSecret }));
  await aws.ssm.send(new PutParameterCommand({ Name: '/shop/key', Value: 'x', Type: 'String' }));
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/shop' }));
  await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ digest: `sha256:${'0'.repeat(64)}`, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  const imageManifestMediaType = 'application/vnd.oci.image.index.v1+json';
  const put = { repositoryName: 'web', imageManifest, imageManifestMediaType, imageTag: '1' };
  await clients.ecr.send(new PutImageCommand(put));
  return {
    ...there,
    ...(await networks(clients.ec2)),
    secret: await secretOf('db', '{"password":"x"}'),
    deletedSecret,
    emptySecret: await secretOf('empty'),
    ...(await targets(there, clients.ec2)),
  };
}

async function networks(client: ec2.EC2Client) {
  const vpcOf = async (CidrBlock: string): Promise<string> =>
    (await client.send(new ec2.CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? '';
  const [VpcId, other] = [await vpcOf('10.0.0.0/16'), await vpcOf('10.1.0.0/16')];
  const subnetOf = async (vpc: string, CidrBlock: string): Promise<string> =>
    (await client.send(new ec2.CreateSubnetCommand({ VpcId: vpc, CidrBlock }))).Subnet?.SubnetId ?? '';
  const routed = async (SubnetId: string, to: Partial<ec2.CreateRouteCommandInput>): Promise<void> => {
    const { RouteTable } = await client.send(new ec2.CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId;
    await client.send(new ec2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...to }));
    await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  };
  const [publicSubnet, natSubnet] = [await subnetOf(VpcId, '10.0.1.0/24'), await subnetOf(VpcId, '10.0.2.0/24')];
  const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId;
  await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await routed(publicSubnet, { GatewayId: InternetGatewayId });
  const nat = new ec2.CreateNatGatewayCommand({ SubnetId: publicSubnet, AllocationId: 'eipalloc-1' });
  await routed(natSubnet, { NatGatewayId: (await client.send(nat)).NatGateway?.NatGatewayId });
  const fullSubnet = await subnetOf(VpcId, '10.0.4.0/28');
  await routed(fullSubnet, { NatGatewayId: (await client.send(nat)).NatGateway?.NatGatewayId });
  const group = new ec2.CreateSecurityGroupCommand({ VpcId: other, GroupName: 'web', Description: 'web' });
  return {
    publicSubnet,
    natSubnet,
    fullSubnet,
    privateSubnet: await subnetOf(VpcId, '10.0.3.0/24'),
    otherVpcSubnet: await subnetOf(other, '10.1.1.0/24'),
    otherVpcGroup: (await client.send(group)).GroupId ?? '',
  };
}

async function targets({ aws }: Sandboxed, client: ec2.EC2Client) {
  const { Vpcs = [] } = await client.send(new ec2.DescribeVpcsCommand({}));
  const other = Vpcs.find(({ CidrBlock }) => CidrBlock === '10.1.0.0/16')?.VpcId;
  const mine = Vpcs.find(({ CidrBlock }) => CidrBlock === '10.0.0.0/16')?.VpcId;
  const groupOf = async (
    Name: string,
    TargetType: 'instance' | 'ip',
    VpcId: string | undefined,
    Protocol: 'HTTP' | 'UDP' = 'HTTP',
  ): Promise<string> => {
    const input = { Name, TargetType, VpcId, Protocol, Port: 80 } as const;
    return (await aws.elbv2.send(new CreateTargetGroupCommand(input))).TargetGroups?.[0]?.TargetGroupArn ?? '';
  };
  return {
    instanceGroup: await groupOf('instances', 'instance', mine),
    otherVpcTargets: await groupOf('elsewhere', 'ip', other),
    datagrams: await groupOf('datagrams', 'ip', mine, 'UDP'),
  };
}

/** A service that lacks nothing. */
function good(there: Account): ServiceSpec {
  return {
    clusterArn: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: [there.natSubnet] },
    task: {
      cpu: 256,
      memory: 512,
      executionRole: `${ROLES}/execution`,
      containers: [{ name: 'web', image: `${REGISTRY}/web:1` }],
    },
  };
}

function withContainer(spec: ServiceSpec, more: Partial<ContainerDefinition>): ServiceSpec {
  const [web] = spec.task.containers;
  return { ...spec, task: { ...spec.task, containers: [{ ...(web as ContainerDefinition), ...more }] } };
}

function withSecret(spec: ServiceSpec, valueFrom: string): ServiceSpec {
  return withContainer(spec, { secrets: [{ name: 'SECRET', valueFrom }] });
}

async function looked(
  spec: ServiceSpec,
  needs: Readonly<Record<string, Outputs>> = {},
  options: PreflightOptions = {},
): Promise<readonly PreflightFinding[]> {
  const driver = serviceKind.driver(account.aws);
  // Only to look at what the service rests on: the cluster is not there.
  const found = await driver.preflight?.(desiredOf('Service/api', spec, needs), undefined, freshPass(account), options);
  return (found ?? []).filter(({ path }) => path !== '/clusterArn');
}

/** What is wrong: severity and check, the path, and words of the message. */
type Row = readonly [
  what: string,
  make: (there: Account) => ServiceSpec,
  severity: PreflightFinding['severity'],
  check: string,
  path: string,
  words: RegExp,
];

const logs = (options: Record<string, string>): Partial<ContainerDefinition> => ({
  logConfiguration: { logDriver: 'awslogs', options },
});

const withRole = (spec: ServiceSpec, executionRole: string): ServiceSpec => ({
  ...spec,
  task: { ...spec.task, executionRole },
});

const inSubnet = (spec: ServiceSpec, ...subnets: string[]): ServiceSpec => ({ ...spec, network: { subnets } });

const WEB = '/task/containers/0';
const SECRET = `${WEB}/secrets/0/valueFrom`;

const rows: readonly Row[] = [
  [
    'a role that does not exist',
    (a) => withRole(good(a), 'absent'),
    'error',
    'ExecutionRole',
    '/task/executionRole',
    /does not exist/,
  ],
  [
    'a role for somebody else',
    (a) => withRole(good(a), `${ROLES}/lambda`),
    'error',
    'ExecutionRole',
    '/task/executionRole',
    /does not let ecs-tasks\.amazonaws\.com/,
  ],
  [
    'a role under conditions',
    (a) => withRole(good(a), `${ROLES}/conditional`),
    'unchecked',
    'ExecutionRole',
    '/task/executionRole',
    /under conditions/,
  ],
  [
    'a role for CodeDeploy that is for tasks',
    (a) => ({ ...good(a), deployment: { strategy: 'CodeDeploy', codeDeploy: { serviceRole: 'execution' } } as never }),
    'error',
    'CodeDeployRole',
    '/deployment/codeDeploy/serviceRole',
    /codedeploy\.amazonaws\.com/,
  ],
  [
    'a secret that does not exist',
    (a) => withSecret(good(a), `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:none-AbCdEf`),
    'error',
    'Secret',
    SECRET,
    /does not exist/,
  ],
  [
    'a secret that is deleted',
    (a) => withSecret(good(a), a.deletedSecret),
    'error',
    'Secret',
    SECRET,
    /scheduled for deletion/,
  ],
  [
    'a secret without a value',
    (a) => withSecret(good(a), a.emptySecret),
    'error',
    'Secret',
    SECRET,
    /no version AWSCURRENT/,
  ],
  [
    'a JSON key',
    (a) => withSecret(good(a), `${a.secret}:password::`),
    'unchecked',
    'SecretKey',
    SECRET,
    /JSON key "password"; .*secretReaderRole/,
  ],
  [
    'a secret that no policy allows',
    (a) => withRole(withSecret(good(a), a.secret), 'powerless'),
    'warning',
    'SecretAccess',
    SECRET,
    /GetSecretValue/,
  ],
  [
    'a parameter that does not exist',
    (a) => withSecret(good(a), '/shop/none'),
    'error',
    'Parameter',
    SECRET,
    /does not exist/,
  ],
  [
    'a tag that is not there',
    (a) => withContainer(good(a), { image: `${REGISTRY}/web:2` }),
    'error',
    'Image',
    `${WEB}/image`,
    /not in the registry/,
  ],
  [
    'a repository that is not there',
    (a) => withContainer(good(a), { image: `${REGISTRY}/none:1` }),
    'error',
    'Image',
    `${WEB}/image`,
    /not in the registry/,
  ],
  [
    'an image for another architecture',
    (a) => ({ ...good(a), task: { ...good(a).task, runtimePlatform: { cpuArchitecture: 'ARM64' } } }),
    'error',
    'Image',
    `${WEB}/image`,
    /there for amd64.*arm64/,
  ],
  [
    'another registry',
    (a) => withContainer(good(a), { image: 'nginx:1' }),
    'unchecked',
    'Image',
    `${WEB}/image`,
    /not in Amazon ECR/,
  ],
  [
    'a log group that does not exist',
    (a) => withContainer(good(a), logs({ 'awslogs-group': '/none' })),
    'error',
    'LogGroup',
    `${WEB}/logConfiguration/options/awslogs-group`,
    /awslogs-create-group/,
  ],
  [
    'a subnet that does not exist',
    (a) => inSubnet(good(a), 'subnet-none'),
    'error',
    'Subnet',
    '/network/subnets/0',
    /does not exist/,
  ],
  [
    'subnets of two VPCs',
    (a) => inSubnet(good(a), a.natSubnet, a.otherVpcSubnet),
    'error',
    'Subnet',
    '/network/subnets',
    /in 2 VPCs/,
  ],
  [
    'a security group of another VPC',
    (a) => ({ ...good(a), network: { subnets: [a.natSubnet], securityGroups: [a.otherVpcGroup] } }),
    'error',
    'SecurityGroup',
    '/network/securityGroups/0',
    /and the subnets are in/,
  ],
  [
    'too few addresses',
    (a) => ({ ...inSubnet(good(a), a.fullSubnet), desiredCount: 20 }),
    'warning',
    'Addresses',
    '/network/subnets',
    /11 free addresses/,
  ],
  [
    'a private subnet without a way out',
    (a) => inSubnet(good(a), a.privateSubnet),
    'error',
    'Route',
    '/network/subnets',
    /no endpoint for ecr\.api, ecr\.dkr, s3/,
  ],
  [
    'a public subnet without public addresses',
    (a) => inSubnet(good(a), a.publicSubnet),
    'error',
    'Route',
    '/network/subnets',
    /assignPublicIp/,
  ],
  [
    'a target group for instances',
    (a) => ({ ...good(a), loadBalancers: [{ targetGroupArn: a.instanceGroup, container: 'web', port: 80 }] }),
    'error',
    'TargetGroup',
    '/loadBalancers/0/targetGroupArn',
    /takes instance targets/,
  ],
  [
    'a target group for datagrams',
    (a) => ({
      ...withContainer(good(a), { portMappings: [{ containerPort: 80 }] }),
      loadBalancers: [{ targetGroupArn: a.datagrams, container: 'web', port: 80 }],
    }),
    'warning',
    'TargetGroup',
    '/loadBalancers/0/targetGroupArn',
    /speaks UDP, and port 80 of container web is mapped for tcp/,
  ],
  [
    'a target group of another VPC',
    (a) => ({ ...good(a), loadBalancers: [{ targetGroupArn: a.otherVpcTargets, container: 'web', port: 80 }] }),
    'error',
    'TargetGroup',
    '/loadBalancers/0/targetGroupArn',
    /and the tasks are in/,
  ],
];

test.each(rows)('%s is found', async (_what, make, severity, check, path, words) => {
  const found = await looked(make(account));
  expect(found).toContainEqual({ severity, check, path, message: expect.stringMatching(words) });
  const others = found.filter((one) => one.check !== check && one.severity === 'error');
  expect(others).toEqual([]);
});

test('nothing is found where nothing is missing', async () => {
  const spec = withContainer(good(account), {
    ...logs({ 'awslogs-group': '/shop' }),
    secrets: [
      { name: 'A', valueFrom: account.secret },
      { name: 'B', valueFrom: '/shop/key' },
      { name: 'C', valueFrom: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/shop/key` },
    ],
  });
  expect(await looked(spec)).toEqual([]);
  const open = { subnets: [account.publicSubnet], assignPublicIp: true };
  expect(await looked({ ...good(account), network: open })).toEqual([]);
  expect(
    await looked(withContainer(good(account), logs({ 'awslogs-group': '/n', 'awslogs-create-group': 'true' }))),
  ).toEqual([]);
});

test('a role for values that does not trust the controller leaves a JSON key unchecked, and says what it lacks', async () => {
  const spec = withSecret(good(account), `${account.secret}:password::`);
  const found = await looked(spec, {}, { secretReaderRole: `${ROLES}/lambda` });
  expect(found).toMatchObject([{ check: 'SecretKey', severity: 'unchecked' }]);
  expect(found[0]?.message).toMatch(/AssumeRole .*role\/lambda.*trust policy/u);
});

test('of a pair of target groups both are looked at', async () => {
  const spec: ServiceSpec = { ...good(account), loadBalancers: [{ targetGroup: 'web', container: 'web', port: 80 }] };
  const pair = { arn: account.otherVpcTargets, alternateArn: account.instanceGroup };
  const found = await looked(spec, { 'TargetGroup/web': pair });
  expect(found.map(({ check, path, message }) => [check, path, message])).toEqual([
    ['TargetGroup', '/loadBalancers/0/targetGroup', expect.stringMatching(/elsewhere is in/)],
    ['TargetGroup', '/loadBalancers/0/targetGroup', expect.stringMatching(/instances takes instance targets/)],
  ]);
});

test('a read that AWS refuses is left out, with the action that it lacks', async () => {
  const refusals: Readonly<Record<string, readonly [name: string, status: number]>> = {
    GetRole: ['AccessDenied', 403],
    DescribeSubnets: ['InvalidSubnetID.Malformed', 400],
  };
  const denied = await sandboxed(
    {},
    {
      middleware: [
        async ({ operation }, send) => {
          const [name, httpStatusCode] = refusals[operation] ?? [];
          if (name === undefined) return send();
          throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode }, $fault: 'client' });
        },
      ],
    },
  );
  try {
    const driver = serviceKind.driver(denied.aws);
    const spec = { ...good(account), network: { subnets: ['subnet-1'] } };
    const found = await driver.preflight?.(desiredOf('Service/api', spec), undefined, freshPass(denied));
    expect(found?.filter(({ check }) => check === 'ExecutionRole' || check === 'Subnet')).toMatchObject([
      { check: 'ExecutionRole', severity: 'unchecked', message: 'unchecked: the controller may not iam:GetRole' },
      { check: 'Subnet', severity: 'unchecked', message: expect.stringContaining('InvalidSubnetID.Malformed') },
    ]);
  } finally {
    await denied.close();
  }
});
