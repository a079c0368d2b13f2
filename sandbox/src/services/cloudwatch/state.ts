import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Scope, World } from '../../kernel/world.ts';

/** What was measured within one second or minute, in one unit. */
export interface Bucket {
  /** Its start, in milliseconds since the epoch. */
  start: number;
  unit: string;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value was measured; absent when it is one value, or when only a statistic set is known. */
  values?: Record<string, number>;
}

/** One metric: a name with its dimensions. */
export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** In the order of their starts. */
  buckets: Bucket[];
  /** When it was last put, in milliseconds since the epoch. */
  lastPutAt: number;
}

/** The state of an alarm. */
export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What a metric alarm watches. */
export interface AlarmSettings {
  readonly name: string;
  readonly description?: string;
  actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  /** The metric and the math around it; for an alarm on one metric, the query of that metric. */
  readonly queries: readonly MetricDataQuery[];
  /** True when the alarm was put with `Metrics`. */
  readonly math: boolean;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: string;
  readonly treatMissingData?: string;
  readonly evaluateLowSampleCountPercentile?: string;
}

/** A metric alarm as it is kept. */
export interface AlarmState {
  readonly arn: string;
  settings: AlarmSettings;
  state: StateValue;
  reason: string;
  reasonData?: string;
  /** Milliseconds since the epoch. */
  configuredAt: number;
  updatedAt: number;
  transitionedAt: number;
  timer?: string;
}

/** An entry of the alarm history. */
export interface HistoryItem {
  readonly alarmName: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

/** Everything of CloudWatch at one account and region. */
export interface CloudWatchState {
  readonly metrics: Record<string, Series>;
  readonly alarms: Record<string, AlarmState>;
  /** Oldest first. */
  history: HistoryItem[];
}

/** The state of CloudWatch at one account and region. */
export function cloudWatchState(world: World, scope: Scope): CloudWatchState {
  return world.slice<CloudWatchState>(scope, 'cloudwatch', () => ({ metrics: {}, alarms: {}, history: [] }));
}

/** The key of a metric: dimensions in any order name the same one. */
export function seriesKey(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, ...sorted]);
}
