import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { dimensionRecord } from './queries.ts';
import { record, type Sample, single } from './series.ts';
import { cloudWatchState, type Series, seriesKey } from './state.ts';

const twoWeeksMs = 14 * 86_400_000;
const twoHoursMs = 2 * 3_600_000;
const mostMetrics = 1000;
const mostDimensions = 30;

/**
 * PutMetricData: single values, values with counts, or statistic sets.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
export function putMetricData(input: PutMetricDataInput, call: Call): object {
  const data = [
    ...(input.MetricData ?? []),
    ...(input.EntityMetricData ?? []).flatMap((entity) => entity.MetricData ?? []),
  ];
  if (data.length === 0) throw new AwsError('MissingParameter', 'The parameter MetricData is required.');
  if (data.length > mostMetrics) {
    throw new AwsError(
      'InvalidParameterValue',
      `At most ${mostMetrics} metrics can be put in a call, but ${data.length} were given`,
    );
  }
  const checked = data.map((datum) => check(datum, call.now));
  for (const { datum, at, sample } of checked) {
    const series = seriesOf(
      call.world,
      call.scope,
      input.Namespace ?? '',
      datum.MetricName ?? '',
      dimensionRecord(datum.Dimensions),
    );
    series.lastPutAt = call.now;
    record(series, at, datum.Unit ?? 'None', sample, datum.StorageResolution === 1 ? 1000 : 60_000);
  }
  return {};
}

/** The series of a metric, made when it is new. */
export function seriesOf(
  world: World,
  scope: Scope,
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): Series {
  const state = cloudWatchState(world, scope);
  const key = seriesKey(namespace, name, dimensions);
  const series = state.metrics[key] ?? { namespace, name, dimensions: { ...dimensions }, buckets: [], lastPutAt: 0 };
  state.metrics[key] = series;
  return series;
}

function check(datum: MetricDatum, now: number): { datum: MetricDatum; at: number; sample: Sample } {
  const at = datum.Timestamp?.getTime() ?? now;
  if (at < now - twoWeeksMs || at > now + twoHoursMs) {
    throw new AwsError(
      'InvalidParameterValue',
      'The parameter MetricData.member.Timestamp must specify a time within the past two weeks and the next two hours.',
    );
  }
  if ((datum.Dimensions?.length ?? 0) > mostDimensions) {
    throw new AwsError('InvalidParameterValue', `A metric can have at most ${mostDimensions} dimensions.`);
  }
  return { datum, at, sample: sampleOf(datum) };
}

function sampleOf(datum: MetricDatum): Sample {
  const set = datum.StatisticValues;
  if (set) {
    const sample = { count: set.SampleCount ?? 0, sum: set.Sum ?? 0, min: set.Minimum ?? 0, max: set.Maximum ?? 0 };
    for (const number of Object.values(sample)) checkNumber(number);
    return sample;
  }
  if (datum.Values?.length) return distribution(datum.Values, datum.Counts ?? datum.Values.map(() => 1));
  if (datum.Value === undefined) {
    throw new AwsError(
      'MissingParameter',
      'At least one of the parameters Value, Values and StatisticValues must be specified.',
    );
  }
  checkNumber(datum.Value);
  return single(datum.Value);
}

function distribution(values: readonly number[], counts: readonly number[]): Sample {
  if (counts.length !== values.length) {
    throw new AwsError(
      'InvalidParameterValue',
      `Values has ${values.length} items but Counts has ${counts.length}: they must be as many.`,
    );
  }
  if (values.length > 150)
    throw new AwsError('InvalidParameterValue', 'At most 150 unique values can be put for a metric.');
  const found: Record<string, number> = {};
  values.forEach((value, index) => {
    checkNumber(value);
    found[value] = (found[value] ?? 0) + (counts[index] ?? 0);
  });
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
    min: Math.min(...values),
    max: Math.max(...values),
    values: found,
  };
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value) || Math.abs(value) > 2 ** 360) {
    throw new AwsError('InvalidParameterValue', `The value ${value} must be a number between -2^360 and 2^360.`);
  }
}
