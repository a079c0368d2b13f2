import { type Cron, matchesDay, parseCron } from './cron.ts';
import { instantOf, type WallTime, wallTimeAt, zoneClock } from './timezone.ts';

/** A schedule as Application Auto Scaling and EventBridge Scheduler write it, read. */
export type Schedule =
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'rate'; readonly periodMs: number }
  | { readonly kind: 'at'; readonly wallTime: WallTime };

/** When a schedule counts, and in which zone its times are. */
export interface ScheduleFrame {
  /** A name of the IANA database. */
  readonly timezone: string;
  /** From here on; the schedule also fires at this moment. A rate counts from here. */
  readonly startTime?: Date | undefined;
  /** Not after this. */
  readonly endTime?: Date | undefined;
}

/** Past this a cron expression has no earlier day: 29 February can be eight years away, around 2100. */
const MAX_DAYS_BACK = 366 * 9;
const MINUTE_MS = 60_000;
const UNIT_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: 1440 * MINUTE_MS };

/**
 * Reads `cron(...)`, `rate(5 minutes)` or `at(2026-01-31T06:00:00)`. Throws an Error that says what was expected.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
 */
export function parseSchedule(text: string): Schedule {
  const [, kind, body = ''] = /^(cron|rate|at)\((.*)\)$/.exec(text.trim()) ?? [];
  switch (kind) {
    case 'cron':
      return { kind, cron: parseCron(body) };
    case 'rate': {
      const [, value, unit = ''] = /^\s*([1-9]\d*)\s+(minute|hour|day)s?\s*$/.exec(body) ?? [];
      if (value === undefined) throw new Error(`"${text}": expected rate(<number> <minutes, hours or days>)`);
      return { kind, periodMs: Number(value) * (UNIT_MS[unit] ?? 0) };
    }
    case 'at': {
      const parts = /^\s*(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?\s*$/
        .exec(body)
        ?.slice(1)
        .map((part) => Number(part ?? 0));
      if (parts === undefined) throw new Error(`"${text}": expected at(yyyy-mm-ddThh:mm:ss)`);
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
      return { kind, wallTime: { year, month, day, hour, minute, second } };
    }
    default:
      throw new Error(`"${text}": expected cron(...), rate(...) or at(...)`);
  }
}

/**
 * The last moment, up to and including `now`, at which the schedule fired; undefined when there was none. A time that the
 * clocks skip in spring does not fire, one that they repeat in autumn fires once, the first time. A rate without a start
 * has no known moments.
 */
export function lastFiring(schedule: Schedule, frame: ScheduleFrame, now: Date): Date | undefined {
  const { startTime, endTime } = frame;
  const until = endTime !== undefined && endTime < now ? endTime : now;
  if (startTime !== undefined && startTime > until) return undefined;
  const found = lastBefore(schedule, frame, until);
  if (startTime === undefined) return found;
  return found === undefined || found < startTime ? startTime : found;
}

function lastBefore(schedule: Schedule, { timezone, startTime }: ScheduleFrame, until: Date): Date | undefined {
  if (schedule.kind === 'cron') return lastOfCron(schedule.cron, timezone, until);
  if (schedule.kind === 'at') {
    const moment = instantOf(zoneClock(timezone), schedule.wallTime);
    return moment !== undefined && moment <= until ? moment : undefined;
  }
  if (startTime === undefined) return undefined;
  const start = startTime.getTime();
  return new Date(start + Math.floor((until.getTime() - start) / schedule.periodMs) * schedule.periodMs);
}

/**
 * The last moment, up to and including `until`, at which the expression fires; undefined when there is none. A time that
 * the clocks skip in spring does not fire, one that they repeat in autumn fires once, the first time.
 */
export function lastOfCron(cron: Cron, timezone: string, until: Date): Date | undefined {
  const clock = zoneClock(timezone);
  const { year, month, day } = wallTimeAt(clock, until);
  for (let back = 0; back <= MAX_DAYS_BACK; back++) {
    const date = new Date(Date.UTC(year, month - 1, day - back));
    if (!matchesDay(cron, date)) continue;
    for (const wallTime of timesOf(cron, date).toReversed()) {
      const moment = instantOf(clock, wallTime);
      if (moment !== undefined && moment <= until) return moment;
    }
  }
  return undefined;
}

/** The first moment after `from` at which the expression fires, by the same rules; undefined when there is none. */
export function nextOfCron(cron: Cron, timezone: string, from: Date): Date | undefined {
  const clock = zoneClock(timezone);
  const { year, month, day } = wallTimeAt(clock, from);
  for (let ahead = 0; ahead <= MAX_DAYS_BACK; ahead++) {
    const date = new Date(Date.UTC(year, month - 1, day + ahead));
    if (!matchesDay(cron, date)) continue;
    // Where the clocks are put back, later times on the wall come no earlier: the first that is after `from` is the next.
    for (const wallTime of timesOf(cron, date)) {
      const moment = instantOf(clock, wallTime);
      if (moment !== undefined && moment > from) return moment;
    }
  }
  return undefined;
}

function timesOf(cron: Cron, date: Date): readonly WallTime[] {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return cron.hours.flatMap((hour) => cron.minutes.map((minute) => ({ year, month, day, hour, minute, second: 0 })));
}
