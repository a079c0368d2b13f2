import type { On } from './on.ts';
import type { Route } from './lifecycle-record.ts';

/** Principal that takes the infrastructure roles. */
const ecsService = 'ecs.amazonaws.com';

/**
 * What is wrong with the listener rules and roles that ECS is to shift traffic with, in the words of `statusReason`;
 * undefined when nothing is.
 * Source: developer guide, "Troubleshooting Amazon ECS blue/green deployments" (asynchronous path).
 */
export function networkingProblem(on: On): string | undefined {
  for (const route of on.lifecycle.routes) {
    const problem =
      roleProblem(on, route) ?? actionProblem(on, route) ?? groupProblem(on, route) ?? servingProblem(on, route);
    if (problem) return `Service deployment rolled back because of invalid networking configuration${problem}`;
  }
  return undefined;
}

function roleProblem({ world }: On, { roleArn }: Route): string | undefined {
  if (world.ports.identity.assumableBy(roleArn, ecsService)) return undefined;
  return `. ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role '${roleArn}'.`;
}

function groupProblem({ world, scope }: On, { productionRule, testRule, blue, green }: Route): string | undefined {
  const associated = {
    ...world.ports.traffic.weights(scope, productionRule),
    ...(testRule ? world.ports.traffic.weights(scope, testRule) : {}),
  };
  const missing = [blue, green].find((arn) => associated[arn] === undefined);
  if (missing === undefined) return undefined;
  return `: Target group ${missing} is not associated with either productionListenerRule or testListenerRule.`;
}

/** The words are the sandbox's own. */
function actionProblem({ world, scope }: On, { productionRule, testRule = productionRule }: Route): string | undefined {
  const other = [productionRule, testRule].find((arn) => !world.ports.traffic.forwardsOnly(scope, arn));
  return other && `. Listener rule ${other} must have a forward action and no other action.`;
}

function servingProblem({ world, scope, service }: On, { productionRule, blue, green }: Route): string | undefined {
  const weights = world.ports.traffic.weights(scope, productionRule) ?? {};
  const serving = Object.keys(weights).filter((arn) => (weights[arn] ?? 0) > 0);
  const unexpected = serving.find((arn) => arn !== blue && arn !== green);
  if (unexpected) {
    const declared = service.spec.loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
    const [target, alternate] = declared.includes(green) ? [green, blue] : [blue, green];
    return (
      `. Production listener rule is forwarding traffic to unexpected target group ${unexpected}. Expected traffic to ` +
      `be forwarded to either targetGroupArn: ${target} or alternateTargetGroupArn: ${alternate}`
    );
  }
  if (serving.length === 1) return undefined;
  return (
    `. productionListenerRule ${productionRule} should have exactly one target group serving traffic but found ` +
    `${serving.length} target groups which are serving traffic`
  );
}
