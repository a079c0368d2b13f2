import type { AlarmSettings, StateValue } from './state.ts';

/** One value that an alarm looks at. */
export interface Datapoint {
  /** Start of its period, in milliseconds since the epoch. */
  readonly start: number;
  readonly value: number;
}

/** What an evaluation decided; `keep` leaves the state as it is. */
export interface Decision {
  readonly state: StateValue | 'keep';
  /** The datapoints that decided, newest first. */
  readonly considered: readonly Datapoint[];
  readonly missing: number;
}

/** Alarms look back over a few more periods than they evaluate, so that a missing datapoint can be made up for. */
export const extraPeriods = 2;

/**
 * Decides an alarm's state from the datapoints of the evaluation range (`EvaluationPeriods` and `extraPeriods` more).
 * With enough real datapoints the most recent ones decide; otherwise the gaps are filled as `TreatMissingData` says.
 * `end` is the end of the newest period, in milliseconds since the epoch.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function decide(settings: AlarmSettings, datapoints: readonly Datapoint[], end: number): Decision {
  const periods = settings.evaluationPeriods;
  const needed = settings.datapointsToAlarm ?? periods;
  const considered = datapoints.toSorted((a, b) => b.start - a.start).slice(0, periods);
  const missing = periods - considered.length;
  const breaching = considered.filter((datapoint) => breaches(settings, datapoint.value)).length;
  const answer = (state: Decision['state']): Decision => ({ state, considered, missing });
  if (missing === 0) return answer(breaching >= needed ? 'ALARM' : 'OK');
  switch (settings.treatMissingData ?? 'missing') {
    case 'breaching':
      return answer(breaching + missing >= needed ? 'ALARM' : 'OK');
    case 'notBreaching':
      return answer(breaching >= needed ? 'ALARM' : 'OK');
    default:
      return answer(withGaps(settings, needed, breaching, considered, end));
  }
}

/** `missing` and `ignore`: few datapoints alarm only when the oldest of them has had time to be followed by better ones. */
function withGaps(
  settings: AlarmSettings,
  needed: number,
  breaching: number,
  considered: readonly Datapoint[],
  end: number,
): Decision['state'] {
  const ignore = settings.treatMissingData === 'ignore';
  const oldest = considered.at(-1);
  if (!oldest) return ignore ? 'keep' : 'INSUFFICIENT_DATA';
  if (breaching >= needed) return 'ALARM';
  if (breaching < considered.length) return 'OK';
  const age = (end - oldest.start) / (settings.period * 1000);
  return age >= needed && !ignore ? 'ALARM' : 'keep';
}

const comparisons: Readonly<
  Record<string, { readonly words: string; readonly holds: (value: number, threshold: number) => boolean }>
> = {
  GreaterThanThreshold: { words: 'greater than', holds: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', holds: (value, threshold) => value >= threshold },
  LessThanThreshold: { words: 'less than', holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', holds: (value, threshold) => value <= threshold },
};

/** Comparison operators of alarms on a static threshold. */
export const comparisonOperators: readonly string[] = Object.keys(comparisons);

/** True when a value is on the alarm's side of the threshold. */
function breaches(settings: AlarmSettings, value: number): boolean {
  return comparisons[settings.comparisonOperator]?.holds(value, settings.threshold) ?? false;
}

/** The reason of a state in CloudWatch's own words. */
export function reasonText(settings: AlarmSettings, before: StateValue, decision: Decision): string {
  const { considered, missing } = decision;
  if (decision.state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${missing} ${missing === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  }
  const alarm = decision.state === 'ALARM';
  const told = considered.filter((datapoint) => breaches(settings, datapoint.value) === alarm);
  const words = comparisons[settings.comparisonOperator]?.words ?? '';
  const needed = settings.datapointsToAlarm ?? settings.evaluationPeriods;
  const minimum = alarm ? needed : settings.evaluationPeriods - needed + 1;
  const filled =
    missing > 0
      ? `${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'} treated as [${settings.treatMissingData ?? 'missing'}] and `
      : '';
  const list = told.map((datapoint) => `${decimal(datapoint.value)} (${stamp(datapoint.start)})`).join(', ');
  return (
    `Threshold Crossed: ${filled}${told.length} out of the last ${settings.evaluationPeriods} datapoints [${list}] ` +
    `${told.length === 1 ? 'was' : 'were'} ${alarm ? '' : 'not '}${words} the threshold (${decimal(settings.threshold)}) ` +
    `(minimum ${minimum} ${minimum === 1 ? 'datapoint' : 'datapoints'} for ${before} -> ${decision.state} transition).`
  );
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `20/11/26 09:05:00`. */
function stamp(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split('T');
  return `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(2, 4)} ${clock.slice(0, 8)}`;
}
