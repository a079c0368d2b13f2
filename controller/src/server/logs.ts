import type { LogLine } from '../api/http/streams.ts';
import type { Ref } from '../core/manifest.ts';
import type { ApplicationState } from '../engine/control.ts';

/** Which lines of a Service or Job. */
export interface LogRequest {
  readonly ref: Ref;
  /** Default: all. */
  readonly container?: string;
  /** Id of a task. Default: all. */
  readonly task?: string;
  /** Not older than this. */
  readonly since: Date;
  /** At most so many of the newest lines before it follows. */
  readonly tail: number;
  /** Goes on with new lines until the signal aborts. */
  readonly follow: boolean;
  /** Only lines that contain this. */
  readonly contains?: string;
}

/** Reads what containers print. */
export interface LogReader {
  /**
   * Lines in the order of their times; ends when there are no more, or when the signal aborts.
   * @throws TerminalError `NotFound` (no such resource or container), `NoLogs` (it does not log to CloudWatch Logs)
   */
  read(application: ApplicationState, request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<LogLine>>;
}
