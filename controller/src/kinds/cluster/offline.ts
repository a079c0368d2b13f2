import type { ClusterSpec } from '../../api/cluster.ts';
import type { OfflineKind } from '../kind.ts';
import { clusterIam } from './iam.ts';
import { lintCluster } from './lint.ts';

/** ECS clusters. */
export const clusterOffline: OfflineKind<ClusterSpec> = {
  name: 'Cluster',
  // After all that runs in it.
  removalRank: 90,
  edges: () => ({ needs: [], serves: [] }),
  lint: lintCluster,
  iam: clusterIam,
};
