import type { Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/service.ts';
import { evaluate, type TimeSeries } from './math.ts';
import { type CloudWatchState, seriesKey } from './state.ts';
import { statistic, windows } from './statistics.ts';

/** Dimensions of a call as a record. */
export function dimensionRecord(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map((dimension) => [dimension.Name ?? '', dimension.Value ?? '']));
}

/** What a query found. */
export interface QueryResult {
  readonly query: MetricDataQuery;
  readonly label: string;
  readonly values: TimeSeries;
  /** Samples behind each value of a metric, by period. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * Runs metric queries and the math among them from `from` to `to`, in milliseconds; periods are counted from `from`.
 * Results are in the order of the queries.
 *
 * @throws AwsError ValidationError
 */
export function runQueries(
  state: CloudWatchState,
  queries: readonly MetricDataQuery[],
  from: number,
  to: number,
): QueryResult[] {
  checkQueries(queries);
  const periodMs = periodOf(queries) * 1000;
  const periods: number[] = [];
  for (let start = from; start < to; start += periodMs) periods.push(start);
  const results = new Map<string, QueryResult>();
  for (const query of queries) if (query.MetricStat) results.set(query.Id ?? '', metric(state, query, from, to));
  let waiting = queries.filter((query) => query.Expression !== undefined);
  while (waiting.length > 0) {
    const ready = waiting.filter((query) => !waiting.some((other) => other !== query && names(query, other.Id ?? '')));
    if (ready.length === 0) {
      throw new AwsError(
        'ValidationError',
        `The expressions ${waiting.map((query) => `'${query.Id}'`).join(', ')} use each other in a circle`,
      );
    }
    const known = new Map([...results].map(([id, result]) => [id, result.values]));
    const metrics = new Map([...known].filter(([id]) => queries.some((query) => query.Id === id && query.MetricStat)));
    for (const query of ready) {
      const series = /\bMETRICS\s*\(/i.test(query.Expression ?? '') ? metrics : known;
      const values = evaluate(query.Expression ?? '', series, periods);
      results.set(query.Id ?? '', { query, label: query.Label ?? query.Id ?? '', values, counts: new Map() });
    }
    waiting = waiting.filter((query) => !ready.includes(query));
  }
  return queries.map((query) => results.get(query.Id ?? '')).filter((result) => result !== undefined);
}

/** The period of a set of queries, in seconds: the longest of their metrics'. */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  return Math.max(1, ...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 0));
}

function metric(state: CloudWatchState, query: MetricDataQuery, from: number, to: number): QueryResult {
  const stat = query.MetricStat;
  const name = stat?.Metric?.MetricName ?? '';
  const key = seriesKey(stat?.Metric?.Namespace ?? '', name, dimensionRecord(stat?.Metric?.Dimensions));
  const of = statistic(stat?.Stat ?? '');
  const values = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const window of windows(state.metrics[key], from, to, (stat?.Period ?? 60) * 1000, stat?.Unit)) {
    const value = of(window.sample);
    if (value === undefined) continue;
    values.set(window.start, value);
    counts.set(window.start, window.sample.count);
  }
  return { query, label: query.Label ?? name, values, counts };
}

/** Checks queries without running them. @throws AwsError ValidationError */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const query of queries) {
    const id = query.Id ?? '';
    if (!/^[a-z][A-Za-z0-9_]*$/.test(id)) {
      throw new AwsError(
        'ValidationError',
        `The id '${id}' must begin with a lowercase letter and have letters, digits and underscores only`,
      );
    }
    if (ids.has(id)) throw new AwsError('ValidationError', `The id '${id}' is used more than once`);
    ids.add(id);
    if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
      throw new AwsError('ValidationError', `The query '${id}' must have either MetricStat or Expression`);
    }
    if (query.MetricStat) checkPeriod(query.MetricStat.Period ?? 0);
  }
}

/** Checks a period in seconds. @throws AwsError InvalidParameterValue */
export function checkPeriod(period: number): void {
  if (![1, 5, 10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0)) {
    throw new AwsError('InvalidParameterValue', `Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${period}`);
  }
}

function names(query: MetricDataQuery, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(query.Expression ?? '');
}
