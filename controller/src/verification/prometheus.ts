import type { Analysis, PrometheusQuery } from '../api/service.ts';
import { isObject, type Json } from '../core/json.ts';
import { conditionInWords, phaseOf } from './condition.ts';
import { intervalOf, type Measured, type Measurement, mostOf } from './judge.ts';
import { get } from './request.ts';
import { MAX_MEASUREMENTS } from './schedule.ts';
import { filledIn, type Subject } from './subject.ts';
import { Unmeasurable } from './unmeasurable.ts';

/**
 * The measurements so far of an analysis in Prometheus: the query at the end of each interval since the new revision has
 * had its traffic. One range query answers for all of them.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 * @throws Unmeasurable when Prometheus does not answer the query with one number
 */
export async function measurePrometheus(
  subject: Subject,
  analysis: Analysis,
  query: PrometheusQuery,
  endless: boolean,
): Promise<Measured> {
  const now = subject.pass.now.getTime();
  const intervalMs = intervalOf(analysis);
  const since = subject.since.getTime();
  const ended = Math.max(0, Math.floor((now - since) / intervalMs));
  const to = endless ? ended : Math.min(ended, mostOf(analysis));
  const from = endless ? Math.max(0, ended - MAX_MEASUREMENTS) : 0;
  const nextInMs = since + (ended + 1) * intervalMs - now;
  if (to === from) return { measurements: [], nextInMs };
  const times = Array.from({ length: to - from }, (_, index) => since + (from + index + 1) * intervalMs);
  const values = await read(subject, query, times, intervalMs);
  const measurements = times.map((at) => measurementOf(values.get(at), analysis));
  return { measurements, nextInMs };
}

/** Values by time in milliseconds. */
async function read(
  subject: Subject,
  { url, query }: PrometheusQuery,
  times: readonly number[],
  intervalMs: number,
): Promise<ReadonlyMap<number, number>> {
  const text = filledIn(query, subject);
  if (text === undefined) throw new Unmeasurable(`${query}: the new revision has no target group`);
  const parameters = new URLSearchParams({
    query: text,
    start: seconds(times[0] ?? 0),
    end: seconds(times.at(-1) ?? 0),
    step: seconds(intervalMs),
  });
  const response = await get(
    `${url.replace(/\/+$/, '')}/api/v1/query_range?${parameters.toString()}`,
    subject.pass.signal,
    {
      body: true,
    },
  );
  subject.pass.signal.throwIfAborted();
  if ('problem' in response) throw new Unmeasurable(`Prometheus at ${url}: ${response.problem}`);
  const answer = parsed(response.body);
  if (answer['status'] !== 'success') {
    const why = typeof answer['error'] === 'string' ? answer['error'] : `status ${response.status}`;
    throw new Unmeasurable(`Prometheus at ${url}: ${why}`);
  }
  const { data } = answer;
  const series = isObject(data) && Array.isArray(data['result']) ? data['result'] : [];
  if (series.length > 1) {
    throw new Unmeasurable(`Prometheus at ${url}: the query gives ${series.length} time series, and one is needed`);
  }
  const [only] = series;
  const values = isObject(only) && Array.isArray(only['values']) ? only['values'] : [];
  return new Map(values.flatMap(pointOf));
}

/** `[1700000000.5, "0.01"]`; `NaN`, `+Inf` and `-Inf` are numbers of Prometheus. */
function pointOf(pair: Json): readonly (readonly [number, number])[] {
  if (!Array.isArray(pair)) return [];
  const [at, value] = pair;
  if (typeof at !== 'number' || typeof value !== 'string') return [];
  return [[Math.round(at * 1000), Number(value.replace('Inf', 'Infinity'))]];
}

function parsed(body: string): { readonly [key: string]: Json | undefined } {
  try {
    const json: Json = JSON.parse(body);
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

/** Prometheus takes seconds with a fraction. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function measurementOf(value: number | undefined, analysis: Analysis): Measurement {
  if (value === undefined || Number.isNaN(value)) return { is: 'Inconclusive', told: 'Prometheus has no data' };
  return { is: phaseOf(value, analysis), told: `result ${value}, ${conditionInWords(analysis)}` };
}
