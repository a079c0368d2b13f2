import * as fc from 'fast-check';
import type {
  CapacityProviderStrategyItem,
  ClusterSpec,
  ExecuteCommand,
  ManagedStorage,
} from '../../../src/api/cluster.ts';
import { some, tags } from './common.ts';

const key = fc.constantFrom('arn:aws:kms:eu-west-1:123456789012:key/one', 'arn:aws:kms:eu-west-1:123456789012:key/two');
const name = fc.stringMatching(/^[a-z]{1,8}$/);

const logs: fc.Arbitrary<ExecuteCommand> = fc
  .tuple(
    fc.oneof(
      name.map((logGroup): ExecuteCommand => ({ logGroup: `/exec/${logGroup}` })),
      name.map((s3Bucket): ExecuteCommand => ({ s3Bucket })),
      fc.record({ logGroup: name, s3Bucket: name }),
    ),
    some<ExecuteCommand>({ kmsKeyId: key }),
    fc.boolean(),
  )
  .map(([where, rest, encrypted]) => ({
    ...rest,
    ...where,
    logging: 'OVERRIDE',
    ...(where.logGroup !== undefined && { encrypted }),
    ...(where.s3Bucket !== undefined && { s3Encrypted: encrypted, s3KeyPrefix: 'exec' }),
  }));
const executeCommand: fc.Arbitrary<ExecuteCommand> = fc.oneof(
  some<ExecuteCommand>({ logging: fc.constantFrom('NONE' as const, 'DEFAULT' as const), kmsKeyId: key }),
  logs,
);

const strategy: fc.Arbitrary<Pick<ClusterSpec, 'capacityProviders' | 'defaultCapacityProviderStrategy'>> = fc
  .shuffledSubarray(['FARGATE', 'FARGATE_SPOT'])
  .chain((capacityProviders) =>
    fc
      .tuple(
        fc.shuffledSubarray(capacityProviders),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
      )
      .map(([chosen, base, weight, whole]) => ({
        capacityProviders,
        ...((chosen.length > 0 || whole) && {
          defaultCapacityProviderStrategy: chosen.map(
            (capacityProvider, index): CapacityProviderStrategyItem =>
              index === 0 ? { capacityProvider, base, weight } : { capacityProvider, weight },
          ),
        }),
      })),
  );

/** Valid clusters. */
export const clusters: fc.Arbitrary<ClusterSpec> = fc
  .tuple(
    fc.oneof(fc.constant<ClusterSpec>({}), strategy),
    some<ClusterSpec>({
      containerInsights: fc.constantFrom('disabled' as const, 'enabled' as const, 'enhanced' as const),
      executeCommand,
      managedStorage: some<ManagedStorage>({ kmsKeyId: key, fargateEphemeralStorageKmsKeyId: key }),
      serviceConnectDefaults: fc.record({
        namespace: fc.constantFrom(
          'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-one',
          'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-two',
        ),
      }),
      tags,
    }),
  )
  .map(([capacity, rest]) => ({ ...capacity, ...rest }));
