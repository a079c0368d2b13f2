import { AwsError } from '../../../kernel/service.ts';
import type { Route } from './lifecycle-record.ts';
import { isNetworkListener } from './check-load-balancers.ts';
import { type On, sessionArn } from './on.ts';
import { groupWeights } from './strategy.ts';

/** Name of the session in which ECS changes listeners, as the troubleshooting guide quotes it. */
const sessionName = 'ECSNetworkingWithELB';

/** Sends this percent of the production traffic to green, on every load balancer. Gives why it could not, if so. */
export function shiftProduction(on: On, percent: number): string | undefined {
  const problem = shift(on, ({ productionRule }) => productionRule, percent);
  if (problem === undefined) on.lifecycle.production = percent;
  return problem;
}

/** Sends this percent of the test traffic to green, where there are test rules. Gives why it could not, if so. */
export function shiftTest(on: On, percent: number): string | undefined {
  const problem = shift(on, ({ testRule }) => testRule, percent);
  if (problem === undefined && on.lifecycle.tests) on.lifecycle.test = percent;
  return problem;
}

/** Whether traffic goes through a Network Load Balancer, whose shift stages take ten minutes more. */
export function usesNetworkLoadBalancer({ lifecycle }: On): boolean {
  return lifecycle.routes.some(({ productionRule }) => isNetworkListener(productionRule));
}

function shift(on: On, ruleOf: (route: Route) => string | undefined, percent: number): string | undefined {
  const weights = groupWeights(percent);
  for (const route of on.lifecycle.routes) {
    const rule = ruleOf(route);
    if (!rule) continue;
    const problem =
      refusal(on, route, rule) ?? move(on, route, rule, { [route.blue]: weights.blue, [route.green]: weights.green });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Words: developer guide, "Troubleshooting Amazon ECS blue/green deployments" (missing permission to modify listener rules). */
function refusal({ world }: On, { roleArn }: Route, rule: string): string | undefined {
  const action = isNetworkListener(rule) ? 'elasticloadbalancing:ModifyListener' : 'elasticloadbalancing:ModifyRule';
  return world.ports.identity.refusal(sessionArn(roleArn, sessionName), action, rule);
}

function move(
  { world, scope }: On,
  { roleArn }: Route,
  rule: string,
  weights: Readonly<Record<string, number>>,
): string | undefined {
  try {
    world.ports.traffic.shift(scope, rule, weights);
  } catch (problem) {
    if (problem instanceof AwsError) return problem.message;
    throw problem;
  }
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  const actions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
  world.ports.trail.recordServiceCall(scope, {
    by: 'ecs.amazonaws.com',
    role: roleArn.split('/').at(-1) ?? '',
    roleArn,
    session: sessionName,
    service: 'elasticloadbalancing',
    ...(isNetworkListener(rule)
      ? { operation: 'ModifyListener', input: { ListenerArn: rule, DefaultActions: actions } }
      : { operation: 'ModifyRule', input: { RuleArn: rule, Actions: actions } }),
    output: {},
  });
  return undefined;
}
