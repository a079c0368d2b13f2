import { AwsError } from '../../kernel/service.ts';
import { type Sample, valuesOf } from './series.ts';
import type { Bucket, Series } from './state.ts';

/** A statistic: how the samples of a period become one value. */
export type Statistic = (sample: Sample) => number | undefined;

/**
 * The statistic of a name: SampleCount, Sum, Average, Minimum, Maximum, or a percentile such as p99 or p99.9.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 * @throws AwsError InvalidParameterValue
 */
export function statistic(name: string): Statistic {
  switch (name) {
    case 'SampleCount':
      return (sample) => sample.count;
    case 'Sum':
      return (sample) => sample.sum;
    case 'Average':
      return (sample) => sample.sum / sample.count;
    case 'Minimum':
      return (sample) => sample.min;
    case 'Maximum':
      return (sample) => sample.max;
    default: {
      const [, digits] = /^p(100|\d{1,2}(?:\.\d{1,10})?)$/.exec(name) ?? [];
      if (digits === undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          `The statistic '${name}' is not served: SampleCount, Sum, Average, Minimum, Maximum and percentiles such as p99 are`,
        );
      }
      return (sample) => percentile(sample, Number(digits));
    }
  }
}

function percentile(sample: Sample, percent: number): number | undefined {
  const values = valuesOf(sample);
  if (!values) return undefined;
  const sorted = Object.entries(values)
    .map(([value, count]) => [Number(value), count] as const)
    .toSorted(([a], [b]) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sample.count));
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return sample.max;
}

/** What was measured in one period. */
export interface Window {
  /** Its start, in milliseconds since the epoch. */
  readonly start: number;
  readonly sample: Sample;
  readonly unit: string;
}

/**
 * The periods that have data, oldest first, from `from` (inclusive) to `to` (exclusive), in milliseconds. Periods are
 * counted from `from`. With a unit, only data of that unit counts.
 */
export function windows(
  series: Series | undefined,
  from: number,
  to: number,
  periodMs: number,
  unit?: string,
): Window[] {
  const result = new Map<number, { start: number; unit: string; buckets: Bucket[] }>();
  for (const bucket of series?.buckets ?? []) {
    if (bucket.start < from || bucket.start >= to || (unit !== undefined && bucket.unit !== unit)) continue;
    const start = from + Math.floor((bucket.start - from) / periodMs) * periodMs;
    const window = result.get(start) ?? { start, unit: bucket.unit, buckets: [] };
    window.buckets.push(bucket);
    result.set(start, window);
  }
  return [...result.values()].map(({ start, unit: found, buckets }) => ({
    start,
    unit: found,
    sample: total(buckets),
  }));
}

function total(buckets: readonly Bucket[]): Sample {
  const known = buckets.map(valuesOf);
  const values: Record<string, number> = {};
  for (const part of known) {
    for (const [value, count] of Object.entries(part ?? {})) values[value] = (values[value] ?? 0) + count;
  }
  return {
    count: buckets.reduce((sum, bucket) => sum + bucket.count, 0),
    sum: buckets.reduce((sum, bucket) => sum + bucket.sum, 0),
    min: Math.min(...buckets.map((bucket) => bucket.min)),
    max: Math.max(...buckets.map((bucket) => bucket.max)),
    ...(known.every((part) => part !== undefined) ? { values } : {}),
  };
}
