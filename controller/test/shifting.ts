import {
  CreateClusterCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import type { SandboxOptions } from '@longshore/sandbox';
import type { DeploymentSpec } from '../src/api/deployment.ts';
import type { ListenerRuleSpec } from '../src/api/listenerrule.ts';
import type { LoadBalancerSpec } from '../src/api/loadbalancer.ts';
import type { ServiceSpec } from '../src/api/service.ts';
import type { TargetGroupSpec } from '../src/api/targetgroup.ts';
import type { Claim, Desired, Outputs } from '../src/core/driver.ts';
import type { Ref } from '../src/core/manifest.ts';
import type { Kind } from '../src/kinds/kind.ts';
import { listenerRuleKind } from '../src/kinds/listenerrule/index.ts';
import { loadBalancerKind } from '../src/kinds/loadbalancer/index.ts';
import { serviceKind } from '../src/kinds/service/index.ts';
import type { ServiceLive } from '../src/kinds/service/live.ts';
import { targetGroupKind } from '../src/kinds/targetgroup/index.ts';
import { converge, type Drive, freshPass } from './converge.ts';
import { ACCOUNT, desiredOf, type Sandboxed, sandboxed } from './sandboxed.ts';

/** A service behind a pair of target groups, a rule for production and one for test traffic, and a listener on 8080. */
export interface Shifting extends Sandboxed {
  readonly drive: Drive<ServiceSpec, ServiceLive>;
  /** What Git says of the service; `image` is its content. */
  desired(image: string, deployment: DeploymentSpec, more?: Partial<ServiceSpec>): Desired<ServiceSpec>;
  look(desired: Desired<ServiceSpec>): Promise<ServiceLive>;
  /** Steps time, and ensures as the engine does, until `is` holds. */
  until(desired: Desired<ServiceSpec>, is: (live: ServiceLive) => boolean): Promise<ServiceLive>;
  /** Lets the time pass without anybody looking. */
  pass(ms: number): Promise<void>;
  /** Changes of the rules and the listeners, with the claims of the service heeded. */
  routeChanges(desired: Desired<ServiceSpec>): Promise<readonly string[]>;
  /** Puts rules right. */
  ensureRoutes(desired: Desired<ServiceSpec>): Promise<void>;
  /** ARN of a rule. */
  ruleArn(name: 'production' | 'test'): string;
  /** The pair. */
  readonly pair: { readonly primary: string; readonly alternate: string };
  deployments(desired: Desired<ServiceSpec>): Promise<readonly ServiceDeployment[]>;
}

/** The role that ECS changes rules with. */
export const LISTENER_ROLE = `arn:aws:iam::${ACCOUNT}:role/ecs-listeners`;

const GROUP: TargetGroupSpec = {
  vpcId: 'vpc-1',
  protocol: 'HTTP',
  port: 8000,
  blueGreen: true,
  healthCheck: { path: '/health', intervalSeconds: 10, healthyThreshold: 2 },
  attributes: { 'deregistration_delay.timeout_seconds': '10' },
};

const forward = { forward: [{ targetGroup: 'api' }] };
const BALANCER: LoadBalancerSpec = {
  subnets: ['subnet-1', 'subnet-2'],
  listeners: [
    { port: 80, protocol: 'HTTP', default: { fixedResponse: { statusCode: 404 } } },
    { port: 8080, protocol: 'HTTP', default: forward },
  ],
};
const ruleOf = (path: string): ListenerRuleSpec => ({
  listener: { loadBalancer: 'public', port: 80 },
  when: { pathPattern: [path] },
  then: forward,
});

/** Makes cluster, pair, load balancer and rules; gives their outputs. */
export async function routed({ sandbox, aws }: Sandboxed): Promise<Readonly<Record<Ref, Outputs>>> {
  const needs: Record<Ref, Outputs> = {};
  const { cluster } = await aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  needs['Cluster/main'] = { arn: cluster?.clusterArn ?? '', name: 'main' };
  const make = async <Spec, Live>(kind: Kind<Spec, Live>, ref: Ref, spec: Spec): Promise<void> => {
    const live = await converge({ kind, sandbox, aws }, desiredOf(ref, spec, needs));
    needs[ref] = kind.driver(aws).outputs(live);
  };
  await make(targetGroupKind, 'TargetGroup/api', GROUP);
  await make(loadBalancerKind, 'LoadBalancer/public', BALANCER);
  await make(listenerRuleKind, 'ListenerRule/production', ruleOf('/*'));
  await make(listenerRuleKind, 'ListenerRule/test', ruleOf('/test/*'));
  return needs;
}

/** An ARN among those outputs. */
function arnIn(needs: Readonly<Record<Ref, Outputs>>, ref: Ref, key: string): string {
  const arn = needs[ref]?.[key];
  if (typeof arn !== 'string') throw new Error(`${ref} has no ${key}`);
  return arn;
}

/** A sandbox with all of that, and a service to make behind it. */
export async function shifting(options: SandboxOptions = {}): Promise<Shifting> {
  const running = await sandboxed(options);
  const { sandbox, aws } = running;
  const needs = await routed(running);
  const drive = { kind: serviceKind, sandbox, aws };
  const driver = serviceKind.driver(aws);
  const look = async (desired: Desired<ServiceSpec>): Promise<ServiceLive> => {
    const live = await driver.observe({ desired, recorded: [] }, freshPass(drive));
    if (live === undefined) throw new Error('the service is not there');
    return live;
  };
  const rules = { production: ruleOf('/*'), test: ruleOf('/test/*') };
  const ruleDesired = (name: keyof typeof rules, claims: readonly Claim[]): Desired<ListenerRuleSpec> => ({
    ...desiredOf(`ListenerRule/${name}`, rules[name], needs),
    claims: claims.filter(({ on }) => on === `ListenerRule/${name}`),
  });
  const names = Object.keys(rules) as (keyof typeof rules)[];
  const ruleDriver = listenerRuleKind.driver(aws);
  return {
    ...running,
    drive,
    look,
    pair: {
      primary: arnIn(needs, 'TargetGroup/api', 'arn'),
      alternate: arnIn(needs, 'TargetGroup/api', 'alternateArn'),
    },
    ruleArn: (name) => arnIn(needs, `ListenerRule/${name}`, 'arn'),
    desired: (image, deployment, more = {}) =>
      desiredOf(
        'Service/api',
        {
          cluster: 'main',
          launchType: 'FARGATE',
          desiredCount: 2,
          network: { subnets: ['subnet-1', 'subnet-2'] },
          loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
          task: {
            cpu: 256,
            memory: 512,
            containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }],
          },
          deployment,
          ...more,
        },
        needs,
      ),
    until: async (desired, is) => {
      let waitsFor = '';
      for (let round = 0; round < 400; round++) {
        const pass = freshPass(drive);
        const live = await driver.observe({ desired, recorded: [] }, pass);
        if (live !== undefined && is(live)) return live;
        const progress = await driver.ensure(desired, live, pass);
        waitsFor = progress.done ? 'nothing' : progress.waitsFor;
        await sandbox.advance(progress.done ? 5_000 : Math.max(1_000, progress.pollAfterMs));
      }
      const last = await look(desired);
      const { status, message } = driver.health(desired, last, new Date(sandbox.now()));
      const differs = driver.diff(desired, last).map(({ path, refused }) => `${path} ${refused ?? ''}`);
      throw new Error(
        `${desired.id} never comes there: ${waitsFor}; ${status}: ${message}; differs: ${differs.join(', ')}`,
      );
    },
    pass: (ms) => sandbox.advance(ms),
    routeChanges: async (desired) => {
      const claims = driver.claims(desired, await look(desired));
      const changes = names.map(async (name) => {
        const wanted = ruleDesired(name, claims);
        const live = await ruleDriver.observe({ desired: wanted, recorded: [] }, freshPass(drive));
        return live === undefined ? [] : ruleDriver.diff(wanted, live).map(({ path }) => `${name} ${path}`);
      });
      const ref = 'LoadBalancer/public';
      const wanted = { ...desiredOf(ref, BALANCER, needs), claims: claims.filter(({ on }) => on === ref) };
      const balancer = loadBalancerKind.driver(aws);
      const live = await balancer.observe({ desired: wanted, recorded: [] }, freshPass(drive));
      const onListener = live === undefined ? [] : balancer.diff(wanted, live).map(({ path }) => `public ${path}`);
      return [...(await Promise.all(changes)).flat(), ...onListener];
    },
    ensureRoutes: async (desired) => {
      const claims = driver.claims(desired, await look(desired));
      for (const name of names) await converge({ kind: listenerRuleKind, sandbox, aws }, ruleDesired(name, claims));
    },
    deployments: async (desired) => {
      const { key } = await look(desired);
      const { serviceDeployments = [] } = await aws.ecs.send(new ListServiceDeploymentsCommand(key));
      const serviceDeploymentArns = serviceDeployments.flatMap(
        ({ serviceDeploymentArn }) => serviceDeploymentArn ?? [],
      );
      const answer = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
      return answer.serviceDeployments ?? [];
    },
  };
}

/** BlueGreen, Linear and Canary over both rules. */
export function overRules(deployment: DeploymentSpec): DeploymentSpec {
  return {
    ...deployment,
    productionRule: { listenerRule: 'production' },
    testRule: { listenerRule: 'test' },
    listenerRole: LISTENER_ROLE,
  };
}
