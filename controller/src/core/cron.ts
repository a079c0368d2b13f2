/** A cron expression, read. Lists are sorted. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  /** Undefined: every year. */
  readonly years?: ReadonlySet<number>;
  /** True when a date (UTC midnight stands for the day) is one of the days. */
  readonly isDay: (date: Date) => boolean;
}

/** What a field of a cron expression may hold. */
export interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Words for numbers, the first for `low`. */
  readonly words?: readonly string[];
}

/** Minutes of an hour. */
export const MINUTES: Field = { name: 'minutes', low: 0, high: 59 };
/** Hours of a day. */
export const HOURS: Field = { name: 'hours', low: 0, high: 23 };
/** Days of a month. */
export const DAYS_OF_MONTH: Field = { name: 'day of month', low: 1, high: 31 };
/** Months of a year. */
export const MONTHS: Field = {
  name: 'month',
  low: 1,
  high: 12,
  words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const DAYS_OF_WEEK: Field = {
  name: 'day of week',
  low: 1,
  high: 7,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const YEARS: Field = { name: 'year', low: 1970, high: 2199 };

/**
 * Reads `minutes hours day-of-month month day-of-week year`. Throws an Error that names the field.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(text: string): Cron {
  const fields = text.trim().toUpperCase().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (
    fields.length !== 6 ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    year === undefined
  ) {
    throw new Error(
      `cron(${text}): expected six fields (minutes hours day-of-month month day-of-week year), found ${fields.length}`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(`cron(${text}): expected "?" as day of month or as day of week, and a value in the other`);
  }
  return {
    minutes: numbers(MINUTES, minutes),
    hours: numbers(HOURS, hours),
    months: numbers(MONTHS, month ?? ''),
    years: new Set(numbers(YEARS, year)),
    isDay: dayOfMonth === '?' ? daysOfWeek(dayOfWeek ?? '') : daysOfMonth(dayOfMonth),
  };
}

/** True when the expression fires at some time of this day. */
export function matchesDay(cron: Cron, date: Date): boolean {
  return (
    (cron.years?.has(date.getUTCFullYear()) ?? true) && cron.months.includes(date.getUTCMonth() + 1) && cron.isDay(date)
  );
}

/** Every number that a field stands for, sorted: `*`, `5`, `1-5`, `10/15`, `MON-FRI`, and lists of these. */
export function numbers(field: Field, text: string): readonly number[] {
  const found = text.split(',').flatMap((item) => {
    const [range = '', step, ...rest] = item.split('/');
    const [from = '', to, ...more] = range.split('-');
    const every = step === undefined ? 1 : Number(step);
    if (rest.length > 0 || more.length > 0 || !Number.isInteger(every) || every < 1) throw invalid(field, item);
    if (range === '*') return series(field.low, field.high, every);
    const first = numberOf(field, from);
    const last = to === undefined ? (step === undefined ? first : field.high) : numberOf(field, to);
    // `FRI-MON` goes on at the beginning.
    if (first > last) return [...series(first, field.high, every), ...series(field.low, last, every)];
    return series(first, last, every);
  });
  return [...new Set(found)].toSorted((a, b) => a - b);
}

function series(first: number, last: number, every: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every);
}

function numberOf(field: Field, text: string): number {
  const word = field.words?.indexOf(text) ?? -1;
  const number = word >= 0 ? field.low + word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= field.low && number <= field.high)) throw invalid(field, text);
  return number;
}

function invalid(field: Field, text: string): Error {
  const words = field.words === undefined ? '' : ` or ${field.words[0]} to ${field.words.at(-1)}`;
  return new Error(`cron ${field.name} "${text}": expected ${field.low} to ${field.high}${words}`);
}

/** `L` is the last day, `15W` the weekday nearest to the 15th in the same month. */
function daysOfMonth(text: string): (date: Date) => boolean {
  if (text === 'L') return (date) => date.getUTCDate() === lengthOfMonth(date);
  const [, weekday] = /^(\d+)W$/.exec(text) ?? [];
  if (weekday !== undefined) {
    const day = numberOf(DAYS_OF_MONTH, weekday);
    return (date) => date.getUTCDate() === nearestWeekday(date, day);
  }
  const days = new Set(numbers(DAYS_OF_MONTH, text));
  return (date) => days.has(date.getUTCDate());
}

/** `FRIL` is the last Friday of the month, `FRI#2` the second; `L` alone is Saturday. */
function daysOfWeek(text: string): (date: Date) => boolean {
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  if (last !== undefined) {
    const day = numberOf(DAYS_OF_WEEK, last);
    return (date) => weekdayOf(date) === day && date.getUTCDate() + 7 > lengthOfMonth(date);
  }
  const [, which, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (which !== undefined) {
    const day = numberOf(DAYS_OF_WEEK, which);
    return (date) => weekdayOf(date) === day && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const days = new Set(text === 'L' ? [DAYS_OF_WEEK.high] : numbers(DAYS_OF_WEEK, text));
  return (date) => days.has(weekdayOf(date));
}

/** 1 is Sunday. */
function weekdayOf(date: Date): number {
  return date.getUTCDay() + 1;
}

function lengthOfMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function nearestWeekday(date: Date, day: number): number {
  const length = lengthOfMonth(date);
  if (day > length) return Number.NaN;
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  return day;
}
