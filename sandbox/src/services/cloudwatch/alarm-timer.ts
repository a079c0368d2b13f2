import type { Scope, World } from '../../kernel/world.ts';
import { emitAlarmChange, stateOf } from './alarm-events.ts';
import { type Datapoint, decide, type Decision, extraPeriods, reasonText } from './evaluation.ts';
import { addHistory } from './history.ts';
import { runQueries } from './queries.ts';
import { type AlarmState, cloudWatchState, type StateValue } from './state.ts';

/** Sets the timer of an alarm's next evaluation: at the next whole minute, or 10 seconds for high-resolution alarms. */
export function scheduleEvaluation(world: World, scope: Scope, alarm: AlarmState): void {
  const everyMs = alarm.settings.period < 60 ? 10_000 : 60_000;
  const afterMs = everyMs - (world.clock.now() % everyMs);
  alarm.timer = world.timers.set(scope, 'cloudwatch/evaluate', afterMs, { name: alarm.settings.name });
}

/** Timer: evaluates one alarm. */
export function evaluateAlarm(payload: { readonly name: string }, scope: Scope, world: World): void {
  const state = cloudWatchState(world, scope);
  const alarm = state.alarms[payload.name];
  if (!alarm) return;
  scheduleEvaluation(world, scope, alarm);
  if (world.faults.strikes('alarmOn', [alarm.settings.name])) {
    forceAlarm(world, scope, alarm);
    return;
  }
  const now = world.clock.now();
  const step = alarm.settings.period < 60 ? 10_000 : 60_000;
  const end = now - (now % step);
  const from = end - (alarm.settings.evaluationPeriods + extraPeriods) * alarm.settings.period * 1000;
  const watched = runQueries(state, alarm.settings.queries, from, end).find(
    (result) => result.query.ReturnData !== false,
  );
  const datapoints = [...(watched?.values ?? [])].map(([start, value]) => ({ start, value }));
  const decision = decide(alarm.settings, datapoints, end);
  if (decision.state !== 'keep' && decision.state !== alarm.state) {
    const data = reasonData(alarm, decision, from, now, watched?.counts);
    setAlarm(world, scope, alarm, decision.state, reasonText(alarm.settings, alarm.state, decision), data);
  } else if (alarm.state !== 'INSUFFICIENT_DATA') {
    // While a state lasts, scaling actions are invoked at every evaluation; other actions only when the state changes.
    act(world, scope, alarm, (action) => isScalingAction(action), latest(decision.considered));
  }
}

/** A fault keeps the alarm in ALARM, as if its metric were just over the threshold. */
function forceAlarm(world: World, scope: Scope, alarm: AlarmState): void {
  const value = alarm.settings.threshold;
  if (alarm.state === 'ALARM') return act(world, scope, alarm, isScalingAction, value);
  const data = JSON.stringify({ version: '1.0', recentDatapoints: [value], threshold: value });
  setAlarm(world, scope, alarm, 'ALARM', 'A fault rule of the sandbox (alarmOn) sets this alarm off.', data);
}

/** Changes an alarm's state, notes it in the history and invokes the actions of the new state. */
export function setAlarm(
  world: World,
  scope: Scope,
  alarm: AlarmState,
  value: StateValue,
  reason: string,
  data: string | undefined,
): void {
  const before = { stateValue: alarm.state, stateReason: alarm.reason };
  const previous = stateOf(alarm);
  const now = world.clock.now();
  alarm.transitionedAt = value === alarm.state ? alarm.transitionedAt : now;
  alarm.state = value;
  alarm.reason = reason;
  alarm.updatedAt = now;
  if (data === undefined) delete alarm.reasonData;
  else alarm.reasonData = data;
  if (before.stateValue === value) return;
  addHistory(cloudWatchState(world, scope), {
    alarmName: alarm.settings.name,
    at: now,
    type: 'StateUpdate',
    summary: `Alarm updated from ${before.stateValue} to ${value}`,
    data: JSON.stringify({ version: '1.0', oldState: before, newState: { stateValue: value, stateReason: reason } }),
  });
  emitAlarmChange(world, scope, alarm, previous);
  act(world, scope, alarm, () => true, valueOf(data));
}

/**
 * Invokes the actions of the alarm's state. Scaling policies take the action as a timer of Application Auto Scaling;
 * of other actions the history tells.
 */
function act(
  world: World,
  scope: Scope,
  alarm: AlarmState,
  which: (action: string) => boolean,
  value: number | undefined,
): void {
  const { settings } = alarm;
  if (!settings.actionsEnabled) return;
  const all = {
    OK: settings.okActions,
    ALARM: settings.alarmActions,
    INSUFFICIENT_DATA: settings.insufficientDataActions,
  };
  for (const action of all[alarm.state].filter(which)) {
    if (isScalingAction(action)) {
      const { threshold } = settings;
      world.timers.set(scope, 'autoscaling/alarm', 0, {
        action,
        alarm: settings.name,
        threshold,
        ...(value === undefined ? {} : { value }),
      });
    } else {
      addHistory(cloudWatchState(world, scope), {
        alarmName: settings.name,
        at: world.clock.now(),
        type: 'Action',
        summary: `Successfully executed action ${action}`,
        data: JSON.stringify({ actionState: 'Succeeded', notificationResource: action }),
      });
    }
  }
}

function isScalingAction(action: string): boolean {
  return /^arn:aws:autoscaling:[^:]*:\d*:scalingPolicy:/.test(action);
}

function latest(datapoints: readonly Datapoint[]): number | undefined {
  return datapoints[0]?.value;
}

/** The newest value that a state reason's JSON tells. */
function valueOf(data: string | undefined): number | undefined {
  if (data === undefined) return undefined;
  try {
    const value = (JSON.parse(data) as { recentDatapoints?: unknown[] }).recentDatapoints?.at(-1);
    return typeof value === 'number' ? value : undefined;
  } catch {
    // SetAlarmState takes any text here.
    return undefined;
  }
}

function reasonData(
  alarm: AlarmState,
  decision: Decision,
  from: number,
  now: number,
  counts: ReadonlyMap<number, number> | undefined,
): string {
  const oldestFirst = decision.considered.toReversed();
  const stat = alarm.settings.queries.length === 1 ? alarm.settings.queries[0]?.MetricStat?.Stat : undefined;
  return JSON.stringify({
    version: '1.0',
    queryDate: new Date(now).toISOString(),
    startDate: new Date(from).toISOString(),
    ...(stat ? { statistic: stat } : {}),
    period: alarm.settings.period,
    recentDatapoints: oldestFirst.map((datapoint) => datapoint.value),
    threshold: alarm.settings.threshold,
    evaluatedDatapoints: decision.considered.map((datapoint) => ({
      timestamp: new Date(datapoint.start).toISOString(),
      ...(counts?.has(datapoint.start) ? { sampleCount: counts.get(datapoint.start) } : {}),
      value: datapoint.value,
    })),
  });
}
