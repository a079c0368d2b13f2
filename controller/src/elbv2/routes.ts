import type { CodeDeployListener, RuleReference } from '../api/deployment.ts';
import type { Claim, Outputs } from '../core/driver.ts';
import type { Ref } from '../core/manifest.ts';
import { allOn, type Side } from './pairs.ts';

/** The rule or listener whose traffic a deployment moves. */
export interface Route {
  /** Its ARN; undefined while it does not exist. */
  readonly arn: string | undefined;
  /** The resource of this Application that has it; undefined: it is outside, and its weights are nobody's claim. */
  readonly on: Ref | undefined;
  /** JSON pointer to its forward action in the spec of `on`. */
  readonly forward: string;
  /** In words, for messages: `ListenerRule/api`, `LoadBalancer/public port 443`. */
  readonly words: string;
}

type Needs = Readonly<Record<Ref, Outputs>>;

/**
 * The rule that a manifest refers to. ECS knows the default action of a listener by the ARN of the default rule, and a
 * network load balancer's by the ARN of the listener:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
 */
export function routeOf(rule: RuleReference, needs: Needs): Route {
  const { listenerRule, listenerRuleArn, listener, priority } = rule;
  if (listenerRule !== undefined) {
    const on: Ref = `ListenerRule/${listenerRule}`;
    return { arn: output(needs, on, 'arn'), on, forward: '/then/forward', words: on };
  }
  if (listener !== undefined) {
    const { loadBalancer, port } = listener;
    const on: Ref = `LoadBalancer/${loadBalancer}`;
    const at = `/listeners/${port}`;
    return priority === undefined
      ? {
          arn: output(needs, on, `ruleArn(${port})`),
          on,
          forward: `${at}/default/forward`,
          words: `${on} port ${port}`,
        }
      : {
          arn: output(needs, on, `ruleArn(${port},${priority})`),
          on,
          forward: `${at}/rules/${priority}/then/forward`,
          words: `${on} port ${port} priority ${priority}`,
        };
  }
  return outside(listenerRuleArn);
}

/** The listener that a deployment by CodeDeploy refers to: its default action. */
export function routeOfListener(reference: CodeDeployListener, needs: Needs): Route {
  const { loadBalancer, port, listenerArn } = reference;
  if (loadBalancer === undefined || port === undefined) return outside(listenerArn);
  const on: Ref = `LoadBalancer/${loadBalancer}`;
  return {
    arn: output(needs, on, `listenerArn(${port})`),
    on,
    forward: `/listeners/${port}/default/forward`,
    words: `${on} port ${port}`,
  };
}

/** The resources of this Application that have the rules: a Service is made after them. */
export function refsOfRules(rules: readonly (RuleReference | undefined)[]): readonly Ref[] {
  return rules.flatMap((rule) => (rule === undefined ? [] : (routeOf(rule, {}).on ?? [])));
}

/** As {@link refsOfRules}, for the listeners of CodeDeploy. */
export function refsOfListeners(listeners: readonly (CodeDeployListener | undefined)[]): readonly Ref[] {
  return listeners.flatMap((one) => (one === undefined ? [] : (routeOfListener(one, {}).on ?? [])));
}

function outside(arn: string | undefined): Route {
  return { arn: arn?.startsWith('arn:') === true ? arn : undefined, on: undefined, forward: '', words: arn ?? '' };
}

function output(needs: Needs, ref: Ref, name: string): string | undefined {
  const value = needs[ref]?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Who of a pair may have the traffic of a route: `moving` while a deployment has it, else the side that serves. */
export interface Holding {
  /** Name of the TargetGroup, as the manifest has it. */
  readonly targetGroup: string;
  readonly serves: Side | 'moving';
  readonly by: Ref;
  readonly reason: string;
  /** CodeDeploy takes the other target group out of the action when it is done; ECS needs both in it. */
  readonly alone?: boolean;
}

/**
 * The claim of a Service on who of a pair gets the requests of a rule. In flight any split between the two holds; at rest
 * all requests go to the one that serves. A third target group is in neither case part of it. Undefined for a rule
 * outside this Application.
 */
export function claimOn(route: Route, { targetGroup, serves, by, reason, alone }: Holding): Claim | undefined {
  if (route.on === undefined) return undefined;
  const path = `${route.forward}/${targetGroup}/pair`;
  const claim = { on: route.on, path, by, reason };
  if (serves === 'moving') return { ...claim, holds: 'any' };
  const both = allOn(serves);
  return { ...claim, holds: alone === true ? { oneOf: [both, { [serves]: 100 }] } : { exactly: both } };
}
