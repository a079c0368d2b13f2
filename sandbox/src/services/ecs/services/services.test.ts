import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  PutClusterCapacityProvidersCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeEach(async () => {
  on = await ecsSandbox();
  await on.register();
});
afterEach(() => on.close());

const update = (input: object) => on.ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', ...input }));
const remove = (force?: boolean) => on.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', force }));

describe('CreateService', () => {
  test('fills in the documented defaults', async () => {
    const service = await on.create();
    expect(service).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 0,
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      platformFamily: 'Linux',
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      propagateTags: 'NONE',
      enableECSManagedTags: false,
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
      loadBalancers: [],
      serviceRegistries: [],
      taskSets: [],
      events: [],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], assignPublicIp: 'DISABLED' } },
      deploymentConfiguration: {
        strategy: 'ROLLING',
        bakeTimeInMinutes: 0,
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        alarms: { alarmNames: [], enable: false, rollback: false },
        deploymentCircuitBreaker: {
          enable: false,
          rollback: false,
          resetOnHealthyTask: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
        },
      },
    });
    expect(service.roleArn).toMatch(/AWSServiceRoleForECS$/);
    expect(service.deployments).toMatchObject([
      { status: 'PRIMARY', platformVersion: '1.4.0', rolloutState: 'IN_PROGRESS' },
    ]);
    expect(service.deployments?.[0]?.rolloutStateReason).toBe(
      `ECS deployment ${service.deployments?.[0]?.id} in progress.`,
    );
  });

  test('is idempotent for the same request and refuses another one', async () => {
    const first = await on.create({ clientToken: 'token' });
    const again = await on.create({ clientToken: 'token' });
    expect(again.deployments?.map(({ id }) => id)).toEqual(first.deployments?.map(({ id }) => id));
    await expect(on.create({ desiredCount: 3 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
  });

  test('inherits the default capacity provider strategy of its cluster', async () => {
    await on.ecs.send(
      new PutClusterCapacityProvidersCommand({
        cluster: 'main',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [
          { capacityProvider: 'FARGATE', base: 1, weight: 1 },
          { capacityProvider: 'FARGATE_SPOT', weight: 3 },
        ],
      }),
    );
    const service = await on.create({ launchType: undefined, desiredCount: 5 });
    expect(service.launchType).toBeUndefined();
    expect(service.capacityProviderStrategy).toEqual([
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 },
    ]);
    await on.sandbox.advance(2000);
    const providers = (await on.tasks()).map(({ capacityProviderName = '' }) => capacityProviderName).toSorted();
    expect(providers).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT']);
  });

  test.each<[string, Parameters<EcsSandbox['create']>[0], string, string]>([
    [
      'awsvpc without network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    ['an unknown task definition', { taskDefinition: 'nope' }, 'ClientException', 'TaskDefinition not found.'],
    [
      'an unknown platform version',
      { platformVersion: '9.9.9' },
      'PlatformUnknownException',
      "The specified platform version doesn't exist.",
    ],
    ['an unknown cluster', { cluster: 'nope' }, 'ClusterNotFoundException', 'Cluster not found.'],
    [
      'both 100 percents',
      { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } },
      'InvalidParameterException',
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    ],
    [
      'launch type and strategy at once',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    ],
    [
      'a strategy of other providers',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
      'InvalidParameterException',
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster, then try again.',
    ],
  ])('refuses %s', async (_what, input, name, message) => {
    await expect(on.create(input)).rejects.toMatchObject({ name, message });
  });

  test('refuses an INACTIVE task definition', async () => {
    await on.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    await expect(on.create({ taskDefinition: 'web:1' })).rejects.toMatchObject({
      message: 'TaskDefinition is inactive',
    });
  });
});

describe('UpdateService', () => {
  test('of the desired count makes no deployment', async () => {
    const before = await on.create();
    const { service } = await update({ desiredCount: 4 });
    expect(service?.deployments?.map(({ id, desiredCount }) => [id, desiredCount])).toEqual([
      [before.deployments?.[0]?.id, 4],
    ]);
  });

  test('with the task definition that it has makes no deployment, unless forced', async () => {
    await on.create();
    await on.until(isCompleted);
    expect((await update({ taskDefinition: 'web' })).service?.deployments).toHaveLength(1);
    expect((await update({ taskDefinition: 'web', forceNewDeployment: true })).service?.deployments).toHaveLength(2);
  });

  test('of the network starts a deployment, of the grace period does not', async () => {
    await on.create();
    await on.until(isCompleted);
    expect(
      (await update({ healthCheckGracePeriodSeconds: 30, enableExecuteCommand: true })).service?.deployments,
    ).toHaveLength(1);
    const moved = await update({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-3'] } } });
    expect(moved.service?.deployments).toHaveLength(2);
    expect(moved.service).toMatchObject({ healthCheckGracePeriodSeconds: 30, enableExecuteCommand: true });
  });

  test('keeps what is omitted of the deployment configuration', async () => {
    await on.create({
      deploymentConfiguration: { maximumPercent: 150, deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const { service } = await update({ deploymentConfiguration: { minimumHealthyPercent: 50 } });
    expect(service?.deploymentConfiguration).toMatchObject({
      maximumPercent: 150,
      minimumHealthyPercent: 50,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });

  test('of the capacity provider strategy needs forceNewDeployment', async () => {
    await on.ecs.send(
      new PutClusterCapacityProvidersCommand({
        cluster: 'main',
        capacityProviders: ['FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [],
      }),
    );
    await on.create();
    const change = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
    await expect(update(change)).rejects.toThrow('you must force a new deployment');
    const { service } = await update({ ...change, forceNewDeployment: true });
    expect(service?.launchType).toBeUndefined();
    const back = await update({ capacityProviderStrategy: [], forceNewDeployment: true });
    expect(back.service).toMatchObject({ launchType: 'FARGATE' });
  });

  test('of an unknown service is ServiceNotFoundException, of an INACTIVE one ServiceNotActiveException', async () => {
    await expect(update({ desiredCount: 1 })).rejects.toMatchObject({
      name: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
    await on.create({ desiredCount: 0 });
    await on.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web' }));
    await on.sandbox.advance(1000);
    await expect(update({ desiredCount: 1 })).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    });
  });
});

describe('DeleteService', () => {
  test('refuses a service that is scaled above 0, unless forced', async () => {
    await on.create();
    await expect(remove()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    expect((await remove(true)).service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
  });

  test('goes by DRAINING to INACTIVE, and the service is MISSING an hour later', async () => {
    await on.create();
    await on.until(isCompleted);
    await remove(true);
    const { serviceArns } = await on.ecs.send(new ListServicesCommand({ cluster: 'main' }));
    expect(serviceArns).toEqual([]);
    await expect(on.create()).rejects.toMatchObject({ message: 'Unable to Start a service that is still Draining.' });
    const inactive = await on.until(({ status }) => status === 'INACTIVE');
    expect(inactive.deployments).toEqual([]);
    await waitUntilServicesInactive({ client: on.ecs, maxWaitTime: 30 }, { cluster: 'main', services: ['web'] });
    await on.sandbox.advance(3_600_000);
    const { failures } = await on.ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web', reason: 'MISSING' }]);
  });

  test('frees the name once the service is INACTIVE', async () => {
    await on.create({ desiredCount: 0 });
    await remove();
    await on.sandbox.advance(1000);
    expect((await on.create()).status).toBe('ACTIVE');
    await on.sandbox.advance(2 * 3_600_000);
    expect((await on.service()).status).toBe('ACTIVE');
  });

  test('of an unknown service is ServiceNotFoundException', async () => {
    await expect(remove()).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  });
});

describe('DescribeServices and ListServices', () => {
  test('at most ten services are described at once', async () => {
    const services = Array.from({ length: 11 }, (_, i) => `s${i}`);
    await expect(on.ecs.send(new DescribeServicesCommand({ cluster: 'main', services }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('services are found by name and by ARN', async () => {
    const { serviceArn = '' } = await on.create();
    const { services } = await on.ecs.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['web', serviceArn] }),
    );
    expect(services?.map((service) => service.serviceArn)).toEqual([serviceArn, serviceArn]);
  });

  test('ListServices gives ten of them unless asked for more', async () => {
    for (let i = 0; i < 12; i++) {
      await on.ecs.send(
        new CreateServiceCommand({
          cluster: 'main',
          serviceName: `s${i}`,
          taskDefinition: 'web',
          desiredCount: 0,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        }),
      );
    }
    const first = await on.ecs.send(new ListServicesCommand({ cluster: 'main' }));
    expect(first.serviceArns).toHaveLength(10);
    const rest = await on.ecs.send(new ListServicesCommand({ cluster: 'main', nextToken: first.nextToken }));
    expect(rest.serviceArns).toHaveLength(2);
    expect(rest.nextToken).toBeUndefined();
  });
});
