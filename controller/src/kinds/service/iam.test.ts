import { expect, test } from 'vitest';
import type { ServiceSpec } from '../../api/service.ts';
import { serviceKind } from './index.ts';

const spec: ServiceSpec = {
  cluster: 'main',
  loadBalancers: [
    { targetGroup: 'api', container: 'web', port: 80 },
    { targetGroupArn: 'arn:outside', container: 'web', port: 81 },
  ],
  task: {
    executionRole: 'exec',
    taskRole: '${CloudResource/role:Arn}',
    containers: [{ name: 'web', image: 'example/web:1' }],
  },
};
const place = { accountId: '123456789012', region: 'eu-west-1' };

test('the policy names the service, the roles that are passed, and nothing of others', () => {
  const statements = serviceKind.iam(spec, 'shop', place);
  const resourcesOf = (action: string): readonly string[] =>
    statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
  expect(resourcesOf('ecs:UpdateService')).toEqual(['arn:*:ecs:eu-west-1:123456789012:service/*/shop-*']);
  expect(resourcesOf('ecs:RegisterTaskDefinition')).toEqual([
    'arn:*:ecs:eu-west-1:123456789012:task-definition/shop-*:*',
  ]);
  expect(resourcesOf('iam:PassRole')).toEqual(['arn:*:iam::123456789012:role/exec', 'arn:*:iam::123456789012:role/*']);
});

test('the infrastructure roles of volumes, VPC Lattice and Service Connect are passed on too', () => {
  const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  const more: ServiceSpec = {
    ...spec,
    volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: role('ebs'), sizeInGiB: 1 } }],
    vpcLatticeConfigurations: [{ targetGroupArn: 'arn:tg', portName: 'http', roleArn: role('lattice') }],
    serviceConnect: {
      services: [
        { portName: 'http', tls: { awsPcaAuthorityArn: 'arn:ca', roleArn: role('tls') } },
        { portName: 'raw' },
      ],
    },
  };
  const passed = serviceKind
    .iam(more, 'shop', place)
    .filter(({ actions }) => actions.includes('iam:PassRole'))
    .flatMap(({ resources }) => resources);
  expect(passed.slice(2)).toEqual([role('ebs'), role('lattice'), role('tls')]);
});

test('a service without roles and load balancers asks for neither', () => {
  const bare: ServiceSpec = { cluster: 'main', task: { containers: [{ name: 'web', image: 'example/web:1' }] } };
  const actions = serviceKind.iam(bare, 'shop', place).flatMap((statement) => statement.actions);
  expect(actions).not.toContain('iam:PassRole');
  expect(actions).not.toContain('elasticloadbalancing:DescribeTargetHealth');
});

test('a service waits for its cluster and its target groups, not for what is outside', () => {
  expect(serviceKind.edges(spec)).toEqual({ needs: ['Cluster/main', 'TargetGroup/api'], serves: [] });
});

test('verifying metrics and watching secrets takes reads that give no value', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf';
  const secrets = [
    { name: 'DB', valueFrom: `${secret}:password::` },
    { name: 'KEY', valueFrom: '/shop/key' },
  ];
  const more: ServiceSpec = {
    ...spec,
    restartOn: ['secrets'],
    task: { containers: [{ name: 'web', image: 'example/web:1', secrets }] },
    verify: {
      analyses: [
        {
          name: 'errors',
          successCondition: 'result < 1',
          cloudWatch: {
            queries: [{ id: 'errors', metricStat: { namespace: 'Shop', metricName: 'Errors', stat: 'Sum' } }],
          },
        },
      ],
    },
  };
  expect(serviceKind.iam(more, 'shop', place)).toEqual(
    expect.arrayContaining([
      { actions: ['cloudwatch:GetMetricData'], resources: ['*'] },
      { actions: ['secretsmanager:DescribeSecret'], resources: [`${secret}*`] },
      { actions: ['ssm:DescribeParameters'], resources: ['*'] },
    ]),
  );
  const without = serviceKind.iam({ ...more, restartOn: [], verify: {} }, 'shop', place);
  const reads = (optional: boolean) =>
    without
      .filter(({ sid }) => (sid === 'Preflight') === optional)
      .flatMap(({ actions }) => actions)
      .filter((action) => /^(cloudwatch|secretsmanager|ssm):/.test(action));
  expect(reads(false)).toEqual([]);
  // The look before a change reads them too, by statements that may be left out.
  expect(reads(true)).toEqual(['secretsmanager:DescribeSecret', 'ssm:DescribeParameters']);
});
