import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIns, startWithStandIns } from '../../proxy/testing/stand-ins.ts';
import { metricsPort } from './index.ts';

const minute = 60_000;
let rig: StandIns;
let cloudwatch: CloudWatchClient;
beforeEach(async () => {
  rig = await startWithStandIns();
  cloudwatch = new CloudWatchClient(rig.client);
});
afterEach(() => rig.sandbox.close());

const put = (data: Partial<MetricDatum>) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Errors', ...data }] }));
const putAlarm = (settings: Partial<PutMetricAlarmInput> = {}) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      ...settings,
    }),
  );
const alarm = async () =>
  (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).MetricAlarms?.[0];
const stat = (MetricName: string) => ({ Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' });
const rejects = (call: Promise<unknown>, name: string) => expect(call).rejects.toMatchObject({ name });

async function statistics(from: number, to: number, Period = 60) {
  const found = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Shop',
      MetricName: 'Errors',
      StartTime: new Date(from),
      EndTime: new Date(to),
      Period,
      Statistics: ['Sum', 'SampleCount', 'Minimum', 'Maximum', 'Average'],
    }),
  );
  return found.Datapoints ?? [];
}

test('statistics are aggregated by period', async () => {
  const start = rig.sandbox.now();
  await put({ Value: 1 });
  await put({ Value: 3 });
  await rig.sandbox.advance(minute);
  await put({ Value: 5, Unit: 'Count' });
  const perMinute = await statistics(start, start + 2 * minute);
  expect(perMinute).toHaveLength(2);
  expect(perMinute[0]).toMatchObject({ Sum: 4, SampleCount: 2, Minimum: 1, Maximum: 3, Average: 2, Unit: 'None' });
  expect(await statistics(start, start + 2 * minute, 120)).toMatchObject([{ Sum: 9, SampleCount: 3 }]);
});

test('values with counts and statistic sets count as many samples as they say', async () => {
  const start = rig.sandbox.now();
  await put({ Values: [1, 10], Counts: [9, 1] });
  await put({ StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 } });
  expect(await statistics(start, start + minute)).toMatchObject([
    { Sum: 49, SampleCount: 12, Minimum: 1, Maximum: 20 },
  ]);
});

test('percentiles come from the distribution of the values', async () => {
  const start = rig.sandbox.now();
  await put({ Values: [1, 2, 100], Counts: [90, 9, 1] });
  const found = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Shop',
      MetricName: 'Errors',
      StartTime: new Date(start),
      EndTime: new Date(start + minute),
      Period: 60,
      ExtendedStatistics: ['p50', 'p95', 'p99.9'],
    }),
  );
  expect(found.Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 1, p95: 2, 'p99.9': 100 });
});

const at = (ms: number) => ({ Value: 1, Timestamp: new Date(rig.sandbox.now() + ms) });

test('data older than two weeks, or two hours ahead, is refused', async () => {
  await rejects(put(at(-15 * 86_400_000)), 'InvalidParameterValueException');
  await rejects(put(at(3 * 3_600_000)), 'InvalidParameterValueException');
});

test('metric math is evaluated period by period', async () => {
  const start = rig.sandbox.now();
  await put({ Value: 3 });
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Requests', Value: 60 }] }),
  );
  const found = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(start),
      EndTime: new Date(start + 2 * minute),
      MetricDataQueries: [
        { Id: 'errors', MetricStat: stat('Errors'), ReturnData: false },
        { Id: 'requests', MetricStat: stat('Requests'), ReturnData: false },
        { Id: 'rate', Expression: '100 * errors / requests' },
        { Id: 'filled', Expression: 'FILL(errors, 0)' },
      ],
    }),
  );
  expect(found.MetricDataResults?.map((result) => [result.Id, result.Values])).toEqual([
    ['rate', [5]],
    ['filled', [0, 3]],
  ]);
});

const query = (Expression: string) =>
  cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(0),
      EndTime: new Date(minute),
      MetricDataQueries: [{ Id: 'e1', Expression }],
    }),
  );

test('a wrong expression tells what is wrong', async () => {
  await expect(query('m1 * 2')).rejects.toThrow("'m1' is the id of no metric or expression");
  await expect(query('(1 + 2')).rejects.toThrow("')' is expected");
});

test('metrics are listed by namespace, name and dimensions', async () => {
  await put({ Value: 1, Dimensions: [{ Name: 'Service', Value: 'a' }] });
  await put({ Value: 1, Dimensions: [{ Name: 'Service', Value: 'b' }] });
  const found = await cloudwatch.send(
    new ListMetricsCommand({ Namespace: 'Shop', Dimensions: [{ Name: 'Service', Value: 'b' }] }),
  );
  expect(found.Metrics).toEqual([
    { Namespace: 'Shop', MetricName: 'Errors', Dimensions: [{ Name: 'Service', Value: 'b' }] },
  ]);
});

test('an alarm begins with INSUFFICIENT_DATA and follows its metric', async () => {
  await putAlarm();
  expect(await alarm()).toMatchObject({
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
  });
  await put({ Value: 11 });
  await rig.sandbox.advance(minute);
  const fired = await alarm();
  expect(fired?.StateValue).toBe('ALARM');
  expect(fired?.StateReason).toBe(
    'Threshold Crossed: 1 out of the last 1 datapoints [11.0 (01/01/26 00:00:00)] was greater than the threshold (10.0) ' +
      '(minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).',
  );
  await put({ Value: 1 });
  await rig.sandbox.advance(minute);
  expect((await alarm())?.StateValue).toBe('OK');
});

test('an alarm needs M of N datapoints', async () => {
  await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  const states: (string | undefined)[] = [];
  for (const value of [0, 0, 0, 20, 0, 20, 0, 0]) {
    await put({ Value: value });
    await rig.sandbox.advance(minute);
    states.push((await alarm())?.StateValue);
  }
  expect(states).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'ALARM', 'OK', 'OK']);
});

/** The state of an alarm five minutes after its metric broke off. */
async function afterSilence(TreatMissingData: string | undefined) {
  await putAlarm({ AlarmName: 'errors', ...(TreatMissingData ? { TreatMissingData } : {}) });
  await put({ Value: 11 });
  await rig.sandbox.advance(minute);
  expect((await alarm())?.StateValue).toBe('ALARM');
  await rig.sandbox.advance(5 * minute);
  const state = (await alarm())?.StateValue;
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
  return state;
}

test('missing data is treated as the alarm says', async () => {
  expect(await afterSilence(undefined)).toBe('INSUFFICIENT_DATA');
  expect(await afterSilence('breaching')).toBe('ALARM');
  expect(await afterSilence('notBreaching')).toBe('OK');
  expect(await afterSilence('ignore')).toBe('ALARM');
});

test('an update keeps the state and overwrites all settings', async () => {
  await putAlarm({ AlarmDescription: 'first' });
  await put({ Value: 11 });
  await rig.sandbox.advance(minute);
  await putAlarm({ Threshold: 100 });
  const updated = await alarm();
  expect(updated).toMatchObject({ StateValue: 'ALARM', Threshold: 100 });
  expect(updated?.AlarmDescription).toBeUndefined();
});

test('a state that was set lasts until the next evaluation and invokes actions', async () => {
  const topic = 'arn:aws:sns:eu-central-1:123456789012:ops';
  await putAlarm({ AlarmActions: [topic], TreatMissingData: 'notBreaching' });
  await rig.sandbox.advance(minute);
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' }));
  expect((await alarm())?.StateValue).toBe('ALARM');
  await rig.sandbox.advance(minute);
  expect((await alarm())?.StateValue).toBe('OK');
  const history = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: 'errors' }));
  expect(history.AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
    'Alarm updated from ALARM to OK',
    `Successfully executed action ${topic}`,
    'Alarm updated from OK to ALARM',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm "errors" created',
  ]);
  await rejects(
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' })),
    'ResourceNotFound',
  );
});

test('disabled actions are not invoked', async () => {
  await putAlarm({ AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:ops'] });
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['errors'] }));
  await put({ Value: 11 });
  await rig.sandbox.advance(minute);
  const history = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'Action' }),
  );
  expect(history.AlarmHistoryItems).toEqual([]);
});

test('an alarm can watch an expression', async () => {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      Metrics: [
        { Id: 'e', MetricStat: stat('Errors'), ReturnData: false },
        { Id: 'r', MetricStat: stat('Requests'), ReturnData: false },
        { Id: 'rate', Expression: 'IF(r > 0, 100 * e / r, 0)' },
      ],
    }),
  );
  await put({ Value: 2 });
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Requests', Value: 10 }] }),
  );
  await rig.sandbox.advance(minute);
  const fired = await alarm();
  expect(fired?.StateValue).toBe('ALARM');
  expect(fired?.Metrics).toHaveLength(3);
  expect(fired?.MetricName).toBeUndefined();
});

test('alarms are found by metric, prefix, state and action', async () => {
  await putAlarm({ AlarmName: 'a-1' });
  await putAlarm({ AlarmName: 'b-1', Period: 120, AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:ops'] });
  const names = async (input: object) =>
    (await cloudwatch.send(new DescribeAlarmsCommand(input))).MetricAlarms?.map((found) => found.AlarmName);
  expect(await names({ AlarmNamePrefix: 'a-' })).toEqual(['a-1']);
  expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['b-1']);
  expect(await names({ StateValue: 'ALARM' })).toEqual([]);
  const forMetric = await cloudwatch.send(
    new DescribeAlarmsForMetricCommand({ Namespace: 'Shop', MetricName: 'Errors', Period: 120 }),
  );
  expect(forMetric.MetricAlarms?.map((found) => found.AlarmName)).toEqual(['b-1']);
});

test('an alarm cannot look back further than a day with short periods', async () => {
  await rejects(putAlarm({ Period: 300, EvaluationPeriods: 300 }), 'ValidationException');
  await rejects(putAlarm({ Period: 61 }), 'InvalidParameterValueException');
  await rejects(putAlarm({ DatapointsToAlarm: 2 }), 'ValidationException');
});

test('alarms take tags', async () => {
  await putAlarm({
    Tags: [
      { Key: 'team', Value: 'shop' },
      { Key: 'x', Value: 'y' },
    ],
  });
  const ResourceARN = (await alarm())?.AlarmArn ?? '';
  await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['x'] }));
  await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'stage', Value: 'prod' }] }));
  const read = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(read.Tags).toEqual([
    { Key: 'team', Value: 'shop' },
    { Key: 'stage', Value: 'prod' },
  ]);
});

test('memory does not grow with time: a series keeps a bounded number of datapoints', async () => {
  const scope = { accountId: '123456789012', region: 'eu-central-1' };
  const port = metricsPort(rig.world);
  for (let i = 0; i < 2000; i++) {
    port.put(scope, 'Shop', 'Errors', {}, i, 'Count');
    await rig.sandbox.advance(minute);
  }
  const kept = await statistics(rig.sandbox.now() - 86_400_000, rig.sandbox.now());
  expect(kept.length).toBeLessThanOrEqual(600);
  expect(kept.reduce((sum, found) => sum + (found.SampleCount ?? 0), 0)).toBeGreaterThan(1400);
});
