import type { ServiceSpec } from '../../api/service.ts';
import type { Ref } from '../../core/manifest.ts';
import type { Edges, OfflineKind } from '../kind.ts';
import { serviceIam } from './iam.ts';
import { lintService } from './lint.ts';

/** ECS services with their task definitions. */
export const serviceOffline: OfflineKind<ServiceSpec> = {
  name: 'Service',
  // Before rules, load balancers, target groups and clusters.
  removalRank: 20,
  edges: serviceEdges,
  lint: lintService,
  iam: serviceIam,
};

/** The cluster and the target groups, by their names in this Application. */
function serviceEdges({ cluster, loadBalancers }: ServiceSpec): Edges {
  const clusters = cluster === undefined ? [] : [`Cluster/${cluster}` as const];
  const groups = (loadBalancers ?? []).flatMap(({ targetGroup }) =>
    targetGroup === undefined ? [] : [`TargetGroup/${targetGroup}` as const],
  );
  return { needs: [...new Set<Ref>([...clusters, ...groups])], serves: [] };
}
