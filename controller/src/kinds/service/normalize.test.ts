import type { Deployment, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, desiredOf } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Claim } from '../../core/driver.ts';
import { changesOf } from './target.ts';

const place = { accountId: ACCOUNT, partition: 'aws' };
const cluster = `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/main`;
const targetGroup = `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:targetgroup/shop-api/1`;

const spec: ServiceSpec = {
  cluster: 'main',
  desiredCount: 2,
  capacityProviderStrategy: [
    { capacityProvider: 'FARGATE_SPOT', weight: 80 },
    { capacityProvider: 'FARGATE', weight: 20, base: 1 },
  ],
  network: { subnets: ['subnet-b', 'subnet-a '], securityGroups: ['sg-2', 'sg-1'] },
  loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
  placementStrategy: [
    { type: 'spread', field: 'host' },
    { type: 'binpack', field: 'memory' },
  ],
  deployment: { alarms: { names: ['b', 'a'] } },
  task: { containers: [{ name: 'web', image: 'example/web:1' }] },
};

const desired = desiredOf<ServiceSpec>('Service/api', spec, {
  'Cluster/main': { arn: cluster, name: 'main' },
  'TargetGroup/api': { arn: targetGroup },
});

/** What DescribeServices answers for it. */
const echo: Service = {
  serviceName: 'shop-api-x',
  clusterArn: cluster,
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  capacityProviderStrategy: [
    { capacityProvider: 'FARGATE', weight: 20, base: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 80, base: 0 },
  ],
  platformVersion: 'LATEST',
  platformFamily: 'Linux',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: ['subnet-a', 'subnet-b'],
      securityGroups: ['sg-1', 'sg-2'],
      assignPublicIp: 'DISABLED',
    },
  },
  loadBalancers: [{ targetGroupArn: targetGroup, containerName: 'web', containerPort: 8000 }],
  serviceRegistries: [],
  healthCheckGracePeriodSeconds: 0,
  schedulingStrategy: 'REPLICA',
  deploymentController: { type: 'ECS' },
  availabilityZoneRebalancing: 'ENABLED',
  placementConstraints: [],
  placementStrategy: [
    { type: 'spread', field: 'instanceId' },
    { type: 'binpack', field: 'MEMORY' },
  ],
  enableECSManagedTags: false,
  enableExecuteCommand: false,
  propagateTags: 'NONE',
  deploymentConfiguration: {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    alarms: { alarmNames: ['a', 'b'], enable: true, rollback: false },
    deploymentCircuitBreaker: {
      enable: false,
      rollback: false,
      resetOnHealthyTask: true,
      thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
    },
  },
  deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
};

const tags = { ...desired.ownership, 'aws:cloudformation:stack': 'x', somebody: 'else' };

function changes(live: Service, liveTags: Readonly<Record<string, string>> = tags, want = desired): readonly unknown[] {
  return changesOf(want, { service: live, revision: undefined, tags: liveTags, taskDefinition: undefined }, place)
    .filter((change) => change.part === 'ecs:service')
    .map(({ path, from, to, effect }) => [path, from, to, effect]);
}

test("AWS's echo of the defaults, and tags of others, are no difference", () => {
  expect(changes(echo)).toEqual([]);
});

describe('any other value shows exactly, with what correcting it does', () => {
  const network = echo.networkConfiguration?.awsvpcConfiguration;
  test.each<[string, Service, readonly unknown[]]>([
    ['count', { ...echo, desiredCount: 5 }, ['/desiredCount', 5, 2, 'inPlace']],
    ['exec', { ...echo, enableExecuteCommand: true }, ['/enableExecuteCommand', true, false, 'inPlace']],
    [
      'grace period',
      { ...echo, healthCheckGracePeriodSeconds: 9 },
      ['/healthCheckGracePeriodSeconds', 9, 0, 'inPlace'],
    ],
    ['platform', { ...echo, platformVersion: '1.4.0' }, ['/platformVersion', '1.4.0', 'LATEST', 'restartsTasks']],
    [
      'public addresses',
      {
        ...echo,
        networkConfiguration: {
          awsvpcConfiguration: { ...network, subnets: ['subnet-a', 'subnet-b'], assignPublicIp: 'ENABLED' },
        },
      },
      ['/network/assignPublicIp', true, false, 'restartsTasks'],
    ],
    [
      'another target group',
      { ...echo, loadBalancers: [{ targetGroupArn: 'arn:other', containerName: 'web', containerPort: 8000 }] },
      [
        '/loadBalancers',
        [{ targetGroupArn: 'arn:other', container: 'web', port: 8000 }],
        [{ targetGroup: 'api', container: 'web', port: 8000 }],
        'restartsTasks',
      ],
    ],
    [
      'the weight of a provider',
      {
        ...echo,
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE', weight: 20, base: 1 },
          { capacityProvider: 'FARGATE_SPOT', weight: 70 },
        ],
      },
      ['/capacityProviderStrategy/FARGATE_SPOT/weight', 70, 80, 'restartsTasks'],
    ],
    ['another cluster', { ...echo, clusterArn: `${cluster}2` }, ['/cluster', 'main2', 'main', 'replaces']],
    [
      'a bake time, for which the manifest has no word',
      { ...echo, deploymentConfiguration: { ...echo.deploymentConfiguration, bakeTimeInMinutes: 5 } },
      ['/deployment/bakeTimeInMinutes', 5, undefined, 'inPlace'],
    ],
    [
      'another strategy',
      { ...echo, deploymentConfiguration: { ...echo.deploymentConfiguration, strategy: 'BLUE_GREEN' } },
      ['/deployment/strategy', 'BlueGreen', 'Rolling', 'inPlace'],
    ],
    [
      'alarms that are switched off',
      {
        ...echo,
        deploymentConfiguration: {
          ...echo.deploymentConfiguration,
          alarms: { alarmNames: ['a', 'b'], enable: false, rollback: false },
        },
      },
      ['/deployment/alarms/enable', false, undefined, 'inPlace'],
    ],
  ])('%s', (_, live, expected) => {
    expect(changes(live)).toEqual([expected]);
  });

  test('a tag of ours that somebody changed', () => {
    const live = { ...tags, 'longshore.dev/application': 'x' };
    expect(changes(echo, live)).toEqual([['/tags/longshore.dev~1application', 'x', 'shop', 'inPlace']]);
  });

  test('a tag that Git set before and names no more', () => {
    const want = { ...desired, managedTagKeys: ['somebody'] };
    expect(changes(echo, tags, want)).toEqual([['/tags/somebody', 'else', undefined, 'inPlace']]);
  });
});

test("a capacity that Git leaves out is the cluster's, whatever it was when the service was made", () => {
  const { capacityProviderStrategy: _, ...rest } = spec;
  expect(changes(echo, tags, { ...desired, spec: rest })).toEqual([]);
  const launched = { ...echo, capacityProviderStrategy: [], launchType: 'EC2' as const };
  expect(changes(launched, tags, { ...desired, spec: rest })).toEqual([]);
  expect(changes(launched)).not.toEqual([]);
});

test('an availability zone rebalancing that Git names is compared', () => {
  const want = { ...desired, spec: { ...spec, availabilityZoneRebalancing: 'DISABLED' as const } };
  expect(changes(echo, tags, want)).toEqual([['/availabilityZoneRebalancing', 'ENABLED', 'DISABLED', 'inPlace']]);
});

test('a count that an autoscaler holds is compared with its bounds', () => {
  const claim: Claim = {
    on: 'Service/api',
    path: '/desiredCount',
    by: 'ScalingPolicy/api',
    reason: 'x',
    holds: { between: [1, 3] },
  };
  const want = { ...desired, claims: [claim] };
  expect(changes({ ...echo, desiredCount: 3 }, tags, want)).toEqual([]);
  expect(changes({ ...echo, desiredCount: 9 }, tags, want)).toEqual([['/desiredCount', 9, 3, 'inPlace']]);
});

test('Service Connect is read from the PRIMARY deployment, and a default name is no difference', () => {
  const serviceConnect = { namespace: 'internal', services: [{ portName: 'http', clientAliases: [{ port: 80 }] }] };
  const live: Service = {
    ...echo,
    deployments: [
      {
        status: 'PRIMARY',
        serviceConnectConfiguration: {
          enabled: true,
          namespace: 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1',
          services: [
            { portName: 'http', discoveryName: 'http', clientAliases: [{ port: 80, dnsName: 'http.internal' }] },
          ],
        },
      },
    ],
  };
  expect(changes(live, tags, { ...desired, spec: { ...spec, serviceConnect } })).toEqual([]);
  expect(changes(live)).toContainEqual(['/serviceConnect/enabled', true, undefined, 'restartsTasks']);
  expect(
    changes(echo, tags, { ...desired, spec: { ...spec, serviceConnect: { ...serviceConnect, enabled: false } } }),
  ).toEqual([]);
});

test('a DAEMON service has no count and goes from 0 to 100 percent', () => {
  const { desiredCount: _, capacityProviderStrategy: __, ...rest } = spec;
  const want = { ...desired, spec: { ...rest, schedulingStrategy: 'DAEMON' as const } };
  const live: Service = {
    ...echo,
    schedulingStrategy: 'DAEMON',
    desiredCount: 7,
    deploymentConfiguration: { ...echo.deploymentConfiguration, minimumHealthyPercent: 0, maximumPercent: 100 },
  };
  expect(changes(live, tags, want)).toEqual([]);
});

describe('fields that only the deployment or the revision shows', () => {
  const targetGroupArn = 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1';
  const lattice = { targetGroupArn, portName: 'http', roleArn: 'arn:role' };
  const declared: Partial<ServiceSpec> = {
    vpcLatticeConfigurations: [lattice],
    volumeConfigurations: [
      {
        name: 'data',
        managedEBSVolume: {
          roleArn: 'arn:role',
          sizeInGiB: 10,
          tagSpecifications: [{ resourceType: 'volume', tags: [{ key: 'b', value: '2' }, { key: 'a' }] }],
        },
      },
    ],
    monitoring: { metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }] },
  };
  const ebs = {
    roleArn: 'arn:role',
    sizeInGiB: 10,
    encrypted: true,
    filesystemType: 'xfs' as const,
    tagSpecifications: [
      {
        resourceType: 'volume' as const,
        propagateTags: 'NONE' as const,
        tags: [
          { key: 'a', value: '' },
          { key: 'b', value: '2' },
        ],
      },
    ],
  };
  const primary = {
    status: 'PRIMARY',
    vpcLatticeConfigurations: [lattice],
    volumeConfigurations: [{ name: 'data', managedEBSVolume: ebs }],
  };
  const revision: ServiceRevision = {
    monitoring: {
      metricConfigurations: [
        { metricNames: ['CPUUtilization'], resolutionSeconds: 20 },
        { metricNames: ['MemoryUtilization'], resolutionSeconds: 60 },
      ],
    },
  };
  const found = (
    deployment: Deployment = primary,
    current: ServiceRevision | undefined = revision,
    more: Partial<ServiceSpec> = declared,
  ): readonly unknown[] =>
    changesOf(
      { ...desired, spec: { ...spec, ...more } },
      { service: { ...echo, deployments: [deployment] }, revision: current, tags, taskDefinition: undefined },
      place,
    )
      .filter((change) => change.part === 'ecs:service')
      .map(({ path, from, to, effect }) => [path, from, to, effect]);

  test("AWS's echo is no difference", () => {
    expect(found()).toEqual([]);
  });

  test.each<readonly [string, Deployment, ServiceRevision | undefined, readonly unknown[]]>([
    [
      'VPC Lattice',
      { ...primary, vpcLatticeConfigurations: [{ ...lattice, portName: 'other' }] },
      revision,
      [`/vpcLatticeConfigurations/${targetGroupArn.replace('/', '~1')}/portName`, 'other', 'http', 'restartsTasks'],
    ],
    [
      'an EBS volume',
      { ...primary, volumeConfigurations: [{ name: 'data', managedEBSVolume: { ...ebs, throughput: 250 } }] },
      revision,
      ['/volumeConfigurations/data/managedEBSVolume/throughput', 250, 125, 'restartsTasks'],
    ],
    [
      'tags of an EBS volume',
      {
        ...primary,
        volumeConfigurations: [
          {
            name: 'data',
            managedEBSVolume: {
              ...ebs,
              tagSpecifications: [{ ...ebs.tagSpecifications[0], propagateTags: 'SERVICE', resourceType: 'volume' }],
            },
          },
        ],
      },
      revision,
      [
        '/volumeConfigurations/data/managedEBSVolume/tagSpecifications/volume/propagateTags',
        'SERVICE',
        'NONE',
        'restartsTasks',
      ],
    ],
    [
      'monitoring',
      primary,
      {
        monitoring: {
          metricConfigurations: [{ metricNames: ['CPUUtilization', 'MemoryUtilization'], resolutionSeconds: 20 }],
        },
      },
      [
        '/monitoring/metricConfigurations/20/metricNames',
        ['CPUUtilization', 'MemoryUtilization'],
        ['CPUUtilization'],
        'restartsTasks',
      ],
    ],
  ])('any other value of %s shows exactly that', (_, deployment, current, expected) => {
    expect(found(deployment, current)).toEqual([expected]);
  });

  test('what Git leaves out has to be away', () => {
    const paths = found(primary, revision, {}).map((change) => String((change as readonly unknown[])[0]));
    expect([...new Set(paths.map((path) => path.split('/')[1]))]).toEqual([
      'monitoring',
      'volumeConfigurations',
      'vpcLatticeConfigurations',
    ]);
  });

  test('monitoring is not compared where ECS tells no revision', () => {
    const { monitoring: _, ...rest } = declared;
    expect(
      changesOf(
        { ...desired, spec: { ...spec, ...rest } },
        { service: { ...echo, deployments: [primary] }, revision: undefined, tags, taskDefinition: undefined },
        place,
      ).filter((change) => change.part === 'ecs:service'),
    ).toEqual([]);
  });
});

describe('the deployment configuration', () => {
  const rolling = {
    circuitBreaker: {
      enable: true,
      resetOnHealthyTask: false,
      thresholdConfiguration: { type: 'COUNT' as const, value: 5 },
    },
    earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'DEFERRED' as const },
  };
  const want = { ...desired, spec: { ...spec, deployment: { ...spec.deployment, rolling } } };
  const configuration = {
    ...echo.deploymentConfiguration,
    deploymentCircuitBreaker: { ...rolling.circuitBreaker, rollback: false },
    earlySuccessCriteria: rolling.earlySuccessCriteria,
  };

  test('reads back as it is declared', () => {
    expect(changes({ ...echo, deploymentConfiguration: configuration }, tags, want)).toEqual([]);
  });

  test('that somebody set goes back to the documented defaults', () => {
    expect(changes({ ...echo, deploymentConfiguration: configuration })).toEqual([
      ['/deployment/rolling/circuitBreaker/enable', true, false, 'inPlace'],
      ['/deployment/rolling/circuitBreaker/resetOnHealthyTask', false, true, 'inPlace'],
      ['/deployment/rolling/circuitBreaker/thresholdConfiguration/type', 'COUNT', 'BOUNDED_PERCENT', 'inPlace'],
      ['/deployment/rolling/circuitBreaker/thresholdConfiguration/value', 5, 50, 'inPlace'],
      ['/deployment/rolling/earlySuccessCriteria', rolling.earlySuccessCriteria, undefined, 'inPlace'],
    ]);
  });

  test('with criteria that are switched off is one without any', () => {
    const off = { ...echo.deploymentConfiguration, earlySuccessCriteria: { enable: false } };
    expect(changes({ ...echo, deploymentConfiguration: off })).toEqual([]);
  });
});
