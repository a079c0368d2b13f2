import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/service.ts';
import { comparisonOperators } from './evaluation.ts';
import { checkQueries, periodOf } from './queries.ts';
import type { AlarmSettings } from './state.ts';
import { statistic } from './statistics.ts';

/**
 * Checks what PutMetricAlarm was given.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * @throws AwsError ValidationError, InvalidParameterValue
 */
export function alarmSettings(input: PutMetricAlarmInput): AlarmSettings {
  const math = input.Metrics !== undefined && input.Metrics.length > 0;
  if (math === (input.MetricName !== undefined)) invalid('You must specify either MetricName or Metrics');
  if (input.EvaluationCriteria || input.EvaluationInterval) invalid('PromQL alarms are not served');
  const queries = math ? mathQueries(input.Metrics ?? []) : [metricQuery(input)];
  checkQueries(queries);
  for (const query of queries) if (query.MetricStat) statistic(query.MetricStat.Stat ?? '');
  const period = periodOf(queries);
  const evaluationPeriods = input.EvaluationPeriods ?? 0;
  if (evaluationPeriods < 1) invalid('EvaluationPeriods is required');
  checkLength(period, evaluationPeriods);
  const datapoints = input.DatapointsToAlarm;
  if (datapoints !== undefined && datapoints > evaluationPeriods) {
    invalid(`DatapointsToAlarm (${datapoints}) must not be greater than EvaluationPeriods (${evaluationPeriods})`);
  }
  const operator = input.ComparisonOperator ?? '';
  if (!comparisonOperators.includes(operator))
    invalid(`ComparisonOperator '${operator}' is not served: ${comparisonOperators.join(', ')} are`);
  if (input.Threshold === undefined) invalid('Threshold is required');
  const missing = input.TreatMissingData;
  if (missing !== undefined && !['breaching', 'notBreaching', 'ignore', 'missing'].includes(missing)) {
    invalid(`TreatMissingData '${missing}' must be one of breaching, notBreaching, ignore, missing`);
  }
  return {
    name: input.AlarmName ?? '',
    ...(input.AlarmDescription === undefined ? {} : { description: input.AlarmDescription }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: checkActions(input.OKActions),
    alarmActions: checkActions(input.AlarmActions),
    insufficientDataActions: checkActions(input.InsufficientDataActions),
    queries,
    math,
    period,
    evaluationPeriods,
    ...(datapoints === undefined ? {} : { datapointsToAlarm: datapoints }),
    threshold: input.Threshold ?? 0,
    comparisonOperator: operator,
    ...(missing === undefined ? {} : { treatMissingData: missing }),
    ...(input.EvaluateLowSampleCountPercentile === undefined
      ? {}
      : { evaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile }),
  };
}

function metricQuery(input: PutMetricAlarmInput): MetricDataQuery {
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined)) {
    invalid('You must specify either Statistic or ExtendedStatistic');
  }
  if (input.Period === undefined) invalid('Period is required');
  if (input.Namespace === undefined) invalid('Namespace is required');
  return {
    Id: 'm1',
    MetricStat: {
      Metric: { Namespace: input.Namespace, MetricName: input.MetricName, Dimensions: input.Dimensions ?? [] },
      Period: input.Period,
      Stat: input.Statistic ?? input.ExtendedStatistic,
      ...(input.Unit ? { Unit: input.Unit } : {}),
    },
  };
}

function mathQueries(queries: readonly MetricDataQuery[]): readonly MetricDataQuery[] {
  const watched = queries.filter((query) => query.ReturnData !== false);
  if (watched.length !== 1) {
    invalid(`Exactly one of the Metrics must have ReturnData true, but ${watched.length} have`);
  }
  return queries;
}

function checkLength(period: number, evaluationPeriods: number): void {
  const seconds = period * evaluationPeriods;
  const most = period < 3600 ? 86_400 : 604_800;
  if (seconds > most) {
    invalid(
      `Metrics cannot be checked across more than ${most === 86_400 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${most})`,
    );
  }
}

function checkActions(actions: readonly string[] | undefined): readonly string[] {
  for (const action of actions ?? []) {
    if (!action.startsWith('arn:')) invalid(`Invalid arn syntax: ${action}`);
  }
  return [...(actions ?? [])];
}

function invalid(message: string): never {
  throw new AwsError('ValidationError', message);
}
