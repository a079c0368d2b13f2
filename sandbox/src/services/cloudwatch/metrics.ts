import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  Datapoint,
  ListMetricsInput,
  ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkPeriod, dimensionRecord, periodOf, runQueries } from './queries.ts';
import { cloudWatchState, type Series, seriesKey } from './state.ts';
import { statistic, windows } from './statistics.ts';
import { page } from './tokens.ts';

/** GetMetricData: metrics and math on them, newest value first unless `ScanBy` says otherwise. */
export function getMetricData(input: GetMetricDataInput, call: Call): GetMetricDataOutput {
  const queries = input.MetricDataQueries ?? [];
  const to = input.EndTime?.getTime() ?? 0;
  if (!((input.StartTime?.getTime() ?? 0) < to)) {
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime');
  }
  const from = aligned(input.StartTime?.getTime() ?? 0, periodOf(queries));
  const results = runQueries(cloudWatchState(call.world, call.scope), queries, from, to);
  return {
    MetricDataResults: results
      .filter((result) => result.query.ReturnData !== false)
      .map((result) => {
        const points = [...result.values].toSorted(([a], [b]) =>
          input.ScanBy === 'TimestampAscending' ? a - b : b - a,
        );
        return {
          Id: result.query.Id,
          Label: result.label,
          Timestamps: points.map(([start]) => new Date(start)),
          Values: points.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
    Messages: [],
  };
}

/** GetMetricStatistics: statistics of one metric by period. */
export function getMetricStatistics(input: GetMetricStatisticsInput, call: Call): GetMetricStatisticsOutput {
  const { Statistics: plain = [], ExtendedStatistics: extended = [], Period: period = 60 } = input;
  if (plain.length > 0 === extended.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'You must specify either Statistics or ExtendedStatistics, but not both',
    );
  }
  checkPeriod(period);
  const from = aligned(input.StartTime?.getTime() ?? 0, period);
  const to = input.EndTime?.getTime() ?? 0;
  if (from >= to)
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter StartTime must be less than the parameter EndTime',
    );
  if ((to - from) / (period * 1000) > 1440) {
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${Math.ceil((to - from) / (period * 1000))} datapoints, which exceeds the limit of 1,440`,
    );
  }
  const key = seriesKey(input.Namespace ?? '', input.MetricName ?? '', dimensionRecord(input.Dimensions));
  const found = windows(cloudWatchState(call.world, call.scope).metrics[key], from, to, period * 1000, input.Unit);
  return {
    Label: input.MetricName,
    Datapoints: found.map((window) => {
      const values = Object.fromEntries(plain.map((name) => [name, statistic(name)(window.sample)]));
      const percentiles = Object.fromEntries(
        extended.flatMap((name) => {
          const value = statistic(name)(window.sample);
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
      return {
        Timestamp: new Date(window.start),
        Unit: window.unit as NonNullable<Datapoint['Unit']>,
        ...values,
        ...(extended.length > 0 ? { ExtendedStatistics: percentiles } : {}),
      };
    }),
  };
}

/** ListMetrics, by namespace, name and dimensions, 500 a page. */
export function listMetrics(input: ListMetricsInput, call: Call): ListMetricsOutput {
  const recent = input.RecentlyActive === 'PT3H' ? call.now - 3 * 3_600_000 : Number.NEGATIVE_INFINITY;
  const wanted = (series: Series): boolean =>
    (input.Namespace === undefined || series.namespace === input.Namespace) &&
    (input.MetricName === undefined || series.name === input.MetricName) &&
    series.lastPutAt >= recent &&
    (input.Dimensions ?? []).every((filter) => {
      const value = own(series.dimensions, filter.Name);
      return value !== undefined && (filter.Value === undefined || filter.Value === value);
    });
  const found = Object.values(cloudWatchState(call.world, call.scope).metrics).filter(wanted);
  const { items, NextToken } = page(found, input.NextToken, 500);
  return {
    Metrics: items.map((series) => ({
      Namespace: series.namespace,
      MetricName: series.name,
      Dimensions: Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(NextToken ? { NextToken } : {}),
  };
}

/** Start times are rounded down: to the minute, or to the period when that is shorter. */
function aligned(start: number, period: number): number {
  const step = Math.min(period, 60) * 1000;
  return start - (start % step);
}
