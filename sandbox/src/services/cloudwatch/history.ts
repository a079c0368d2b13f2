import type { DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../../kernel/service.ts';
import { type CloudWatchState, cloudWatchState, type HistoryItem } from './state.ts';
import { page } from './tokens.ts';

/** At most this many entries are kept at one account and region. AWS keeps 30 days. */
const mostItems = 2000;

/** Adds an entry to the history; the oldest make room. */
export function addHistory(state: CloudWatchState, item: HistoryItem): void {
  state.history.push(item);
  if (state.history.length > mostItems) state.history = state.history.slice(-mostItems / 2);
}

/** DescribeAlarmHistory: newest first unless `ScanBy` says otherwise. Entries of deleted alarms stay. */
export function describeAlarmHistory(input: DescribeAlarmHistoryInput, call: Call): DescribeAlarmHistoryOutput {
  const from = input.StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
  const found = cloudWatchState(call.world, call.scope).history.filter(
    (item) =>
      (input.AlarmName === undefined || item.alarmName === input.AlarmName) &&
      (input.HistoryItemType === undefined || item.type === input.HistoryItemType) &&
      item.at >= from &&
      item.at <= to,
  );
  if (input.ScanBy !== 'TimestampAscending') found.reverse();
  const { items, NextToken } = page(found, input.NextToken, input.MaxRecords ?? 100);
  return {
    AlarmHistoryItems: items.map((item) => ({
      AlarmName: item.alarmName,
      AlarmType: 'MetricAlarm',
      Timestamp: new Date(item.at),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    ...(NextToken ? { NextToken } : {}),
  };
}
