import { Agent, get } from 'node:http';
import { CloudWatchClient, GetMetricDataCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ShiftSandbox, shiftSandbox } from './testing/shift-sandbox.ts';

/** Serves its version, with the status that it was started with; at SIGTERM it ends what it has begun. */
const program = `
  const [version, status] = process.argv.slice(1);
  const server = require('node:http').createServer((request, response) => {
    response.statusCode = request.url === '/health' ? 200 : Number(status);
    response.end(version);
  });
  server.listen(process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
const image = (version: string, status = '200') => ({ command: ['node', '-e', program, version, status] });
const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
  bakeTimeInMinutes: 1,
};

let on: ShiftSandbox;
let agent: Agent;
let cloudwatch: CloudWatchClient;
beforeEach(async () => {
  const images = { v1: image('v1'), v2: image('v2'), bad: image('bad', '500') };
  on = await shiftSandbox({ runtime: 'process', images, throttle: false }, '/health');
  agent = new Agent({ keepAlive: true, maxSockets: 8 });
  cloudwatch = new CloudWatchClient(on.client);
  await on.register({ image: 'v1' });
  await on.deployed(canary, { desiredCount: 1 });
});
afterEach(async () => {
  agent.destroy();
  cloudwatch.destroy();
  await on.close();
});

/** One request through the production rule, over kept connections: its status and who answered. */
function ask(): Promise<string> {
  const [at] = Object.values(on.sandbox.listeners()).toSorted((a, b) => a.port - b.port);
  return new Promise((resolve, reject) => {
    get({ ...at, agent, path: '/' }, (answer) => {
      let body = '';
      answer.on('data', (part: Buffer) => {
        body += part.toString();
      });
      answer.on('end', () => resolve(`${answer.statusCode} ${body}`));
    }).on('error', reject);
  });
}

/** Answers to this many requests, and how often each came. */
async function count(requests: number): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (let sent = 0; sent < requests; sent += 20) {
    for (const answer of await Promise.all(Array.from({ length: 20 }, ask))) {
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  }
  return answers;
}

test('the proxies give each revision its share of real requests, and no request fails', async () => {
  expect(await count(100)).toEqual({ '200 v1': 100 });
  await on.register({ image: 'v2' });
  await on.update({ taskDefinition: 'web' });
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT');
  const { '200 v2': green = 0, ...others } = await count(1000);
  expect(others).toEqual({ '200 v1': 1000 - green });
  expect(Math.abs(green - 100)).toBeLessThanOrEqual(1);
  const answers: Record<string, number>[] = [];
  while ((await on.deployment()).status !== 'SUCCESSFUL') {
    const [some] = await Promise.all([count(20), on.sandbox.advance(10_000)]);
    answers.push(some);
  }
  expect(new Set(answers.flatMap((some) => Object.keys(some)))).toEqual(new Set(['200 v1', '200 v2']));
  expect(await count(100)).toEqual({ '200 v2': 100 });
});

test('an alarm on the error rate that the proxies measure takes a bad canary back', async () => {
  const group = (await on.servingGroup()) === 'one' ? on.groups.two : on.groups.one;
  const [, LoadBalancer = ''] = /listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(on.productionRule) ?? [];
  const Dimensions = [
    { Name: 'TargetGroup', Value: group.split(':').at(-1) ?? '' },
    { Name: 'LoadBalancer', Value: LoadBalancer },
  ];
  const metric = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, Period: 60, Stat },
  });
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Metrics: [
        metric('errors', 'HTTPCode_Target_5XX_Count', 'Sum'),
        metric('requests', 'RequestCount', 'Sum'),
        { Id: 'rate', Expression: '100 * errors / requests', ReturnData: true },
      ],
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  const before = await on.weights(on.productionRule);
  await on.register({ image: 'bad' });
  const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
  await on.update({ taskDefinition: 'web', deploymentConfiguration: { alarms } });
  await on.untilDeployment(({ lifecycleStage }) => lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT');
  const answers = await count(200);
  expect(answers['500 bad']).toBeLessThanOrEqual(21);
  const { statusReason } = await on.untilDeployment(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
  expect(statusReason).toBe('Service deployment rolled back because a CloudWatch alarm was detected.');
  expect(await on.weights(on.productionRule)).toEqual(before);
  expect(await count(100)).toEqual({ '200 v1': 100 });
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(on.sandbox.now() - 3_600_000),
      EndTime: new Date(on.sandbox.now() + 60_000),
      MetricDataQueries: [{ ...metric('p99', 'TargetResponseTime', 'p99'), ReturnData: true }],
    }),
  );
  expect(MetricDataResults?.[0]?.Values?.[0]).toBeGreaterThan(0);
});
