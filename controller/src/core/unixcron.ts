import { type Cron, DAYS_OF_MONTH, type Field, HOURS, MINUTES, MONTHS, numbers } from './cron.ts';

/** 0 and 7 are Sunday. */
const DAYS_OF_WEEK: Field = {
  name: 'day of week',
  low: 0,
  high: 7,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/**
 * Reads `minutes hours day-of-month month day-of-week`, as crontab(5) and Argo CD's sync windows have it: with both kinds
 * of days restricted, either is enough. Throws an Error that names the field.
 */
export function parseUnixCron(text: string): Cron {
  const fields = text.trim().toUpperCase().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek] = fields;
  if (
    fields.length !== 5 ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined
  ) {
    throw new Error(
      `"${text}": expected five fields (minutes hours day-of-month month day-of-week), such as "0 18 * * 5"; found ${text.trim() === '' ? 0 : fields.length}`,
    );
  }
  const days = new Set(numbers(DAYS_OF_MONTH, dayOfMonth));
  const weekdays = new Set(numbers(DAYS_OF_WEEK, dayOfWeek).map((day) => day % 7));
  const isDayOfMonth = (date: Date): boolean => days.has(date.getUTCDate());
  const isWeekday = (date: Date): boolean => weekdays.has(date.getUTCDay());
  const either = !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*');
  return {
    minutes: numbers(MINUTES, minutes),
    hours: numbers(HOURS, hours),
    months: numbers(MONTHS, month),
    isDay: (date) => (either ? isDayOfMonth(date) || isWeekday(date) : isDayOfMonth(date) && isWeekday(date)),
  };
}
