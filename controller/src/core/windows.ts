import { type Cron } from './cron.ts';
import { lastOfCron, nextOfCron } from './schedule.ts';
import { isTimezone } from './timezone.ts';
import { parseUnixCron } from './unixcron.ts';

/** A time at which syncs are allowed or denied, as declared, its duration in milliseconds. */
export interface Window {
  readonly kind: 'allow' | 'deny';
  /** Cron with five fields. */
  readonly schedule: string;
  readonly durationMs: number;
  /** A name of the IANA database. */
  readonly timezone: string;
  /** A person may sync all the same. */
  readonly manualSync: boolean;
}

/** Whether syncs are allowed at a time. */
export interface WindowVerdict {
  readonly open: boolean;
  /** True: a person may sync, also while it is closed. */
  readonly manual: boolean;
  /** The first time at which it opens; absent when it is open, or never opens within the years that are looked at. */
  readonly opensAt?: Date;
  /** Which window closes it, in words. */
  readonly why: string;
}

/** A window that opens and closes this often before the answer is found never opens. */
const MAX_BOUNDARIES = 200;

/**
 * Whether syncs are allowed, by Argo CD's rules: a deny window wins; with any allow window, all other times are denied.
 * A schedule that cannot be read closes: what is meant to protect does not fall open.
 */
export function windowVerdict(windows: readonly Window[], now: Date): WindowVerdict {
  const read = windows.map(readWindow);
  const here = closedBy(read, now);
  if (here === undefined) return { open: true, manual: true, why: 'no window is closed' };
  let at = here.until;
  for (let boundary = 0; at !== undefined && boundary < MAX_BOUNDARIES; boundary++) {
    const closed = closedBy(read, at);
    if (closed === undefined) return { open: false, manual: here.manual, opensAt: at, why: here.why };
    at = closed.until;
  }
  return { open: false, manual: here.manual, why: here.why };
}

/** What is wrong with a window; undefined when it can be read. */
export function windowProblem(schedule: string, timezone: string): string | undefined {
  if (!isTimezone(timezone)) return `"${timezone}" is no time zone, expected a name such as Europe/Berlin`;
  try {
    parseUnixCron(schedule);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type ReadWindow = Window & { readonly cron: Cron | undefined };

interface Closed {
  /** When it may be otherwise; undefined: never. */
  readonly until: Date | undefined;
  readonly manual: boolean;
  readonly why: string;
}

function readWindow(window: Window): ReadWindow {
  const broken = windowProblem(window.schedule, window.timezone) !== undefined;
  return { ...window, cron: broken ? undefined : parseUnixCron(window.schedule) };
}

function closedBy(windows: readonly ReadWindow[], now: Date): Closed | undefined {
  const broken = windows.find((window) => window.cron === undefined);
  if (broken !== undefined) {
    const why = windowProblem(broken.schedule, broken.timezone) ?? '';
    return { until: undefined, manual: broken.manualSync, why: `a window cannot be read: ${why}` };
  }
  const denying = windows.filter((window) => window.kind === 'deny' && endOf(window, now) !== undefined);
  if (denying.length > 0) {
    const ends = denying.map((window) => endOf(window, now) as Date);
    const until = new Date(Math.max(...ends.map((end) => end.getTime())));
    const why = `denied by the window ${denying.map(inWords).join(', ')}`;
    return { until, manual: denying.every((window) => window.manualSync), why };
  }
  const allowing = windows.filter((window) => window.kind === 'allow');
  if (allowing.length === 0 || allowing.some((window) => endOf(window, now) !== undefined)) return undefined;
  const next = allowing.flatMap((window) => nextOfCron(window.cron as Cron, window.timezone, now) ?? []);
  return {
    until: next.length === 0 ? undefined : new Date(Math.min(...next.map((date) => date.getTime()))),
    manual: allowing.some((window) => window.manualSync),
    why: `outside of the window ${allowing.map(inWords).join(', ')}`,
  };
}

/** When the window that is open now closes; undefined when it is not open. A duration counts in real time, not on the wall. */
function endOf(window: ReadWindow, now: Date): Date | undefined {
  if (window.cron === undefined) return undefined;
  const began = lastOfCron(window.cron, window.timezone, now);
  if (began === undefined) return undefined;
  const end = new Date(began.getTime() + window.durationMs);
  return end > now ? end : undefined;
}

function inWords({ schedule, timezone }: ReadWindow): string {
  return `"${schedule}" (${timezone})`;
}
