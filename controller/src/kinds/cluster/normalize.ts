import type { Cluster, ClusterConfiguration } from '@aws-sdk/client-ecs';
import type { ClusterSpec } from '../../api/cluster.ts';
import type { DiffRules } from '../../core/diff.ts';
import type { Desired } from '../../core/driver.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { managedTags, wantedTags } from '../../core/ownership.ts';
import { objectOf, objectsIn, sorted, sortedBy } from '../../ecs/tree.ts';

type Want = Desired<ClusterSpec>;

/** Canonical form of what Git says of the cluster. */
export function wantedCluster({ spec, ownership }: Want): JsonObject {
  const given = objectOf(spec);
  return objectOf({
    containerInsights: spec.containerInsights,
    executeCommand: canonicalExec(objectOf(spec.executeCommand)),
    managedStorage: given['managedStorage'],
    capacityProviders: sorted(given['capacityProviders']),
    defaultCapacityProviderStrategy: canonicalStrategy(given['defaultCapacityProviderStrategy']),
    serviceConnectDefaults: given['serviceConnectDefaults'],
    tags: wantedTags(spec.tags, ownership),
  });
}

/** Canonical form of the live cluster, in the shape of the manifest. */
export function liveCluster(live: Cluster, tags: Readonly<Record<string, string>>, desired: Want): JsonObject {
  const given = objectOf(live);
  const wanted = wantedTags(desired.spec.tags, desired.ownership);
  return objectOf({
    containerInsights: live.settings?.find((setting) => setting.name === 'containerInsights')?.value,
    executeCommand: canonicalExec(execInWords(live.configuration)),
    managedStorage: objectOf(live.configuration?.managedStorageConfiguration),
    capacityProviders: sorted(given['capacityProviders']),
    defaultCapacityProviderStrategy: canonicalStrategy(given['defaultCapacityProviderStrategy']),
    serviceConnectDefaults: {
      namespace: namespaceInWords(
        live.serviceConnectDefaults?.namespace,
        desired.spec.serviceConnectDefaults?.namespace,
      ),
    },
    tags: managedTags(tags, wanted, desired.managedTagKeys),
  });
}

/** The API nests the log settings; the manifest does not. */
function execInWords(configuration: ClusterConfiguration | undefined): JsonObject {
  const { kmsKeyId, logging, logConfiguration: logs } = configuration?.executeCommandConfiguration ?? {};
  return objectOf({
    logging,
    kmsKeyId,
    logGroup: logs?.cloudWatchLogGroupName,
    encrypted: logs?.cloudWatchEncryptionEnabled,
    s3Bucket: logs?.s3BucketName,
    s3KeyPrefix: logs?.s3KeyPrefix,
    s3Encrypted: logs?.s3EncryptionEnabled,
  });
}

/** Nothing but defaults is the same as nothing. */
function canonicalExec(exec: JsonObject): JsonObject | undefined {
  const { logging = 'DEFAULT', encrypted = false, s3Encrypted = false, ...rest } = exec;
  const plain = logging === 'DEFAULT' && encrypted === false && s3Encrypted === false && Object.keys(rest).length === 0;
  return plain ? undefined : { logging, encrypted, s3Encrypted, ...rest };
}

function canonicalStrategy(value: Json | undefined): readonly JsonObject[] {
  return sortedBy(
    'capacityProvider',
    objectsIn(value).map((item) => ({ weight: 0, base: 0, ...item })),
  );
}

/** ECS reads back the ARN of a namespace that was given by name, and an ARN does not hold the name: nothing to compare. */
function namespaceInWords(live: string | undefined, declared: string | undefined): string | undefined {
  const comparable = declared === undefined || declared.startsWith('arn:') || !live?.startsWith('arn:');
  return comparable ? live : declared;
}

/** How two canonical clusters are compared. */
export function clusterDiffRules({ unknown, claims }: Want): DiffRules {
  return {
    keyed: { '/defaultCapacityProviderStrategy': 'capacityProvider' },
    sets: ['/capacityProviders'],
    // The account setting containerInsights decides.
    leaveWhenAbsent: ['/containerInsights'],
    unknown,
    claims,
  };
}

/** The configuration as the API takes it: with ECS's own defaults where the manifest says nothing. */
export function renderConfiguration({ executeCommand: exec, managedStorage }: ClusterSpec): ClusterConfiguration {
  const logs = objectOf({
    cloudWatchLogGroupName: exec?.logGroup,
    cloudWatchEncryptionEnabled: exec?.logGroup === undefined ? undefined : (exec.encrypted ?? false),
    s3BucketName: exec?.s3Bucket,
    s3KeyPrefix: exec?.s3KeyPrefix,
    s3EncryptionEnabled: exec?.s3Bucket === undefined ? undefined : (exec.s3Encrypted ?? false),
  });
  return {
    executeCommandConfiguration: {
      logging: exec?.logging ?? 'DEFAULT',
      ...(exec?.kmsKeyId === undefined ? {} : { kmsKeyId: exec.kmsKeyId }),
      ...(Object.keys(logs).length === 0 ? {} : { logConfiguration: logs }),
    },
    ...(managedStorage === undefined ? {} : { managedStorageConfiguration: managedStorage }),
  };
}
