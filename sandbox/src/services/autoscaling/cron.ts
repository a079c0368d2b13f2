import { AwsError } from '../../kernel/service.ts';
import { instantOf, localDate } from './zoned-time.ts';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The longest that a next run is looked for. */
const horizonDays = 366 * 5;

/**
 * The next time, after `after`, of a cron expression of six fields (minutes, hours, day of month, month, day of week,
 * year) in a time zone; undefined when there is none within five years. Times in milliseconds since the epoch.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 * @throws AwsError ValidationException
 */
export function nextCron(fields: string, zone: string, after: number): number | undefined {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) throw wrong(fields, `it has ${parts.length} fields, not 6`);
  const [minutes = '', hours = '', monthDays = '', monthNames = '', weekDays = '', years = ''] = parts;
  if (monthDays !== '?' && monthDays !== '*' && weekDays !== '?' && weekDays !== '*') {
    throw wrong(fields, 'one of day of month and day of week must be ?');
  }
  const minuteSet = numbers(fields, minutes, 0, 59);
  const hourSet = numbers(fields, hours, 0, 23);
  const monthSet = numbers(fields, monthNames, 1, 12, months, 1);
  const yearSet = numbers(fields, years, 1970, 2199);
  const today = localDate(after, zone);
  for (let ahead = 0; ahead <= horizonDays; ahead++) {
    const date = calendarDay(today, ahead);
    if (!yearSet.has(date.year) || !monthSet.has(date.month)) continue;
    if (!isMonthDay(fields, monthDays, date) || !isWeekday(fields, weekDays, date)) continue;
    for (const hour of hourSet) {
      for (const minute of minuteSet) {
        const instant = instantOf({ ...date, hour, minute }, zone);
        if (instant !== undefined && instant > after) return instant;
      }
    }
  }
  return undefined;
}

interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The day so many days after another. Days of the calendar: those of a time zone are not all 24 hours long. */
function calendarDay({ year, month, day }: LocalDay, ahead: number): LocalDay {
  const date = new Date(Date.UTC(year, month - 1, day + ahead));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function isMonthDay(fields: string, field: string, { year, month, day }: LocalDay): boolean {
  if (field === '?' || field === '*') return true;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (field === 'L') return day === last;
  const [, near] = /^(\d+)W$/.exec(field) ?? [];
  if (near !== undefined) return day === nearestWorkday(year, month, Math.min(Number(near), last), last);
  return numbers(fields, field, 1, 31).has(day);
}

function isWeekday(fields: string, field: string, { year, month, day }: LocalDay): boolean {
  if (field === '?' || field === '*') return true;
  // 1 is Sunday.
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const [, lastOf] = /^(\w+)L$/.exec(field) ?? [];
  if (lastOf !== undefined) return weekday === one(fields, lastOf, weekdays, 1) && day > last - 7;
  const [, nthOf, nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nthOf !== undefined) return weekday === one(fields, nthOf, weekdays, 1) && Math.ceil(day / 7) === Number(nth);
  return numbers(fields, field, 1, 7, weekdays, 1).has(weekday);
}

function nearestWorkday(year: number, month: number, day: number, last: number): number {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < last ? day + 1 : day - 2;
  return day;
}

/** The numbers of a field: `*`, lists, ranges, steps and names. */
function numbers(
  fields: string,
  field: string,
  from: number,
  to: number,
  names: readonly string[] = [],
  first = 0,
): ReadonlySet<number> {
  const result = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', stepText] = part.split('/');
    const [low = '', high] = range === '*' || range === '?' ? [String(from), String(to)] : range.split('-');
    const start = one(fields, low, names, first);
    const end = high === undefined ? (stepText === undefined ? start : to) : one(fields, high, names, first);
    const step = stepText === undefined ? 1 : Number(stepText);
    if (start < from || end > to || start > end || !(step >= 1))
      throw wrong(fields, `'${part}' is not within ${from}-${to}`);
    for (let number = start; number <= end; number += step) result.add(number);
  }
  return new Set([...result].toSorted((a, b) => a - b));
}

function one(fields: string, text: string, names: readonly string[], first: number): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + first;
  if (!/^\d+$/.test(text)) throw wrong(fields, `'${text}' is not understood`);
  return Number(text);
}

function wrong(fields: string, why: string): AwsError {
  return new AwsError('ValidationException', `Schedule expression cron(${fields}) is not valid: ${why}`);
}
