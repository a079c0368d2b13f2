import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Environment, startEnvironment } from '../quickstart/environment.ts';

/** The samples that are rehearsed: one strategy each. */
export const STRATEGIES = [
  'rolling',
  'blue-green',
  'linear',
  'canary',
  'codedeploy-all-at-once',
  'codedeploy-canary',
  'codedeploy-linear',
  'progressive',
] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** The port that users come in by. */
export const PRODUCTION_PORT = 8080;

const SAMPLES = fileURLToPath(new URL('../../samples/rollouts/', import.meta.url));
const SERVICE = fileURLToPath(new URL('./service.ts', import.meta.url));
const VERSIONS = ['v1', 'v2', 'v2-5xx', 'v2-crash', 'v2-unhealthy', 'v2-slow'];

/** A local AWS with the service in its first version, deployed by one strategy. */
export interface Stage extends AsyncDisposable {
  readonly environment: Environment;
  readonly elb: ElasticLoadBalancingV2Client;
}

/** Deploys the first version: the network, then the alarms on it, then the service. */
export async function setStage(strategy: Strategy, speed: number, signal: AbortSignal): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'longshore-rollouts-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const sample = join(folder, 'sample');
  await cp(join(SAMPLES, 'application.yaml'), join(sample, 'application.yaml'));
  await cp(join(SAMPLES, 'base'), join(sample, 'manifests'), { recursive: true });
  const environment = await startEnvironment({
    sample,
    images: Object.fromEntries(VERSIONS.map((version) => [version, [SERVICE, version]])),
    throttle: false,
    port: 0,
    speed,
    folder: () => join(folder, 'state'),
    sink: () => undefined,
    signal,
  });
  started.defer(() => environment.close());
  const elb = new ElasticLoadBalancingV2Client();
  started.defer(() => elb.destroy());
  await succeeded(environment, environment.repository.first);
  await putAlarms(elb);
  await succeeded(environment, await environment.repository.add(join(SAMPLES, 'strategies', `${strategy}.yaml`)));
  const parts = started.move();
  return { environment, elb, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function succeeded(environment: Environment, revision: string): Promise<void> {
  const { phase, message } = await environment.operationOf(revision);
  if (phase !== 'Succeeded') throw new Error(`the first deployment ended ${phase}: ${message}`);
}

/** Errors and slow answers that users get, within a minute. */
async function putAlarms(elb: ElasticLoadBalancingV2Client): Promise<void> {
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const Dimensions = [{ Name: 'LoadBalancer', Value: balancer?.LoadBalancerArn?.split(':loadbalancer/')[1] ?? '' }];
  const common = {
    Namespace: 'AWS/ApplicationELB',
    Dimensions,
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  } as const;
  const cloudWatch = new CloudWatchClient();
  try {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...common,
        AlarmName: 'hello-5xx',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Statistic: 'Sum',
        Threshold: 10,
      }),
    );
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...common,
        AlarmName: 'hello-slow',
        MetricName: 'TargetResponseTime',
        ExtendedStatistic: 'p99',
        Threshold: 1,
      }),
    );
  } finally {
    cloudWatch.destroy();
  }
}
