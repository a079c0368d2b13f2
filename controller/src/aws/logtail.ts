import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../core/clock.ts';
import { classifyAws } from './errors.ts';
import type { LogSource } from './logsources.ts';

/** How often is looked for new lines: FilterLogEvents is allowed five times a second in an account and region. */
const POLL_MS = 2_000;
/** Lines of one container come late by this much at most, and are shown in the order in which they come. */
const LATE_MS = 10_000;
/** A page may hold 10,000 events or 1 MiB; whoever wants more than this many pages has another tool. */
const MAX_PAGES = 100;
const REMEMBERED = 1_000;

/** Which lines. */
export interface TailOptions {
  readonly sources: readonly LogSource[];
  /** Id of a task. Default: all. */
  readonly task?: string;
  /** Not older than this. */
  readonly since: Date;
  /** At most so many of the newest lines before it follows. */
  readonly tail: number;
  /** Goes on with new lines until the signal aborts. */
  readonly follow: boolean;
  /** Only lines that contain this; capitals matter. */
  readonly contains?: string;
}

/** One line of a container. */
export interface TailedLine {
  /** In ISO 8601. */
  readonly at: string;
  readonly container: string;
  readonly task: string;
  readonly text: string;
}

interface Found extends TailedLine {
  readonly id: string;
  readonly time: number;
}

/**
 * Lines of containers from CloudWatch Logs in the order of their times, then new ones as they come. A log group that is not there
 * has no lines yet. Ends when the signal aborts. Throws what AWS throws.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function* tailLogs(
  logs: CloudWatchLogsClient,
  options: TailOptions,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<TailedLine> {
  const first = await linesSince(logs, options, options.since.getTime(), options.tail, signal);
  yield* first.slice(Math.max(first.length - options.tail, 0)).map(asLine);
  const seen = new Map(first.map(({ id, time }) => [id, time]));
  let newest = first.at(-1)?.time ?? options.since.getTime();
  while (options.follow && !signal.aborted) {
    try {
      await clock.sleep(POLL_MS, signal);
    } catch {
      return;
    }
    const from = Math.max(newest - LATE_MS, options.since.getTime());
    const found = (await linesSince(logs, options, from, Number.POSITIVE_INFINITY, signal)).filter(
      ({ id }) => !seen.has(id),
    );
    for (const line of found) {
      seen.set(line.id, line.time);
      newest = Math.max(newest, line.time);
      yield asLine(line);
    }
    for (const [id, time] of seen) if (time < newest - LATE_MS) seen.delete(id);
  }
}

async function linesSince(
  logs: CloudWatchLogsClient,
  options: TailOptions,
  since: number,
  newest: number,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const source of options.sources) found.push(...(await linesOf(logs, source, options, since, newest, signal)));
  return found.toSorted((a, b) => a.time - b.time);
}

async function linesOf(
  logs: CloudWatchLogsClient,
  { container, group, streamPrefix }: LogSource,
  { task, contains }: TailOptions,
  since: number,
  newest: number,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const prefix = `${streamPrefix}/${container}/`;
  let found: Found[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && !signal.aborted; pages++) {
    const page = await pageOf(logs, { group, prefix: `${prefix}${task ?? ''}`, since, nextToken }, signal);
    const lines = page.events.map((event) => asFound(event, container, prefix));
    found.push(...lines.filter(({ text }) => contains === undefined || text.includes(contains)));
    // The oldest come first, and only the newest are wanted: what cannot be among them is let go.
    // Some more are kept: a line that was shown already must be known again when it is found once more.
    if (found.length > 2 * (newest + REMEMBERED)) found = found.slice(-(newest + REMEMBERED));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}

interface PageRequest {
  readonly group: string;
  readonly prefix: string;
  readonly since: number;
  readonly nextToken: string | undefined;
}

async function pageOf(
  logs: CloudWatchLogsClient,
  { group, prefix, since, nextToken }: PageRequest,
  signal: AbortSignal,
): Promise<{ readonly events: readonly FilteredLogEvent[]; readonly nextToken: string | undefined }> {
  try {
    const answer = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: group,
        logStreamNamePrefix: prefix,
        startTime: since,
        ...(nextToken !== undefined && { nextToken }),
      }),
      { abortSignal: signal },
    );
    return { events: answer.events ?? [], nextToken: answer.nextToken };
  } catch (error) {
    if (signal.aborted || classifyAws(error) === 'absent') return { events: [], nextToken: undefined };
    throw error;
  }
}

/** A stream is `prefix/container/task`: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html */
function asFound(event: FilteredLogEvent, container: string, prefix: string): Found {
  const { eventId = '', timestamp = 0, logStreamName = '', message = '' } = event;
  return {
    id: eventId,
    time: timestamp,
    at: new Date(timestamp).toISOString(),
    container,
    task: logStreamName.slice(prefix.length),
    text: message.replace(/\r?\n$/u, ''),
  };
}

function asLine({ at, container, task, text }: Found): TailedLine {
  return { at, container, task, text };
}
