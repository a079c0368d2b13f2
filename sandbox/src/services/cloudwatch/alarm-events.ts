import type { Scope, World } from '../../kernel/world.ts';
import type { AlarmState } from './state.ts';

/** A state of an alarm, in the form of its events. */
interface EventState {
  readonly value: string;
  readonly reason: string;
  readonly reasonData?: string;
  /** ISO 8601, with the zone as `+0000`. */
  readonly timestamp: string;
}

/** The state that the alarm is in. */
export function stateOf({ state, reason, reasonData, updatedAt }: AlarmState): EventState {
  return {
    value: state,
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    timestamp: new Date(updatedAt).toISOString().replace('Z', '+0000'),
  };
}

/**
 * Tells EventBridge that an alarm is in another state.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function emitAlarmChange(world: World, scope: Scope, alarm: AlarmState, previousState: EventState): void {
  world.ports.events.emit(scope, () => ({
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.settings.name,
      state: stateOf(alarm),
      previousState,
      configuration: {
        ...(alarm.settings.description === undefined ? {} : { description: alarm.settings.description }),
        metrics: alarm.settings.queries.map(({ Id, Expression, Label, MetricStat, Period, ReturnData = true }) => ({
          id: Id,
          ...(Expression === undefined ? {} : { expression: Expression }),
          ...(Label === undefined ? {} : { label: Label }),
          ...(Period === undefined ? {} : { period: Period }),
          ...(MetricStat === undefined
            ? {}
            : {
                metricStat: {
                  metric: {
                    namespace: MetricStat.Metric?.Namespace,
                    name: MetricStat.Metric?.MetricName,
                    dimensions: Object.fromEntries(
                      (MetricStat.Metric?.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
                    ),
                  },
                  period: MetricStat.Period,
                  stat: MetricStat.Stat,
                },
              }),
          returnData: ReturnData,
        })),
      },
    },
  }));
}
