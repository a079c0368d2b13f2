import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshPass } from '../../test/converge.ts';
import { type Sandboxed, sandboxed } from '../../test/sandboxed.ts';
import type { Analysis, MetricStat } from '../api/service.ts';
import { rolloutClients } from '../aws/rollout-clients.ts';
import { analyse } from './analysis.ts';
import { Observations, observationsOf } from './observations.ts';
import type { Outcome } from './outcome.ts';

const MINUTE = 60_000;
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';

let running: Sandboxed;
let since: Date;
beforeEach(async () => {
  running = await sandboxed();
  // A rollout seldom comes through on the minute.
  await running.sandbox.advance(MINUTE - (running.sandbox.now() % MINUTE) + 20_000);
  since = new Date(running.sandbox.now());
});
afterEach(() => running.close());

function metric(metricName: string, more: Partial<MetricStat> = {}): MetricStat {
  return { namespace: 'Shop', metricName, dimensions: { TargetGroup: '${rollout.targetGroup}' }, stat: 'Sum', ...more };
}

const errorRate: Analysis = {
  name: 'error-rate',
  count: 3,
  successCondition: 'result < 1',
  cloudWatch: {
    queries: [
      { id: 'errors', metricStat: metric('Errors') },
      { id: 'requests', metricStat: metric('Requests') },
      { id: 'rate', expression: '100 * errors / requests', returnData: true },
    ],
  },
};

interface Looking {
  readonly endless?: boolean;
  readonly targetGroup?: string | undefined;
  readonly observations?: Observations;
}

function look(analysis: Analysis, options: Looking = {}): Promise<Outcome> {
  const targetGroup = 'targetGroup' in options ? options.targetGroup : TARGET_GROUP;
  const subject = {
    aws: running.aws,
    pass: freshPass(running),
    since,
    name: 'shop/api',
    targetGroup,
    observations: options.observations ?? observationsOf(running.aws),
  };
  return analyse(subject, analysis, { endless: options.endless ?? false });
}

async function put(values: Readonly<Record<string, number>>): Promise<void> {
  await rolloutClients(running.aws).cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: Object.entries(values).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Timestamp: new Date(running.sandbox.now()),
        Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/web/0123456789abcdef' }],
      })),
    }),
  );
}

/** Puts the values in each of so many minutes. */
async function minutes(count: number, values: Readonly<Record<string, number>>): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await put(values);
    await running.sandbox.advance(MINUTE);
  }
}

describe('an analysis of CloudWatch', () => {
  test('passes when every interval succeeds, and asks again when the next is due', async () => {
    expect(await look(errorRate)).toMatchObject({ is: 'running', pollAfterMs: 40_000 + 2 * MINUTE });
    await minutes(2, { Errors: 0, Requests: 100 });
    expect(await look(errorRate)).toMatchObject({ is: 'running' });
    await minutes(3, { Errors: 0, Requests: 100 });
    expect(await look(errorRate)).toEqual({ is: 'passed' });
  });

  test('fails with the result of the interval', async () => {
    await minutes(2, { Errors: 0, Requests: 100 });
    await minutes(3, { Errors: 5, Requests: 100 });
    expect(await look(errorRate)).toEqual({
      is: 'failed',
      cause: 'analysis error-rate: 1 of 2 measurements failed (at most 0 may): result 5, expected result < 1',
    });
  });

  test('does not count what was measured before the new revision had traffic', async () => {
    // The first period began before it.
    await minutes(1, { Errors: 90, Requests: 100 });
    await minutes(5, { Errors: 0, Requests: 100 });
    expect(await look(errorRate)).toEqual({ is: 'passed' });
  });

  test('says the same to a process that has just begun', async () => {
    await minutes(2, { Errors: 0, Requests: 100 });
    await minutes(3, { Errors: 5, Requests: 100 });
    const before = await look(errorRate);
    expect(before.is).toBe('failed');
    expect(await look(errorRate, { observations: new Observations() })).toEqual(before);
  });

  test('waits for data that is late, and then counts the interval as one without', async () => {
    const silent = { ...errorRate, count: 1, inconclusiveLimit: 0 };
    await running.sandbox.advance(40_000 + MINUTE + 2 * MINUTE);
    expect(await look(silent)).toMatchObject({ is: 'running' });
    await running.sandbox.advance(MINUTE);
    expect(await look(silent)).toEqual({
      is: 'failed',
      cause: 'analysis error-rate: 1 of 1 measurement inconclusive (at most 0 may be): CloudWatch has no data',
    });
  });

  test('goes on for as long as the rollout, and fails when an interval does', async () => {
    await minutes(6, { Errors: 0, Requests: 100 });
    expect(await look(errorRate, { endless: true })).toMatchObject({ is: 'running' });
    await minutes(3, { Errors: 50, Requests: 100 });
    expect(await look(errorRate, { endless: true })).toMatchObject({ is: 'failed' });
  });

  test('without a target group fails by the limit of inconclusive measurements, with the reason', async () => {
    const once = { ...errorRate, inconclusiveLimit: 1 };
    expect(await look(once, { targetGroup: undefined })).toMatchObject({ is: 'running' });
    expect(await look(once)).toMatchObject({ is: 'running' });
    await minutes(2, { Errors: 0, Requests: 100 });
    await running.sandbox.advance(MINUTE);
    expect(await look(once, { targetGroup: undefined })).toMatchObject({ is: 'running' });
    await running.sandbox.advance(MINUTE);
    expect(await look(once, { targetGroup: undefined })).toMatchObject({
      is: 'failed',
      cause: expect.stringContaining('the new revision has no target group'),
    });
  });
});
