import type { CodeDeployListener, DeploymentSpec, RuleReference } from '../../api/deployment.ts';
import type { ListenerRuleSpec, RuleAction } from '../../api/listenerrule.ts';
import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import type { Finding, LintContext } from '../../core/lint.ts';
import { keyOfTarget } from '../../elbv2/targets.ts';
import { controllerFor } from './deployer.ts';
import { shiftingStrategy } from './native/shifting.ts';

/** Lint of a deployment against target groups, rules and containers. */
export function lintDeployment(spec: ServiceSpec, context: LintContext): readonly Finding[] {
  const { deployment } = spec;
  if (deployment === undefined || (deployment.strategy ?? 'Rolling') === 'Rolling') return stopTimeout(spec, context);
  return [
    ...balancers(spec, deployment),
    ...controllerFields(spec),
    ...pair(spec, context),
    ...routes(spec, deployment, context),
    ...networkLoadBalancer(spec, deployment, context),
    ...stopTimeout(spec, context),
  ];
}

const error = (code: string, path: string, message: string): Finding => ({ code, severity: 'error', path, message });

function balancers({ loadBalancers = [] }: ServiceSpec, deployment: DeploymentSpec): readonly Finding[] {
  const { strategy, productionRule, listenerRole } = deployment;
  const shifts = shiftingStrategy(deployment) !== undefined;
  if (loadBalancers.length > 1 || (loadBalancers.length === 0 && !shifts)) {
    const found = loadBalancers.length === 0 ? 'none' : String(loadBalancers.length);
    return [
      error('LS1033', '/loadBalancers', `strategy ${strategy} moves the traffic of one target group; found ${found}`),
    ];
  }
  if (!shifts) return [];
  if (loadBalancers.length === 0) {
    return productionRule === undefined
      ? []
      : [error('LS1033', '/deployment/productionRule', 'the service has no loadBalancers whose traffic could move')];
  }
  const missing =
    productionRule === undefined ? 'productionRule' : listenerRole === undefined ? 'listenerRole' : undefined;
  if (missing === undefined) return [];
  return [
    error('LS1033', '/deployment', `strategy ${strategy} with a load balancer needs ${missing}, which is not there`),
  ];
}

/** Sources: the API reference of CreateTaskSet, which has no such fields, and of CreateService, `schedulingStrategy`. */
function controllerFields(spec: ServiceSpec): readonly Finding[] {
  if (controllerFor(spec) === 'ECS') return [];
  const { strategy } = spec.deployment ?? {};
  const found: readonly (readonly [boolean, string, string])[] = [
    [spec.serviceConnect !== undefined && spec.serviceConnect.enabled !== false, '/serviceConnect', 'Service Connect'],
    [(spec.volumeConfigurations ?? []).length > 0, '/volumeConfigurations', 'volumes configured at launch'],
    [(spec.vpcLatticeConfigurations ?? []).length > 0, '/vpcLatticeConfigurations', 'VPC Lattice target groups'],
    [spec.schedulingStrategy === 'DAEMON', '/schedulingStrategy', 'the scheduling strategy DAEMON'],
  ];
  return found
    .filter(([isSo]) => isSo)
    .map(([, path, what]) =>
      error('LS1035', path, `strategy ${strategy} does not take ${what}; expected BlueGreen, Linear or Canary for it`),
    );
}

function pair({ loadBalancers = [], deployment }: ServiceSpec, context: LintContext): readonly Finding[] {
  return loadBalancers.flatMap(({ targetGroup, targetGroupArn }, index): readonly Finding[] => {
    const path = `/loadBalancers/${index}`;
    if (targetGroup === undefined) {
      const message = `strategy ${deployment?.strategy} needs a pair of target groups; expected targetGroup with the name of a TargetGroup with blueGreen: true, found ${targetGroupArn}`;
      return [error('LS1029', `${path}/targetGroupArn`, message)];
    }
    const group = context.find(`TargetGroup/${targetGroup}`)?.spec as TargetGroupSpec | undefined;
    if (group === undefined || group.blueGreen === true) return [];
    const message = `strategy ${deployment?.strategy} needs a pair of target groups; expected blueGreen: true in TargetGroup/${targetGroup}`;
    return [error('LS1029', `${path}/targetGroup`, message)];
  });
}

/** A rule or listener that takes part, where the manifest has it. */
interface Taking {
  readonly path: string;
  /** Names the rule or listener. */
  readonly place: string;
  /** Undefined: outside this Application, or not there, which is reported with all other references. */
  readonly action: RuleAction | undefined;
}

function routes(spec: ServiceSpec, deployment: DeploymentSpec, context: LintContext): readonly Finding[] {
  const [entry] = spec.loadBalancers ?? [];
  const all = takingPart(deployment, context);
  const mixed = all.flatMap(({ path, action }): readonly Finding[] => {
    if (action === undefined || entry?.targetGroup === undefined) return [];
    const others = Object.keys(action).filter((key) => key !== 'forward');
    const keys = (action.forward ?? []).map(keyOfTarget);
    if (others.length === 0 && keys.length === 1 && keys[0] === entry.targetGroup) return [];
    const found = [...keys.map((key) => `forward to ${key}`), ...others].join(', ') || 'nothing';
    return [error('LS1030', path, `it has to forward to ${entry.targetGroup} and do nothing else; found ${found}`)];
  });
  const [production, test] = all;
  // By their place: what they do is alike as a rule, and one object where the YAML has an alias.
  const same = production !== undefined && production.place === test?.place;
  return same && test !== undefined
    ? [...mixed, error('LS1030', test.path, 'it is the same as that of production traffic; expected another one')]
    : mixed;
}

/** Production first, then test. */
function takingPart(deployment: DeploymentSpec, context: LintContext): readonly Taking[] {
  const { codeDeploy, progressive } = deployment;
  const at = progressive === undefined ? '/deployment' : '/deployment/progressive';
  const rules = progressive ?? deployment;
  const references: readonly (readonly [string, RuleReference | undefined])[] = [
    [`${at}/productionRule`, rules.productionRule],
    [`${at}/testRule`, rules.testRule],
  ];
  const listeners: readonly (readonly [string, CodeDeployListener | undefined])[] = [
    ['/deployment/codeDeploy/productionListener', codeDeploy?.productionListener],
    ['/deployment/codeDeploy/testListener', codeDeploy?.testListener],
  ];
  return [
    ...references.flatMap(([path, rule]) =>
      rule === undefined ? [] : { path, place: placeOf(rule), action: actionOf(rule, context) },
    ),
    ...listeners.flatMap(([path, one]) =>
      one === undefined
        ? []
        : {
            path,
            place: placeOf({ listener: one }),
            action: listenerAction(one.loadBalancer, one.port, undefined, context),
          },
    ),
  ];
}

function placeOf({
  listenerRule,
  listenerRuleArn,
  listener,
  priority,
}: Omit<RuleReference, 'listener'> & { readonly listener?: CodeDeployListener }): string {
  return JSON.stringify([listenerRule, listenerRuleArn, listener, priority]);
}

function actionOf({ listenerRule, listener, priority }: RuleReference, context: LintContext): RuleAction | undefined {
  if (listenerRule !== undefined) {
    return (context.find(`ListenerRule/${listenerRule}`)?.spec as ListenerRuleSpec | undefined)?.then;
  }
  return listenerAction(listener?.loadBalancer, listener?.port, priority, context);
}

function listenerAction(
  loadBalancer: string | undefined,
  port: number | undefined,
  priority: number | undefined,
  context: LintContext,
): RuleAction | undefined {
  const balancer = context.find(`LoadBalancer/${loadBalancer}`)?.spec as LoadBalancerSpec | undefined;
  const listener = balancer?.listeners?.find((one) => one.port === port);
  if (listener === undefined) return undefined;
  if (priority !== undefined) return listener.rules?.find((rule) => rule.priority === priority)?.then;
  return listener.redirectTo === undefined ? listener.default : { redirectTo: listener.redirectTo };
}

/**
 * ECS has resources for Network Load Balancers in blue/green deployments alone ("Network Load Balancer resources for
 * Amazon ECS blue/green deployments"), CodeDeploy in all-at-once ones ("Deployment configurations on an Amazon ECS
 * compute platform").
 */
function networkLoadBalancer(spec: ServiceSpec, deployment: DeploymentSpec, context: LintContext): readonly Finding[] {
  const name = spec.loadBalancers?.[0]?.targetGroup;
  const group = context.find(`TargetGroup/${name}`)?.spec as TargetGroupSpec | undefined;
  if (group?.protocol === undefined || group.protocol === 'HTTP' || group.protocol === 'HTTPS') return [];
  const { strategy, codeDeploy } = deployment;
  const where = `TargetGroup/${name} speaks ${group.protocol}, which is for Network Load Balancers`;
  if (strategy === 'CodeDeploy') {
    const config = codeDeploy?.config ?? 'CodeDeployDefault.ECSAllAtOnce';
    const shaped = codeDeploy?.canary !== undefined || codeDeploy?.linear !== undefined;
    if (!shaped && (config.endsWith('AllAtOnce') || !config.startsWith('CodeDeployDefault.'))) return [];
    return [error('LS1034', '/deployment/codeDeploy', `${where}; expected config CodeDeployDefault.ECSAllAtOnce`)];
  }
  if (strategy === 'BlueGreen') return [];
  return [error('LS1034', '/deployment/strategy', `${where}; expected BlueGreen, found ${strategy}`)];
}

/** What ECS waits between SIGTERM and SIGKILL, and what a target group waits for open requests, in seconds. */
const STOP_TIMEOUT = 30;
const DEREGISTRATION_DELAY = 300;

/** A rolling deployment is none that somebody chose: what is left at its default on either side is not spoken of. */
function stopTimeout({ loadBalancers = [], task, deployment }: ServiceSpec, context: LintContext): readonly Finding[] {
  const rolls = (deployment?.strategy ?? 'Rolling') === 'Rolling';
  return loadBalancers.flatMap(({ targetGroup, container: name }, index): readonly Finding[] => {
    const group = context.find(`TargetGroup/${targetGroup}`)?.spec as TargetGroupSpec | undefined;
    const container = task.containers.find((one) => one.name === name);
    if (group === undefined || container === undefined) return [];
    const declared = group.attributes?.['deregistration_delay.timeout_seconds'];
    if (rolls && (declared === undefined || container.stopTimeout === undefined)) return [];
    const delay = Number(declared ?? DEREGISTRATION_DELAY);
    const timeout = container.stopTimeout ?? STOP_TIMEOUT;
    if (Number.isNaN(delay) || delay < timeout) return [];
    const message =
      `TargetGroup/${targetGroup} sends requests to a leaving target for up to ${delay} s ` +
      `(deregistration_delay.timeout_seconds), and container "${name}" is killed ${timeout} s after SIGTERM ` +
      '(stopTimeout): expected a delay below it';
    return [{ code: 'LS1031', severity: 'warning', path: `/loadBalancers/${index}`, message }];
  });
}
