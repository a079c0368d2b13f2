import { AwsError } from '../../kernel/service.ts';
import { nextCron } from './cron.ts';
import { instantOf } from './zoned-time.ts';

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The next run of a schedule after `after`: `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` counted from `created`, or
 * `cron(fields)`. Undefined when there is none any more. Times in milliseconds since the epoch.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
 * @throws AwsError ValidationException
 */
export function nextRun(schedule: string, zone: string, created: number, after: number): number | undefined {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(schedule.trim()) ?? [];
  if (kind === 'cron') return nextCron(inner, zone, after);
  if (kind === 'at') {
    const instant = atInstant(schedule, inner, zone);
    return instant !== undefined && instant > after ? instant : undefined;
  }
  if (kind === 'rate') {
    const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner.trim()) ?? [];
    const everyMs = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
    if (!(everyMs > 0))
      throw wrong(schedule, 'rate takes a positive number and minute, minutes, hour, hours, day or days');
    return created + (Math.floor((after - created) / everyMs) + 1) * everyMs;
  }
  throw wrong(schedule, 'it must be at(...), rate(...) or cron(...)');
}

function atInstant(schedule: string, inner: string, zone: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(inner.trim()) ?? [];
  if (year === undefined) throw wrong(schedule, 'at takes yyyy-mm-ddThh:mm:ss');
  return instantOf(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second ?? 0),
    },
    zone,
  );
}

function wrong(schedule: string, why: string): AwsError {
  return new AwsError('ValidationException', `Schedule expression ${schedule} is not valid: ${why}`);
}
