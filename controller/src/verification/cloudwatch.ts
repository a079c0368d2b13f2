import {
  GetMetricDataCommand,
  type MetricDataQuery as AwsQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Analysis, CloudWatchQuery, MetricDataQuery } from '../api/service.ts';
import { awsCode } from '../aws/errors.ts';
import { rolloutClients } from '../aws/rollout-clients.ts';
import { conditionInWords, phaseOf } from './condition.ts';
import { intervalOf, type Measured, type Measurement, mostOf } from './judge.ts';
import { Unmeasurable } from './unmeasurable.ts';
import { MAX_MEASUREMENTS } from './schedule.ts';
import { filledIn, type Subject } from './subject.ts';

/** Data points of less than a minute are kept for three hours; an analysis that goes on for longer looks at the newest. */
const HIGH_RESOLUTION_MS = 3 * 3_600_000;

/** The longest time until the data of a period is there, in milliseconds. Services send a minute's data in the next. */
const MAX_DELAY_MS = 60_000;

/** How many such times a period without data is waited for, before it counts as one without data. */
const PATIENCE = 3;

/**
 * The measurements so far of an analysis in CloudWatch: for each interval the newest period that lies in it and began when
 * the new revision had its traffic already. A period counts when its data had the time to arrive.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 * @throws Unmeasurable when CloudWatch does not answer the query
 */
export async function measureCloudWatch(
  subject: Subject,
  analysis: Analysis,
  query: CloudWatchQuery,
  endless: boolean,
): Promise<Measured> {
  const now = subject.pass.now.getTime();
  const periodMs = periodOf(query) * 1000;
  const intervalMs = Math.ceil(intervalOf(analysis) / periodMs) * periodMs;
  const delayMs = Math.min(periodMs, MAX_DELAY_MS);
  const windows = windowsOf(subject.since.getTime(), now, { periodMs, intervalMs, endless, most: mostOf(analysis) });
  const first = windows[0];
  if (first === undefined || first.to + delayMs > now) {
    const firstAt = (first?.to ?? Math.ceil(subject.since.getTime() / periodMs) * periodMs + intervalMs) + delayMs;
    return { measurements: [], nextInMs: firstAt - now };
  }
  const data = await read(subject, query, first.from, now);
  const measurements: Measurement[] = [];
  for (const { from, to } of windows) {
    const value = newestIn(data, from, to - periodMs);
    const dueAt = to + (value === undefined ? PATIENCE * delayMs : delayMs);
    if (dueAt > now) return { measurements, nextInMs: dueAt - now };
    measurements.push(measurementOf(value, analysis));
  }
  const last = windows.at(-1)?.to ?? now;
  return { measurements, nextInMs: Math.max(1, last + intervalMs + delayMs - now) };
}

/** One interval, in milliseconds. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/** The intervals that have ended, from the first whole period on. */
function windowsOf(
  since: number,
  now: number,
  options: { readonly periodMs: number; readonly intervalMs: number; readonly endless: boolean; readonly most: number },
): readonly Window[] {
  const { periodMs, intervalMs, endless } = options;
  const start = Math.ceil(since / periodMs) * periodMs;
  const ended = Math.max(0, Math.floor((now - start) / intervalMs));
  const kept = periodMs < 60_000 ? Math.floor((HIGH_RESOLUTION_MS - PATIENCE * periodMs) / intervalMs) : ended;
  const from = endless ? ended - Math.min(ended, kept, MAX_MEASUREMENTS) : 0;
  const to = endless ? ended : Math.min(ended, options.most);
  return Array.from({ length: to - from }, (_, index) => {
    const at = start + (from + index) * intervalMs;
    return { from: at, to: at + intervalMs };
  });
}

/** Values by the beginning of their period, in milliseconds, in the order of time. */
type Points = readonly (readonly [at: number, value: number])[];

async function read(subject: Subject, { queries }: CloudWatchQuery, from: number, to: number): Promise<Points> {
  const returned = queries.find(({ returnData }) => returnData === true) ?? queries.at(-1);
  const { cloudWatch } = rolloutClients(subject.aws);
  const points = new Map<number, number>();
  let NextToken: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      MetricDataQueries: queries.map((query) => awsQuery(query, query === returned, subject)),
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      NextToken,
    });
    const answer = await cloudWatch.send(command, { abortSignal: subject.pass.signal }).catch((error: unknown) => {
      subject.pass.signal.throwIfAborted();
      const { message } = error as Error;
      throw new Unmeasurable(`CloudWatch GetMetricData: ${awsCode(error) ?? 'no answer'}: ${message}`);
    });
    const [one, ...others] = answer.MetricDataResults ?? [];
    if (others.length > 0) {
      throw new Unmeasurable(`the query of CloudWatch gives ${others.length + 1} time series, and one is needed`);
    }
    if (one !== undefined) collect(one, points);
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return [...points].toSorted(([a], [b]) => a - b);
}

function collect(
  { StatusCode, Timestamps = [], Values = [], Messages = [] }: MetricDataResult,
  into: Map<number, number>,
): void {
  if (StatusCode === 'Forbidden' || StatusCode === 'InternalError') {
    const why = Messages.map(({ Code, Value }) => `${Code}: ${Value}`).join('; ');
    throw new Unmeasurable(`CloudWatch GetMetricData: ${StatusCode}${why === '' ? '' : `: ${why}`}`);
  }
  for (const [index, at] of Timestamps.entries()) {
    const value = Values[index];
    if (value !== undefined) into.set(at.getTime(), value);
  }
}

function awsQuery(query: MetricDataQuery, isReturned: boolean, subject: Subject): AwsQuery {
  const { id, expression, metricStat } = query;
  const common = { Id: id, ReturnData: isReturned };
  if (metricStat === undefined) {
    // A search or a query of Metrics Insights has no period of its own.
    return { ...common, Expression: filled(expression ?? '', subject), Period: DEFAULT_PERIOD };
  }
  const { namespace, metricName, dimensions = {}, period = DEFAULT_PERIOD, stat } = metricStat;
  const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: filled(value, subject) }));
  return {
    ...common,
    MetricStat: { Metric: { Namespace: namespace, MetricName: metricName, Dimensions }, Period: period, Stat: stat },
  };
}

function filled(text: string, subject: Subject): string {
  const value = filledIn(text, subject);
  if (value !== undefined) return value;
  throw new Unmeasurable(`${text}: the new revision has no target group`);
}

/** Seconds, where the query does not say. */
const DEFAULT_PERIOD = 60;

/** The longest period of a query, in seconds: expressions over several take that one. */
function periodOf({ queries }: CloudWatchQuery): number {
  const periods = queries.flatMap(({ metricStat }) =>
    metricStat === undefined ? [] : (metricStat.period ?? DEFAULT_PERIOD),
  );
  return periods.length === 0 ? DEFAULT_PERIOD : Math.max(...periods);
}

/** The newest value of a period that begins from `from` to `last`. */
function newestIn(points: Points, from: number, last: number): number | undefined {
  return points.findLast(([at]) => at >= from && at <= last)?.[1];
}

function measurementOf(value: number | undefined, analysis: Analysis): Measurement {
  if (value === undefined) return { is: 'Inconclusive', told: 'CloudWatch has no data' };
  return { is: phaseOf(value, analysis), told: `result ${value}, ${conditionInWords(analysis)}` };
}
