import type { Bucket, Series } from './state.ts';

/** Values that came together: one value, or the statistics of several. */
export interface Sample {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** How often each value was measured, when that is known. */
  readonly values?: Readonly<Record<string, number>>;
}

/** The sample of one value, measured once. */
export function single(value: number): Sample {
  return { count: 1, sum: value, min: value, max: value };
}

/** At most this many buckets are kept of a series; older ones are merged into five minutes each... */
const mostBuckets = 600;
const mergedMs = 300_000;
/** ... and dropped after a day. AWS keeps one minute for 15 days and five minutes for 63 days. */
const retentionMs = 86_400_000;
/** At most this many different values of a bucket are kept apart; beyond, values are rounded to three digits, then two. */
const mostValues = 100;

/** Adds a sample to a series. `resolutionMs`: 1000 for high-resolution metrics, otherwise 60000. */
export function record(series: Series, at: number, unit: string, sample: Sample, resolutionMs = 60_000): void {
  const start = at - (at % resolutionMs);
  const { buckets } = series;
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.start ?? 0) > start) index--;
  for (let i = index - 1; i >= 0 && buckets[i]?.start === start; i--) {
    const bucket = buckets[i];
    if (bucket?.unit === unit) {
      merge(bucket, sample);
      return;
    }
  }
  const { count, sum, min, max, values } = sample;
  buckets.splice(index, 0, { start, unit, count, sum, min, max, ...(values ? { values: { ...values } } : {}) });
  if (buckets.length > mostBuckets) compact(series);
}

function merge(bucket: Bucket, sample: Sample): void {
  const before = valuesOf(bucket);
  const added = valuesOf(sample);
  if (!before || !added) {
    delete bucket.values;
  } else if (bucket.values || sample.min !== bucket.min || sample.max !== bucket.max) {
    bucket.values ??= { ...before };
    for (const [value, count] of Object.entries(added)) bucket.values[value] = (bucket.values[value] ?? 0) + count;
    if (Object.keys(bucket.values).length > mostValues) bucket.values = rounded(bucket.values);
  }
  bucket.count += sample.count;
  bucket.sum += sample.sum;
  bucket.min = Math.min(bucket.min, sample.min);
  bucket.max = Math.max(bucket.max, sample.max);
}

/**
 * The distribution of a sample; undefined when only its statistics are known. A statistic set of equal minimum and
 * maximum has one.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
export function valuesOf(sample: Sample): Readonly<Record<string, number>> | undefined {
  if (sample.values) return sample.values;
  return sample.min === sample.max ? { [sample.min]: sample.count } : undefined;
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  for (const digits of [3, 2]) {
    const result: Record<string, number> = {};
    for (const [value, count] of Object.entries(values)) {
      const key = Number(Number(value).toPrecision(digits));
      result[key] = (result[key] ?? 0) + count;
    }
    if (Object.keys(result).length <= mostValues || digits === 2) return result;
  }
  return { ...values };
}

/** Merges the older half of a series into five minutes each and drops what is over a day old. */
function compact(series: Series): void {
  const newest = series.buckets.at(-1)?.start ?? 0;
  const half = series.buckets.length >> 1;
  const merged: Bucket[] = [];
  for (const bucket of series.buckets.slice(0, half)) {
    if (bucket.start < newest - retentionMs) continue;
    const start = bucket.start - (bucket.start % mergedMs);
    const target = merged.findLast((found) => found.start === start && found.unit === bucket.unit);
    if (target) merge(target, bucket);
    else merged.push({ ...bucket, start });
  }
  series.buckets = [...merged, ...series.buckets.slice(half)];
}
