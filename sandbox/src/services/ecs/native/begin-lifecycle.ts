import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import type { DeploymentRecord, RevisionSpec, ServiceRecord } from '../state.ts';
import type { LifecycleRecord, Route } from './lifecycle-record.ts';
import { shiftsTraffic } from './strategy.ts';

/**
 * The target groups that the tasks of a new revision are registered with, by the one that the service declares, where
 * it is another: the group of the pair that does not serve when traffic is shifted, else the group that serves.
 * Sources: developer guide, "Application Load Balancer resources for blue/green deployments" and "Update the deployment
 * strategy from Amazon ECS blue/green to rolling update".
 */
export function resolveTargetGroups(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  spec: RevisionSpec,
): Record<string, string> {
  const blue = servingDeployment(service);
  const shifts = shiftsTraffic(service.deploymentConfiguration);
  const resolved: Record<string, string> = {};
  for (const loadBalancer of spec.loadBalancers) {
    const { targetGroupArn: declared = '', advancedConfiguration: advanced } = loadBalancer;
    if (!advanced?.alternateTargetGroupArn) continue;
    const serving = servingGroup(world, scope, loadBalancer, blue);
    const other = serving === declared ? advanced.alternateTargetGroupArn : declared;
    resolved[declared] = shifts ? other : serving;
  }
  return resolved;
}

/**
 * The lifecycle of a service deployment whose new revision is the PRIMARY deployment of the service. Rolling deployments
 * have one when there are hooks to call.
 */
export function beginLifecycle(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  green: DeploymentRecord,
): LifecycleRecord | undefined {
  const shifts = shiftsTraffic(service.deploymentConfiguration);
  if (!shifts && !service.deploymentConfiguration.lifecycleHooks?.length) return undefined;
  const blue = servingDeployment(service);
  const connect = shifts && green.spec.serviceConnectConfiguration?.enabled === true;
  const routes = shifts
    ? green.spec.loadBalancers.flatMap((loadBalancer) => routeOf(world, scope, loadBalancer, green, blue))
    : [];
  return {
    stage: service.deployments.length > 2 ? 'RECONCILE_SERVICE' : 'PRE_SCALE_UP',
    stageSince: world.clock.now(),
    entered: false,
    hooks: [],
    green: green.id,
    ...(blue ? { blue: blue.id } : {}),
    greenWanted: false,
    blueWanted: shifts,
    routes,
    shifts: routes.length > 0 || connect,
    tests: routes.some(({ testRule }) => testRule) || connect,
    production: 0,
    test: 0,
    steps: 0,
  };
}

/** The deployment that serves production traffic while nothing is deployed: the one that completed last. */
function servingDeployment(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments.find(({ id }) => id === service.lastCompleted?.id);
}

function routeOf(
  world: World,
  scope: Scope,
  loadBalancer: LoadBalancer,
  green: DeploymentRecord,
  blue: DeploymentRecord | undefined,
): Route[] {
  const { targetGroupArn: declared = '', advancedConfiguration: advanced } = loadBalancer;
  if (!advanced?.productionListenerRule || !advanced.roleArn) return [];
  return [
    {
      productionRule: advanced.productionListenerRule,
      ...(advanced.testListenerRule ? { testRule: advanced.testListenerRule } : {}),
      roleArn: advanced.roleArn,
      blue: servingGroup(world, scope, loadBalancer, blue),
      green: green.targetGroups?.[declared] ?? declared,
    },
  ];
}

/** The target group of the pair that serves now: that of the serving revision, else the one that the rule sends traffic to. */
function servingGroup(
  world: World,
  scope: Scope,
  { targetGroupArn = '', advancedConfiguration }: LoadBalancer,
  blue: DeploymentRecord | undefined,
): string {
  const pair = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn ?? ''];
  const ofBlue = (blue?.spec.loadBalancers ?? []).map(
    (loadBalancer) => blue?.targetGroups?.[loadBalancer.targetGroupArn ?? ''] ?? loadBalancer.targetGroupArn ?? '',
  );
  const weights = world.ports.traffic.weights(scope, advancedConfiguration?.productionListenerRule ?? '') ?? {};
  const byTraffic = pair.toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  return ofBlue.find((arn) => pair.includes(arn)) ?? byTraffic[0] ?? targetGroupArn;
}
