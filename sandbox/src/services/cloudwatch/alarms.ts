import type {
  DeleteAlarmsInput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { alarmSettings } from './alarm-settings.ts';
import { scheduleEvaluation, setAlarm } from './alarm-timer.ts';
import { addHistory } from './history.ts';
import { dimensionRecord } from './queries.ts';
import { type AlarmSettings, type AlarmState, cloudWatchState, seriesKey } from './state.ts';
import { page } from './tokens.ts';

/** PutMetricAlarm: a new alarm, or new settings for one that keeps its state. Tags count for a new one only. */
export function putMetricAlarm(input: PutMetricAlarmInput, call: Call): object {
  const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  putAlarm(call.world, call.scope, alarmSettings(input), tags);
  return {};
}

/** Makes or updates an alarm, as PutMetricAlarm does. Gives its ARN. */
export function putAlarm(
  world: World,
  scope: Scope,
  settings: AlarmSettings,
  tags: Readonly<Record<string, string>>,
): string {
  const state = cloudWatchState(world, scope);
  const now = world.clock.now();
  const existing = own(state.alarms, settings.name);
  if (existing) {
    existing.settings = settings;
    existing.configuredAt = now;
    if (existing.timer !== undefined) world.timers.cancel(existing.timer);
    scheduleEvaluation(world, scope, existing);
    noteConfiguration(world, scope, settings.name, 'updated');
    return existing.arn;
  }
  const arn = `arn:aws:cloudwatch:${scope.region}:${scope.accountId}:alarm:${settings.name}`;
  const created: AlarmState = {
    arn,
    settings,
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    configuredAt: now,
    updatedAt: now,
    transitionedAt: now,
  };
  state.alarms[settings.name] = created;
  world.resources.add({ arn, type: 'cloudwatch:alarm', ...scope, createdAt: now, tags: { ...tags } });
  scheduleEvaluation(world, scope, created);
  noteConfiguration(world, scope, settings.name, 'created');
  return arn;
}

/** Removes an alarm; one that does not exist is no error. */
export function removeAlarm(world: World, scope: Scope, name: string): void {
  const state = cloudWatchState(world, scope);
  const alarm = own(state.alarms, name);
  if (!alarm) return;
  if (alarm.timer !== undefined) world.timers.cancel(alarm.timer);
  delete state.alarms[name];
  world.resources.remove(alarm.arn);
  noteConfiguration(world, scope, name, 'deleted');
}

/** DescribeAlarms: in the order of their names. Composite and log alarms there are none of. */
export function describeAlarms(input: DescribeAlarmsInput, call: Call): DescribeAlarmsOutput {
  if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined) {
    throw new AwsError('ValidationError', 'AlarmNamePrefix and AlarmNames cannot both be specified');
  }
  if (input.AlarmTypes?.length && !input.AlarmTypes.includes('MetricAlarm'))
    return { MetricAlarms: [], CompositeAlarms: [] };
  const found = inOrder(call).filter(({ settings, state }) => {
    const actions = [...settings.okActions, ...settings.alarmActions, ...settings.insufficientDataActions];
    return (
      (!input.AlarmNames?.length || input.AlarmNames.includes(settings.name)) &&
      settings.name.startsWith(input.AlarmNamePrefix ?? '') &&
      (input.StateValue === undefined || state === input.StateValue) &&
      (input.ActionPrefix === undefined || actions.some((action) => action.startsWith(input.ActionPrefix ?? '')))
    );
  });
  const { items, NextToken } = page(found, input.NextToken, input.MaxRecords ?? (input.AlarmNames?.length ? 100 : 50));
  return { MetricAlarms: items.map(describe), CompositeAlarms: [], ...(NextToken ? { NextToken } : {}) };
}

/** DescribeAlarmsForMetric: alarms on exactly this metric, none with math. */
export function describeAlarmsForMetric(
  input: DescribeAlarmsForMetricInput,
  call: Call,
): DescribeAlarmsForMetricOutput {
  const wanted = seriesKey(input.Namespace ?? '', input.MetricName ?? '', dimensionRecord(input.Dimensions));
  const found = inOrder(call).filter(({ settings }) => {
    const stat = settings.queries[0]?.MetricStat;
    if (settings.math || !stat) return false;
    const has = seriesKey(
      stat.Metric?.Namespace ?? '',
      stat.Metric?.MetricName ?? '',
      dimensionRecord(stat.Metric?.Dimensions),
    );
    const statistic = input.Statistic ?? input.ExtendedStatistic;
    return (
      has === wanted &&
      (statistic === undefined || statistic === stat.Stat) &&
      (input.Period === undefined || input.Period === stat.Period) &&
      (input.Unit === undefined || input.Unit === stat.Unit)
    );
  });
  return { MetricAlarms: found.map(describe) };
}

/** DeleteAlarms, at most 100. Names without an alarm are passed over. */
export function deleteAlarms(input: DeleteAlarmsInput, call: Call): object {
  for (const name of input.AlarmNames ?? []) removeAlarm(call.world, call.scope, name);
  return {};
}

/** SetAlarmState: until the next evaluation. @throws AwsError ResourceNotFound, InvalidFormat */
export function setAlarmState(input: SetAlarmStateInput, call: Call): object {
  const alarm = own(cloudWatchState(call.world, call.scope).alarms, input.AlarmName ?? '');
  if (!alarm) throw new AwsError('ResourceNotFound', `Alarm '${input.AlarmName}' does not exist`);
  if (input.StateReasonData !== undefined) {
    try {
      JSON.parse(input.StateReasonData);
    } catch (error) {
      throw new AwsError('InvalidFormat', `StateReasonData is not valid JSON: ${String(error)}`);
    }
  }
  setAlarm(call.world, call.scope, alarm, input.StateValue ?? 'OK', input.StateReason ?? '', input.StateReasonData);
  return {};
}

/** EnableAlarmActions. */
export function enableAlarmActions(input: EnableAlarmActionsInput, call: Call): object {
  return switchActions(input.AlarmNames, true, call);
}

/** DisableAlarmActions: the state goes on to change, no action is invoked. */
export function disableAlarmActions(input: DisableAlarmActionsInput, call: Call): object {
  return switchActions(input.AlarmNames, false, call);
}

function switchActions(names: readonly string[] | undefined, enabled: boolean, call: Call): object {
  for (const name of names ?? []) {
    const alarm = own(cloudWatchState(call.world, call.scope).alarms, name);
    if (alarm) alarm.settings.actionsEnabled = enabled;
  }
  return {};
}

function inOrder(call: Call): AlarmState[] {
  const alarms = Object.values(cloudWatchState(call.world, call.scope).alarms);
  return alarms.toSorted((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
}

function noteConfiguration(
  world: World,
  scope: Scope,
  alarmName: string,
  what: 'created' | 'updated' | 'deleted',
): void {
  const type = { created: 'Create', updated: 'Update', deleted: 'Delete' }[what];
  addHistory(cloudWatchState(world, scope), {
    alarmName,
    at: world.clock.now(),
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarmName}" ${what}`,
    data: JSON.stringify({ version: '1.0', type }),
  });
}

/** An alarm as the API shows it. */
function describe(alarm: AlarmState): MetricAlarm {
  const { settings } = alarm;
  const stat = settings.math ? undefined : settings.queries[0]?.MetricStat;
  return {
    AlarmName: settings.name,
    AlarmArn: alarm.arn,
    ...(settings.description === undefined ? {} : { AlarmDescription: settings.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: settings.actionsEnabled,
    OKActions: [...settings.okActions],
    AlarmActions: [...settings.alarmActions],
    InsufficientDataActions: [...settings.insufficientDataActions],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === undefined ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.updatedAt),
    StateTransitionedTimestamp: new Date(alarm.transitionedAt),
    ...(stat ? metricOf(stat) : { Metrics: [...settings.queries] }),
    EvaluationPeriods: settings.evaluationPeriods,
    ...(settings.datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: settings.datapointsToAlarm }),
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparisonOperator as NonNullable<MetricAlarm['ComparisonOperator']>,
    ...(settings.treatMissingData === undefined ? {} : { TreatMissingData: settings.treatMissingData }),
    ...(settings.evaluateLowSampleCountPercentile === undefined
      ? {}
      : { EvaluateLowSampleCountPercentile: settings.evaluateLowSampleCountPercentile }),
  };
}

type MetricStat = NonNullable<NonNullable<MetricAlarm['Metrics']>[number]['MetricStat']>;

function metricOf(stat: MetricStat): Partial<MetricAlarm> {
  const percentile = stat.Stat?.startsWith('p') ?? false;
  return {
    MetricName: stat.Metric?.MetricName,
    Namespace: stat.Metric?.Namespace,
    Dimensions: stat.Metric?.Dimensions ?? [],
    Period: stat.Period,
    ...(percentile
      ? { ExtendedStatistic: stat.Stat }
      : { Statistic: stat.Stat as NonNullable<MetricAlarm['Statistic']> }),
    ...(stat.Unit ? { Unit: stat.Unit } : {}),
  };
}
