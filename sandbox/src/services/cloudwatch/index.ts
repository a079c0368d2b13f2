import * as sdk from '@aws-sdk/client-cloudwatch';
import { own } from '../../kernel/own.ts';
import type { Metrics } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { evaluateAlarm } from './alarm-timer.ts';
import {
  deleteAlarms,
  describeAlarms,
  describeAlarmsForMetric,
  disableAlarmActions,
  enableAlarmActions,
  putMetricAlarm,
  setAlarmState,
} from './alarms.ts';
import { describeAlarmHistory } from './history.ts';
import { getMetricData, getMetricStatistics, listMetrics } from './metrics.ts';
import { putMetricData, seriesOf } from './put-metric-data.ts';
import { record, single } from './series.ts';
import { cloudWatchState } from './state.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** CloudWatch: metrics and metric alarms. */
export const cloudwatch: Service = {
  name: 'monitoring',
  sdk,
  model: 'cloudwatch',
  handlers: {
    DeleteAlarms: deleteAlarms,
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: describeAlarms,
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListMetrics: listMetrics,
    ListTagsForResource: listTagsForResource,
    PutMetricAlarm: putMetricAlarm,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
  timers: { 'cloudwatch/evaluate': evaluateAlarm },
};

/** What everybody may tell CloudWatch. */
export function metricsPort(world: World): Metrics {
  return {
    put(scope, namespace, name, dimensions, value, unit) {
      const now = world.clock.now();
      const series = seriesOf(world, scope, namespace, name, dimensions);
      series.lastPutAt = now;
      record(series, now, unit, single(value));
    },
    alarmState(scope, name) {
      return own(cloudWatchState(world, scope).alarms, name)?.state;
    },
  };
}
