import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  PutAccountSettingDefaultCommand,
  PutClusterCapacityProvidersCommand,
  UpdateClusterSettingsCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox, isCompleted } from './testing/ecs-sandbox.ts';

let on: EcsSandbox;
beforeAll(async () => {
  on = await ecsSandbox();
});
afterAll(() => on.close());

describe('clusters', () => {
  test('CreateCluster of an ACTIVE cluster answers with it as it is', async () => {
    await on.ecs.send(new CreateClusterCommand({ clusterName: 'twice', tags: [{ key: 'a', value: '1' }] }));
    const again = await on.ecs.send(
      new CreateClusterCommand({ clusterName: 'twice', tags: [{ key: 'a', value: '2' }] }),
    );
    expect(again.cluster).toMatchObject({ status: 'ACTIVE', tags: [{ key: 'a', value: '1' }] });
  });

  test('CreateCluster without a name makes the cluster default', async () => {
    const { cluster } = await on.ecs.send(new CreateClusterCommand({}));
    expect(cluster?.clusterArn).toBe('arn:aws:ecs:eu-west-1:111122223333:cluster/default');
  });

  test('DescribeClusters answers unknown clusters as MISSING failures', async () => {
    const { clusters, failures } = await on.ecs.send(
      new DescribeClustersCommand({ clusters: ['main', 'constructor'] }),
    );
    expect(clusters?.map(({ clusterName }) => clusterName)).toEqual(['main']);
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/constructor', reason: 'MISSING' }]);
  });

  test('DescribeClusters shows settings, tags and statistics only when they are included', async () => {
    const bare = await on.ecs.send(new DescribeClustersCommand({ clusters: ['main'] }));
    expect(bare.clusters?.[0]).toMatchObject({ settings: [], tags: [], statistics: [] });
    const full = await on.ecs.send(
      new DescribeClustersCommand({ clusters: ['main'], include: ['SETTINGS', 'STATISTICS'] }),
    );
    expect(full.clusters?.[0]?.settings).toEqual([{ name: 'containerInsights', value: 'disabled' }]);
    expect(full.clusters?.[0]?.statistics).toContainEqual({ name: 'runningFargateTasksCount', value: '0' });
  });

  test('containerInsights of a new cluster follows the account setting', async () => {
    await on.ecs.send(new PutAccountSettingDefaultCommand({ name: 'containerInsights', value: 'enhanced' }));
    const { cluster } = await on.ecs.send(new CreateClusterCommand({ clusterName: 'watched' }));
    expect(cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);
    const changed = await on.ecs.send(
      new UpdateClusterSettingsCommand({
        cluster: 'watched',
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      }),
    );
    expect(changed.cluster?.settings).toEqual([{ name: 'containerInsights', value: 'disabled' }]);
  });

  test('capacity providers come back sorted, and a strategy names only those of the cluster', async () => {
    const { cluster } = await on.ecs.send(
      new PutClusterCapacityProvidersCommand({
        cluster: 'main',
        capacityProviders: ['FARGATE_SPOT', 'FARGATE'],
        defaultCapacityProviderStrategy: [],
      }),
    );
    expect(cluster?.capacityProviders).toEqual(['FARGATE', 'FARGATE_SPOT']);
    const refused = on.ecs.send(
      new CreateClusterCommand({
        clusterName: 'other',
        capacityProviders: ['FARGATE'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      }),
    );
    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('DescribeCapacityProviders knows FARGATE and FARGATE_SPOT', async () => {
    const { capacityProviders, failures } = await on.ecs.send(
      new DescribeCapacityProvidersCommand({ capacityProviders: ['FARGATE', 'mine'] }),
    );
    expect(capacityProviders?.map(({ name, status }) => [name, status])).toEqual([['FARGATE', 'ACTIVE']]);
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  test('a cluster has no container instances', async () => {
    const { containerInstanceArns } = await on.ecs.send(new ListContainerInstancesCommand({ cluster: 'main' }));
    expect(containerInstanceArns).toEqual([]);
    const { failures } = await on.ecs.send(
      new DescribeContainerInstancesCommand({ cluster: 'main', containerInstances: ['abc'] }),
    );
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  test('ListClusters pages', async () => {
    const first = await on.ecs.send(new ListClustersCommand({ maxResults: 1 }));
    expect(first.clusterArns).toHaveLength(1);
    const second = await on.ecs.send(new ListClustersCommand({ maxResults: 1, nextToken: first.nextToken }));
    expect(second.clusterArns).not.toEqual(first.clusterArns);
  });

  test('a cluster with services or tasks cannot be deleted; afterwards it is INACTIVE', async () => {
    await on.register();
    await on.create();
    await on.until(isCompleted);
    const remove = () => on.ecs.send(new DeleteClusterCommand({ cluster: 'main' }));
    await expect(remove()).rejects.toMatchObject({
      name: 'ClusterContainsServicesException',
      message: 'The Cluster cannot be deleted while Services are active.',
    });
    await on.ecs.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', force: true }));
    await on.until(({ status }) => status === 'INACTIVE');
    await expect(remove()).rejects.toMatchObject({
      name: 'ClusterContainsTasksException',
      message: 'The Cluster cannot be deleted while Tasks are active.',
    });
    await on.sandbox.advance(60_000);
    expect((await remove()).cluster?.status).toBe('INACTIVE');
    await expect(remove()).rejects.toMatchObject({ name: 'ClusterNotFoundException', message: 'Cluster not found.' });
  });
});
