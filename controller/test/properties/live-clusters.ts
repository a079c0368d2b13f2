import type { Cluster } from '@aws-sdk/client-ecs';
import type { ClusterSpec } from '../../src/api/cluster.ts';
import { diffTrees } from '../../src/core/diff.ts';
import type { Change } from '../../src/core/driver.ts';
import { clusterDiffRules, liveCluster, wantedCluster } from '../../src/kinds/cluster/normalize.ts';
import { desiredOf } from '../sandboxed.ts';

/** What a plan shows of a cluster that AWS describes so. */
export function diffClusters(spec: ClusterSpec, live: Cluster): readonly Change[] {
  const desired = desiredOf('Cluster/main', spec);
  const from = liveCluster(live, desired.ownership, desired);
  return diffTrees('ecs:cluster', from, wantedCluster(desired), clusterDiffRules(desired));
}
