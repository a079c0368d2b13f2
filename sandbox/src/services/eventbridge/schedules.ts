import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { nextRun } from '../autoscaling/schedule.ts';
import { busEvent, invoke } from './deliver.ts';
import { busesOf, type RuleState } from './state.ts';

/** Name of the timer of rules with a schedule. */
export const scheduleTimer = 'eventbridge/schedule';

/**
 * Reads a schedule, `rate(...)` or `cron(...)`, in UTC. Throws ValidationException.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function checkSchedule(expression: string, now: number): void {
  try {
    if (/^(rate|cron)\(/.test(expression) && nextRun(expression, 'UTC', now, now) !== undefined) return;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}

/** Sets the timer of the next run, when the rule has a schedule and is enabled. */
export function reschedule(world: World, scope: Scope, rule: RuleState): void {
  if (rule.timer) world.timers.cancel(rule.timer);
  delete rule.timer;
  if (rule.scheduleExpression === undefined || rule.status === 'DISABLED') return;
  const now = world.clock.now();
  const next = nextRun(rule.scheduleExpression, 'UTC', now, now);
  if (next !== undefined) rule.timer = world.timers.set(scope, scheduleTimer, next - now, { rule: rule.name });
}

/** Timer: a scheduled rule gives its targets an event of its own. */
export function scheduleDue(payload: { readonly rule: string }, scope: Scope, world: World): void {
  const bus = busesOf(world, scope)['default'];
  const rule = own(bus?.rules ?? {}, payload.rule);
  if (!bus || !rule) return;
  const event = { source: 'aws.events', detailType: 'Scheduled Event', resources: [rule.arn], detail: {} };
  invoke(world, scope, bus, rule, busEvent(scope, event, world.clock.now()));
  reschedule(world, scope, rule);
}
