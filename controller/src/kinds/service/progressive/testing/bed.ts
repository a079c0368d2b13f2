import { CreateClusterCommand, DescribeServicesCommand, type TaskSet } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Drive, freshPass } from '../../../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../../../test/sandboxed.ts';
import type { ProgressiveDeployment } from '../../../../api/deployment.ts';
import type { ServiceSpec } from '../../../../api/service.ts';
import type { AwsContext } from '../../../../aws/context.ts';
import type { Desired, Outputs, Progress } from '../../../../core/driver.ts';
import type { Ref } from '../../../../core/manifest.ts';
import { serviceKind } from '../../index.ts';
import type { ServiceLive } from '../../live.ts';
import { weightsOf } from '../../rules.ts';

/** A cluster, a pair of target groups and a load balancer, with a listener for production and one for tests. */
export interface Bed extends Sandboxed {
  readonly drive: Drive<ServiceSpec, ServiceLive>;
  readonly needs: Readonly<Record<Ref, Outputs>>;
  /** ARNs of the target groups. */
  readonly primary: string;
  readonly alternate: string;
  /** ARNs of the listeners. */
  readonly production: string;
  readonly test: string;
}

/** How images behave: `bad` crashes, `sick` answers 500, all others are well. */
const behaviours = {
  'example/bad': { exitAfterMs: 2_000, exitCode: 137 },
  'example/sick': { status: 500 },
};

/** Seconds until a target has left its group. */
const DELAY = '5';

/** Makes it in a sandbox of its own. */
export async function bed(options: Parameters<typeof sandboxed>[0] = {}): Promise<Bed> {
  const running = await sandboxed({ behaviours, ...options });
  const { ecs, elbv2 } = running.aws;
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const [primary, alternate] = [await targetGroup(running.aws, 'api'), await targetGroup(running.aws, 'api-alternate')];
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'public', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const listener = async (Port: number): Promise<string> => {
    const { Listeners } = await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port,
        DefaultActions: forward({ [primary]: 100, [alternate]: 0 }),
      }),
    );
    return Listeners?.[0]?.ListenerArn ?? '';
  };
  const [production, test] = [await listener(80), await listener(8080)];
  const needs: Readonly<Record<Ref, Outputs>> = {
    'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' },
    'TargetGroup/api': { arn: primary, alternateArn: alternate },
    'LoadBalancer/public': {
      'ruleArn(80)': await defaultRule(running.aws, production),
      'ruleArn(8080)': await defaultRule(running.aws, test),
    },
  };
  const drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  return { ...running, drive, needs, primary, alternate, production, test };
}

/** Makes a target group, and gives its ARN. */
export async function targetGroup({ elbv2 }: AwsContext, Name: string): Promise<string> {
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: DELAY }];
  await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  return TargetGroupArn;
}

async function defaultRule({ elbv2 }: AwsContext, ListenerArn: string): Promise<string> {
  const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn }));
  return Rules.find(({ IsDefault }) => IsDefault === true)?.RuleArn ?? '';
}

function forward(shares: Readonly<Record<string, number>>): ModifyListenerCommand['input']['DefaultActions'] {
  const TargetGroups = Object.entries(shares).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  return [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
}

/** System 004's shape: 10, 50, 100 percent over five minutes. */
const STEPS: ProgressiveDeployment['steps'] = [
  { weight: 10 },
  { pause: '150s' },
  { weight: 50 },
  { pause: '150s' },
  { weight: 100 },
];

/** A manifest of that image. */
export function manifest(
  { needs }: Pick<Bed, 'needs'>,
  image: string,
  progressive: Partial<ProgressiveDeployment> = {},
  more: Partial<ServiceSpec> = {},
): Desired<ServiceSpec> {
  const spec: ServiceSpec = {
    cluster: 'main',
    launchType: 'FARGATE',
    desiredCount: 2,
    network: { subnets: ['subnet-1', 'subnet-2'] },
    loadBalancers: [{ targetGroup: 'api', container: 'web', port: 8000 }],
    task: { cpu: 256, memory: 512, containers: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }] },
    deployment: {
      strategy: 'Progressive',
      progressive: {
        productionRule: { listener: { loadBalancer: 'public', port: 80 } },
        testRule: { listener: { loadBalancer: 'public', port: 8080 } },
        steps: STEPS,
        ...progressive,
      },
    },
    ...more,
  };
  return desiredOf('Service/api', spec, needs);
}

/** One look. @throws when the service is not there */
export async function look(on: Bed, desired: Desired<ServiceSpec>): Promise<ServiceLive> {
  const live = await serviceKind.driver(on.aws).observe({ desired, recorded: [] }, freshPass(on.drive));
  if (live === undefined) throw new Error('the service is not there');
  return live;
}

/** One turn, and the time until the next. */
export async function turn(on: Bed, desired: Desired<ServiceSpec>): Promise<Progress> {
  const pass = freshPass(on.drive);
  const driver = serviceKind.driver(on.aws);
  const progress = await driver.ensure(desired, await driver.observe({ desired, recorded: [] }, pass), pass);
  if (!progress.done) await on.sandbox.advance(progress.pollAfterMs);
  return progress;
}

/** The most turns of a rollout: with five seconds each, over half an hour. */
const MAX_TURNS = 400;

/** Takes turns until this holds. */
export async function until(
  on: Bed,
  desired: Desired<ServiceSpec>,
  holds: (live: ServiceLive) => boolean,
): Promise<ServiceLive> {
  for (let count = 0; count < MAX_TURNS; count++) {
    const live = await look(on, desired);
    if (holds(live)) return live;
    await turn(on, desired);
  }
  throw new Error(`not so after ${MAX_TURNS} turns`);
}

/** The percent of production traffic that the new side of the rollout has; of a listener by its ARN. */
export async function weights(on: Bed, listenerArn = on.production): Promise<Readonly<Record<string, number>>> {
  const { Rules = [] } = await on.aws.elbv2.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
  return weightsOf({ actions: Rules.find(({ IsDefault }) => IsDefault === true)?.Actions ?? [] });
}

/** Sets the weights of a listener's default action by hand. */
export async function setWeights(on: Bed, given: Readonly<Record<string, number>>): Promise<void> {
  await on.aws.elbv2.send(new ModifyListenerCommand({ ListenerArn: on.production, DefaultActions: forward(given) }));
}

/** The task sets of a service as ECS shows them. */
export async function taskSets(on: Bed, { key }: ServiceLive): Promise<readonly TaskSet[]> {
  const { services } = await on.aws.ecs.send(
    new DescribeServicesCommand({ cluster: key.cluster, services: [key.service] }),
  );
  return services?.[0]?.taskSets ?? [];
}
