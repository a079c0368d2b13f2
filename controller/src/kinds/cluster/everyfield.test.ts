import {
  type ClusterConfiguration,
  PutClusterCapacityProvidersCommand,
  UpdateClusterCommand,
  type UpdateClusterCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { converge, freshPass } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ClusterSpec } from '../../api/cluster.ts';
import type { Desired } from '../../core/driver.ts';
import { clusterKind } from './index.ts';

let running: Sandboxed;
beforeAll(async () => {
  running = await sandboxed({ throttle: false });
});
afterAll(() => running.close());

const key = (name: string): string => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
const NAMESPACE = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1';

const spec: ClusterSpec = {
  containerInsights: 'enhanced',
  executeCommand: {
    logging: 'OVERRIDE',
    kmsKeyId: key('exec'),
    logGroup: '/ecs/exec',
    encrypted: true,
    s3Bucket: 'sessions',
    s3KeyPrefix: 'exec/',
    s3Encrypted: true,
  },
  managedStorage: { kmsKeyId: key('ebs'), fargateEphemeralStorageKmsKeyId: key('fargate') },
  capacityProviders: ['FARGATE_SPOT', 'FARGATE'],
  defaultCapacityProviderStrategy: [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
  ],
  serviceConnectDefaults: { namespace: NAMESPACE },
};

const desired = desiredOf<ClusterSpec>('Cluster/main', spec);

async function paths(want: Desired<ClusterSpec> = desired): Promise<readonly string[]> {
  const driver = clusterKind.driver(running.aws);
  const live = await driver.observe({ desired: want, recorded: [] }, freshPass(running));
  if (live === undefined) throw new Error('the cluster is not there');
  return driver.diff(want, live).map((change) => change.path);
}

const configured = (change: (configuration: ClusterConfiguration) => void) => (live: ClusterConfiguration) => {
  change(live);
  return { configuration: live };
};

test.each<readonly [string, (live: ClusterConfiguration) => Omit<UpdateClusterCommandInput, 'cluster'>]>([
  ['/containerInsights', () => ({ settings: [{ name: 'containerInsights', value: 'disabled' }] })],
  [
    '/executeCommand/kmsKeyId',
    configured(({ executeCommandConfiguration: exec }) => Object.assign(exec ?? {}, { kmsKeyId: key('other') })),
  ],
  ...(
    [
      ['logGroup', 'cloudWatchLogGroupName', '/ecs/other'],
      ['encrypted', 'cloudWatchEncryptionEnabled', false],
      ['s3Bucket', 's3BucketName', 'other'],
      ['s3KeyPrefix', 's3KeyPrefix', 'other/'],
      ['s3Encrypted', 's3EncryptionEnabled', false],
    ] as const
  ).map(
    ([field, member, value]) =>
      [
        `/executeCommand/${field}`,
        configured(({ executeCommandConfiguration: exec }) =>
          Object.assign(exec?.logConfiguration ?? {}, { [member]: value }),
        ),
      ] as const,
  ),
  [
    '/managedStorage/kmsKeyId',
    configured(({ managedStorageConfiguration: storage }) => Object.assign(storage ?? {}, { kmsKeyId: key('other') })),
  ],
  [
    '/managedStorage/fargateEphemeralStorageKmsKeyId',
    configured(({ managedStorageConfiguration: storage }) =>
      Object.assign(storage ?? {}, { fargateEphemeralStorageKmsKeyId: key('other') }),
    ),
  ],
  ['/serviceConnectDefaults/namespace', () => ({ serviceConnectDefaults: { namespace: `${NAMESPACE}2` } })],
])('%s that somebody changes differs exactly there, and is put right', async (path, change) => {
  const { cluster } = await converge({ kind: clusterKind, ...running }, desired);
  expect(await paths()).toEqual([]);
  const live = structuredClone(cluster.configuration ?? {});
  await running.aws.ecs.send(new UpdateClusterCommand({ cluster: cluster.clusterName, ...change(live) }));
  expect(await paths()).toEqual([path]);
  await converge({ kind: clusterKind, ...running }, desired);
  expect(await paths()).toEqual([]);
});

test('a default strategy that somebody changes differs exactly there', async () => {
  const { cluster } = await converge({ kind: clusterKind, ...running }, desired);
  await running.aws.ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: cluster.clusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 4 },
      ],
    }),
  );
  expect(await paths()).toEqual(['/defaultCapacityProviderStrategy/FARGATE_SPOT/weight']);
});

test('what leaves the manifest leaves the cluster, except for what follows account settings', async () => {
  await converge({ kind: clusterKind, ...running }, desired);
  const bare = desiredOf<ClusterSpec>('Cluster/main', {});
  const { cluster } = await converge({ kind: clusterKind, ...running }, bare);
  expect(await paths(bare)).toEqual([]);
  expect(cluster.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);
  expect(cluster.capacityProviders).toEqual([]);
  expect(cluster.serviceConnectDefaults).toBeUndefined();
});
