import type { JsonObject } from '../core/json.ts';
import type { OfflineKind } from './kind.ts';
import { clusterOffline } from './cluster/offline.ts';
import { jobOffline } from './job/offline.ts';
import { listenerRuleOffline } from './listenerrule/offline.ts';
import { loadBalancerOffline } from './loadbalancer/offline.ts';
import { scalingPolicyOffline } from './scalingpolicy/offline.ts';
import { serviceOffline } from './service/offline.ts';
import { targetGroupOffline } from './targetgroup/offline.ts';

/** Types are put aside: each kind is given only specs of its own. */
const all: readonly OfflineKind<never>[] = [
  clusterOffline,
  serviceOffline,
  jobOffline,
  loadBalancerOffline,
  listenerRuleOffline,
  targetGroupOffline,
  scalingPolicyOffline,
];

/** What every kind says of its manifests without AWS, by the kind's name. */
export const offlineKinds: ReadonlyMap<string, OfflineKind<JsonObject>> = new Map(all.map((kind) => [kind.name, kind]));
