import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServiceRevisionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register(
    { portMappings: [{ containerPort: 80, name: 'http' }] },
    { volumes: [{ name: 'data', configuredAtLaunch: true }] },
  );
  await on.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'host',
      containerDefinitions: [{ name: 'host', image: 'host:1', memory: 128 }],
    }),
  );
});
afterEach(() => on.close());

const lattice = { targetGroupArn: 'arn:tg', portName: 'http', roleArn: 'arn:role' };
const onHosts = (more: Partial<CreateServiceCommandInput>) =>
  on.ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'host',
      taskDefinition: 'host',
      launchType: 'EC2',
      ...more,
    }),
  );

describe('a service reads back', () => {
  test('with the discovery name of its port, and with xfs on its volumes', async () => {
    const service = await on.create({
      serviceConnectConfiguration: { enabled: true, services: [{ portName: 'http', clientAliases: [{ port: 80 }] }] },
      volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: 'arn:role', sizeInGiB: 1 } }],
    });
    const [primary] = service.deployments ?? [];
    expect(primary?.serviceConnectConfiguration?.services).toEqual([
      { portName: 'http', discoveryName: 'http', clientAliases: [{ port: 80 }] },
    ]);
    expect(primary?.volumeConfigurations?.[0]?.managedEBSVolume).toMatchObject({ filesystemType: 'xfs' });
  });

  test('with instanceId for host, and capitals for binpack', async () => {
    const { service } = await onHosts({
      desiredCount: 0,
      placementStrategy: [
        { type: 'spread', field: 'host' },
        { type: 'binpack', field: 'memory' },
        { type: 'spread', field: 'attribute:ecs.availability-zone' },
      ],
    });
    expect(service?.placementStrategy?.map(({ field }) => field)).toEqual([
      'instanceId',
      'MEMORY',
      'attribute:ecs.availability-zone',
    ]);
  });
});

test('VPC Lattice shows on the deployment, monitoring on the service revision alone', async () => {
  const monitoring = { metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }] };
  const service = await on.create({ vpcLatticeConfigurations: [lattice], monitoring });
  expect(service.deployments?.[0]?.vpcLatticeConfigurations).toEqual([lattice]);
  expect(JSON.stringify(service)).not.toContain('metricConfigurations');
  const revisions = async () => {
    const { currentServiceRevisions = [] } = await on.service();
    const serviceRevisionArns = currentServiceRevisions.slice(0, 1).flatMap(({ arn }) => arn ?? []);
    return (await on.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }))).serviceRevisions?.[0];
  };
  expect(await revisions()).toMatchObject({ monitoring, vpcLatticeConfigurations: [lattice] });
  const before = service.deployments?.[0]?.id;
  const coarse = { metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 60 }] };
  await on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', monitoring: coarse }));
  expect((await on.service()).deployments?.[0]?.id).not.toBe(before);
  expect(await revisions()).toMatchObject({ monitoring: coarse });
});

describe('a DAEMON service is refused', () => {
  test.each<[string, Partial<CreateServiceCommandInput>, RegExp]>([
    ['with a desired count', { desiredCount: 1 }, /does not support a desired count/],
    ['with a placement strategy', { placementStrategy: [{ type: 'random' }] }, /does not support placement strategies/],
    [
      'with a maximumPercent above 100',
      { deploymentConfiguration: { maximumPercent: 200 } },
      /does not support values above 100 for maximumPercent/,
    ],
  ])('%s', async (_, more, message) => {
    await expect(onHosts({ schedulingStrategy: 'DAEMON', ...more })).rejects.toThrow(message);
  });
});

test('a volume configuration without its volume, and a port name that is not there, are refused', async () => {
  const ebs = { roleArn: 'arn:role', sizeInGiB: 1 };
  await expect(on.create({ volumeConfigurations: [{ name: 'other', managedEBSVolume: ebs }] })).rejects.toThrow(
    'no matching configuredAtLaunch volume found in task definition',
  );
  await expect(on.create({ vpcLatticeConfigurations: [{ ...lattice, portName: 'grpc' }] })).rejects.toThrow('grpc');
});

test('early success criteria need a percentage that is not below the minimum', async () => {
  const criteria = { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' as const };
  const minimumHealthyPercent = 75;
  await expect(
    on.create({ deploymentConfiguration: { minimumHealthyPercent, earlySuccessCriteria: criteria } }),
  ).rejects.toThrow('minimumHealthyPercent');
  await expect(on.create({ deploymentConfiguration: { earlySuccessCriteria: { enable: true } } })).rejects.toThrow(
    'must be specified',
  );
  const service = await on.create({
    deploymentConfiguration: { minimumHealthyPercent, earlySuccessCriteria: { ...criteria, healthyPercent: 75 } },
  });
  expect(service.deploymentConfiguration?.earlySuccessCriteria).toEqual({ ...criteria, healthyPercent: 75 });
});
