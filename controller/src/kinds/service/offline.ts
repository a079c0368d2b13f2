import type { DeploymentSpec } from '../../api/deployment.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Ref } from '../../core/manifest.ts';
import { refsOfListeners, refsOfRules } from '../../elbv2/routes.ts';
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

/** The cluster, the target groups, and the rules of a deployment, by their names in this Application. */
function serviceEdges({ cluster, loadBalancers, deployment }: ServiceSpec): Edges {
  const clusters = cluster === undefined ? [] : [`Cluster/${cluster}` as const];
  const groups = (loadBalancers ?? []).flatMap(({ targetGroup }) =>
    targetGroup === undefined ? [] : [`TargetGroup/${targetGroup}` as const],
  );
  return { needs: [...new Set<Ref>([...clusters, ...groups, ...routesIn(deployment)])], serves: [] };
}

/** What has the rules and listeners whose traffic a deployment moves. */
function routesIn(deployment: DeploymentSpec | undefined): readonly Ref[] {
  const { productionRule, testRule, progressive, codeDeploy } = deployment ?? {};
  return [
    ...refsOfRules([productionRule, testRule, progressive?.productionRule, progressive?.testRule]),
    ...refsOfListeners([codeDeploy?.productionListener, codeDeploy?.testListener]),
  ];
}
