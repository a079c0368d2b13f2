import { AwsError } from '../../../kernel/service.ts';
import { targetGroupArn } from '../load-balancer-settings.ts';
import { recordCall, refusalOf } from '../service-role.ts';
import type { Routing, Side } from '../state.ts';
import { DeploymentProblem, type Running } from './running.ts';

/** The shares of traffic that green gets one after the other, in percent. Between them lies `Routing.interval`. */
export function increments(routing: Routing): readonly number[] {
  switch (routing.type) {
    case 'AllAtOnce':
      return [100];
    case 'TimeBasedCanary':
      return [routing.percentage, 100];
    default:
      return Array.from({ length: Math.ceil(100 / routing.percentage) }, (_, index) =>
        Math.min(100, (index + 1) * routing.percentage),
      );
  }
}

/** ARNs of the pair of the deployment's group. @throws DeploymentProblem */
export function pairArns({ world, scope, deployment }: Running): readonly string[] {
  return deployment.group.targetGroups.map((name) => {
    const arn = targetGroupArn(world, scope, name);
    if (arn === undefined) throw elbProblem(`One or more target groups not found: ${name}`);
    return arn;
  });
}

/**
 * The target group of the original task set must be behind both listeners. Of the production listener that is asked of
 * each rule that forwards to the pair; the test listener may also forward to the other group of the pair.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ecs.html#troubleshooting-ecs-elb
 *
 * @throws DeploymentProblem
 */
export function checkListeners(on: Running, blueGroup: string): void {
  const { productionListener, testListener } = on.deployment.group;
  const production = rulesOfPair(on, productionListener);
  const wrong = production.find((rule) => weightsOf(on, rule)[blueGroup] === undefined);
  if (wrong !== undefined || production.length === 0) throw notBehind(wrong ?? productionListener);
  if (testListener !== undefined && rulesOfPair(on, testListener).length === 0) throw notBehind(testListener);
}

/**
 * Puts green behind the production listener without any traffic, as ECS asks of the target group of a task set: "in a canary or linear configuration, the load
 * balancer's health checks start running on the replacement task set during the Install lifecycle event".
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ecs.html#troubleshooting-ecs-task-set-stability
 *
 * @throws DeploymentProblem
 */
export function attachGreen(on: Running, blueGroup: string, greenGroup: string): void {
  for (const rule of rulesOfPair(on, on.deployment.group.productionListener)) {
    shift(on, rule, { [blueGroup]: 100, [greenGroup]: 0 });
  }
}

/** Sends so many percent of production traffic to green. @throws DeploymentProblem */
export function shiftProduction(on: Running, percent: number): void {
  const { blue, green, group } = on.deployment;
  if (!blue || !green) return;
  for (const rule of rulesOfPair(on, group.productionListener)) shift(on, rule, weights(blue, green, percent));
  on.deployment.shifted = percent;
}

/** Sends test traffic to green, and remembers where it went before. @throws DeploymentProblem */
export function shiftTest(on: Running): void {
  const { blue, green, group } = on.deployment;
  if (!blue || !green || group.testListener === undefined) return;
  const rules = rulesOfPair(on, group.testListener);
  on.deployment.testWeights = Object.fromEntries(rules.map((rule) => [rule, { ...weightsOf(on, rule) }]));
  for (const rule of rules) shift(on, rule, weights(blue, green, 100));
}

/** Sends test traffic back to where it went when the deployment began. @throws DeploymentProblem */
export function restoreTest(on: Running, testWeights: Readonly<Record<string, Record<string, number>>>): void {
  for (const [rule, before] of Object.entries(testWeights)) shift(on, rule, before);
}

/** Share of production traffic that a target group really gets, in percent: what its listener says. */
export function shareOf(on: Running, group: string): number {
  const [rule] = rulesOfPair(on, on.deployment.group.productionListener);
  const all = rule === undefined ? {} : weightsOf(on, rule);
  const sum = Object.values(all).reduce((total, weight) => total + weight, 0);
  return sum === 0 ? 0 : ((all[group] ?? 0) * 100) / sum;
}

/** Rules of a listener that forward to a group of the pair; of the default rule the listener's ARN. */
function rulesOfPair(on: Running, listener: string): string[] {
  const { world, scope, deployment } = on;
  const pair = deployment.group.targetGroups.map((name) => targetGroupArn(world, scope, name));
  const rules = world.ports.traffic.rules(scope, listener) ?? [];
  return rules
    .map((rule, index) => (index === rules.length - 1 ? listener : rule))
    .filter((rule) => pair.some((group) => group !== undefined && weightsOf(on, rule)[group] !== undefined));
}

function weightsOf({ world, scope }: Running, rule: string): Readonly<Record<string, number>> {
  return world.ports.traffic.weights(scope, rule) ?? {};
}

function weights(blue: Side, green: Side, percent: number): Record<string, number> {
  return { [blue.targetGroupArn]: 100 - percent, [green.targetGroupArn]: percent };
}

function shift({ world, scope, deployment }: Running, rule: string, wanted: Readonly<Record<string, number>>): void {
  const action = rule.includes(':listener-rule/') ? 'ModifyRule' : 'ModifyListener';
  const refusal = refusalOf(world, deployment.group.roleArn, `elasticloadbalancing:${action}`, rule);
  if (refusal !== undefined) throw new DeploymentProblem('IAM_ROLE_PERMISSIONS', refusal);
  try {
    world.ports.traffic.shift(scope, rule, wanted);
  } catch (problem) {
    if (!(problem instanceof AwsError)) throw problem;
    throw elbProblem(problem.message);
  }
  const TargetGroups = Object.entries(wanted).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  const actions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
  const input =
    action === 'ModifyRule' ? { RuleArn: rule, Actions: actions } : { ListenerArn: rule, DefaultActions: actions };
  recordCall(world, scope, deployment.group.roleArn, { service: 'elasticloadbalancing', operation: action, input });
}

function notBehind(arn: string): DeploymentProblem {
  return elbProblem(`Primary taskset target group must be behind listener ${arn}`);
}

function elbProblem(message: string): DeploymentProblem {
  return new DeploymentProblem(
    'ELASTIC_LOAD_BALANCING_INVALID',
    `The ELB could not be updated due to the following error: ${message}`,
  );
}
