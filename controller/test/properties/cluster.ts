import {
  PutClusterCapacityProvidersCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterCommand,
  type UpdateClusterCommandInput,
} from '@aws-sdk/client-ecs';
import type { ClusterSpec } from '../../src/api/cluster.ts';
import { below } from '../../src/core/pointer.ts';
import type { ClusterLive } from '../../src/kinds/cluster/driver.ts';
import { clusterKind } from '../../src/kinds/cluster/index.ts';
import { clusters } from './arbitraries/cluster.ts';
import type { KindProperty, Mutable, Mutation } from './property.ts';

type On = Mutable<ClusterSpec, ClusterLive>;

/** Clusters. */
export const clusterProperty: KindProperty<ClusterSpec, ClusterLive> = {
  kind: clusterKind,
  setUp: async () => ({}),
  specs: () => clusters,
  mutations: (on) => [...settings(on), ...capacity(on), ...tags(on)],
};

function settings({ aws, desired: { spec }, live: { cluster: live } }: On): readonly Mutation[] {
  const update = (path: string, input: Omit<UpdateClusterCommandInput, 'cluster'>): Mutation => ({
    path,
    send: () => aws.ecs.send(new UpdateClusterCommand({ cluster: live.clusterName, ...input })),
  });
  const insights = live.settings?.find(({ name }) => name === 'containerInsights')?.value;
  const exec = live.configuration?.executeCommandConfiguration;
  const storage = live.configuration?.managedStorageConfiguration;
  const keyless = { ...(exec !== undefined && { executeCommandConfiguration: exec }) };
  const hand = 'arn:aws:kms:eu-west-1:123456789012:key/hand';
  const namespace = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-hand';
  return [
    ...(spec.containerInsights === undefined
      ? []
      : [
          update('/containerInsights', {
            settings: [{ name: 'containerInsights', value: insights === 'enhanced' ? 'disabled' : 'enhanced' }],
          }),
        ]),
    ...(spec.executeCommand?.kmsKeyId === undefined
      ? []
      : [
          update('/executeCommand/kmsKeyId', {
            configuration: {
              ...(storage && { managedStorageConfiguration: storage }),
              executeCommandConfiguration: { ...exec, kmsKeyId: hand },
            },
          }),
        ]),
    ...(spec.managedStorage?.kmsKeyId === undefined
      ? []
      : [
          update('/managedStorage/kmsKeyId', {
            configuration: { ...keyless, managedStorageConfiguration: { ...storage, kmsKeyId: hand } },
          }),
        ]),
    ...(spec.serviceConnectDefaults === undefined
      ? []
      : [update('/serviceConnectDefaults/namespace', { serviceConnectDefaults: { namespace } })]),
  ];
}

function capacity({ aws, desired: { spec }, live: { cluster: live } }: On): readonly Mutation[] {
  const [first, ...others] = live.defaultCapacityProviderStrategy ?? [];
  const put = (
    path: string,
    providers: readonly string[],
    strategy: typeof live.defaultCapacityProviderStrategy,
  ): Mutation => ({
    path,
    send: () =>
      aws.ecs.send(
        new PutClusterCapacityProvidersCommand({
          cluster: live.clusterName,
          capacityProviders: [...providers],
          defaultCapacityProviderStrategy: strategy,
        }),
      ),
  });
  const all = ['FARGATE', 'FARGATE_SPOT'];
  return [
    ...(spec.capacityProviders === undefined || spec.capacityProviders.length === 2
      ? []
      : [put('/capacityProviders', all, live.defaultCapacityProviderStrategy)]),
    ...(first === undefined
      ? []
      : [
          put(
            below(below('/defaultCapacityProviderStrategy', first.capacityProvider ?? ''), 'weight'),
            live.capacityProviders ?? [],
            [{ ...first, weight: first.weight === 7 ? 8 : 7 }, ...others],
          ),
        ]),
  ];
}

function tags({ aws, desired: { spec }, live: { cluster: live } }: On): readonly Mutation[] {
  const resourceArn = live.clusterArn;
  return Object.keys(spec.tags ?? {}).flatMap((key): readonly Mutation[] => [
    {
      path: below('/tags', key),
      send: () => aws.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key, value: 'by hand' }] })),
    },
    { path: below('/tags', key), send: () => aws.ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: [key] })) },
  ]);
}
