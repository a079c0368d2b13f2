import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { AwsContext } from '../../src/aws/context.ts';
import { rolloutClients } from '../../src/aws/rollout-clients.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import { ACCOUNT } from '../harness.ts';
import { BAD, cluster, GOOD, listener, loadBalancer, NEXT, service, targetGroup } from './manifests.ts';
import type { Scenario } from './scenario.ts';

/** The version after the next. */
const FIX = 'example/web:3';

const production = { listener: { loadBalancer: 'public', port: 80 } };
const test = { listener: { loadBalancer: 'public', port: 8080 } };
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** CodeDeploy's canary; the old tasks stay for a while. */
function codeDeploy(more: object = {}): object {
  const settings = {
    serviceRole: role('codedeploy'),
    canary: { percent: 10, minutes: 1 },
    productionListener: production.listener,
    testListener: test.listener,
    terminateBlueAfterMinutes: 1,
  };
  return { deployment: { strategy: 'CodeDeploy', codeDeploy: { ...settings, ...more } } };
}

/** A rollout that the controller drives step by step. */
function progressive(steps: readonly object[]): object {
  return {
    deployment: { strategy: 'Progressive', progressive: { productionRule: production, testRule: test, steps } },
  };
}

/** ECS's own canary. */
function canary(more: object = {}): object {
  const settings = {
    canary: { percent: 10, bakeMinutes: 1 },
    bakeMinutes: 1,
    listenerRole: role('ecs-listeners'),
    productionRule: production,
    testRule: test,
  };
  return { deployment: { strategy: 'Canary', ...settings, ...more } };
}

/** One measurement of ten seconds. */
const verify = {
  analyses: [
    {
      name: 'complaints',
      intervalSeconds: 10,
      failureCondition: 'result > 90',
      cloudWatch: {
        queries: [{ id: 'm', metricStat: { namespace: 'Shop', metricName: 'Complaints', period: 10, stat: 'Sum' } }],
      },
    },
  ],
};

/** The controller ends the ready wait. */
const waited = codeDeploy({ readyWait: { minutes: 1 } });
/** A tenth, a pause, an analysis, everything. */
const analyzed = {
  ...progressive([{ weight: 10 }, { pause: '10s' }, { analysis: 'complaints' }, { weight: 100 }]),
  verify,
};
/** The controller says at a hook whether ECS goes on. */
const hooked = { ...canary({ hooks: [{ stage: 'POST_TEST_TRAFFIC_SHIFT', analysis: 'complaints' }] }), verify };

/**
 * Services whose rollouts wait for nothing that the controller measures: for sandboxes whose time runs faster than that of
 * the program.
 */
export const unpaused = {
  codedeploy: (image: string) => shop(image, codeDeploy()),
  progressive: (image: string) => shop(image, progressive([{ weight: 10 }, { weight: 100 }])),
  canary: (image: string) => shop(image, canary()),
} as const;

/** Changes of a service that is rolled out beside the version before: good ones, bad ones, and one upon another. */
export const rollouts: readonly Scenario[] = [
  ...changesOf('codedeploy', waited, 100_000, { goesOn: true }),
  ...changesOf('progressive', analyzed, 25_000),
  ...changesOf('canary', hooked, 60_000, { goesOn: true }),
  {
    name: 'progressive-unsound',
    before: shop(GOOD, analyzed),
    prepare: (aws, now) => complaints(aws, now, 99),
    after: shop(NEXT, analyzed),
    ends: 'Held',
  },
];

function changesOf(
  name: string,
  fields: object,
  underwayMs: number,
  without: Pick<Scenario, 'goesOn'> = {},
): readonly Scenario[] {
  const before = shop(GOOD, fields);
  const prepare: Scenario['prepare'] = (aws, now) => complaints(aws, now, 0);
  const underway = { manifests: shop(NEXT, fields), forMs: underwayMs };
  return [
    { name, prepare, before, after: shop(NEXT, fields) },
    { name: `${name}-bad`, prepare, before, after: shop(BAD, fields), ends: 'Held' },
    { name: `${name}-superseded`, prepare, before, underway, after: shop(FIX, fields), ...without },
  ];
}

function shop(image: string, fields: object): readonly Manifest[] {
  return [
    cluster(),
    targetGroup({ blueGreen: true }),
    loadBalancer({ listeners: [listener(), listener({ port: 8080 })] }),
    service(image, { ...fields }),
  ];
}

/** Longer than a fault lasts. CloudWatch takes data of the next two hours. */
const AHEAD_MS = 95 * 60_000;
const EVERY_MS = 10_000;

/** What the analysis measures, from now on. */
async function complaints(aws: AwsContext, now: Date, Value: number): Promise<void> {
  const MetricData = Array.from({ length: AHEAD_MS / EVERY_MS }, (_, index) => ({
    MetricName: 'Complaints',
    Timestamp: new Date(now.getTime() + index * EVERY_MS),
    StorageResolution: 1,
    Value,
  }));
  await rolloutClients(aws).cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
}
