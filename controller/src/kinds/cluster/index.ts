import type { ClusterSpec } from '../../api/cluster.ts';
import type { Kind } from '../kind.ts';
import { type ClusterLive, clusterDriver } from './driver.ts';
import { clusterOffline } from './offline.ts';

/** ECS clusters. */
export const clusterKind: Kind<ClusterSpec, ClusterLive> = { ...clusterOffline, driver: clusterDriver };
