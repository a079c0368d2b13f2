import type { EventLevel } from '../../core/events.ts';
import type { Json } from '../../core/json.ts';

/**
 * One event of `text/event-stream`: `id` and `event` (the code) stand in fields of their own as well. A stream that cannot
 * resume at `Last-Event-ID` begins with the event `stream.gap`: read the state anew. It ends with `stream.end` and a reason
 * when the controller ends it.
 */
export interface StreamedEvent {
  id: string;
  /** In ISO 8601. */
  at: string;
  code: string;
  level: EventLevel;
  message: string;
  data: Record<string, Json>;
}

/** Which events. */
export interface EventsQuery {
  /**
   * The quietest that is sent.
   * @default "info"
   */
  level?: EventLevel;
  /**
   * As the header `Last-Event-ID`, for clients that cannot set it.
   * @maxLength 64
   */
  lastEventId?: string;
}

/** Which lines of the containers' logs. Text by default; `Accept: text/event-stream` gives one LogLine an event. */
export interface LogsQuery {
  /**
   * `Kind/name` or `Kind:name` of a Service or Job.
   * @maxLength 200
   */
  resource: string;
  /**
   * Default: all.
   * @maxLength 255
   */
  container?: string;
  /**
   * Id of a task. Default: all.
   * @maxLength 64
   * @pattern ^[a-f0-9-]+$
   */
  task?: string;
  /**
   * Not older than so many seconds.
   * @asType integer
   * @minimum 1
   * @maximum 2592000
   * @default 3600
   */
  sinceSeconds?: number;
  /**
   * At most so many of the newest lines before it follows.
   * @asType integer
   * @minimum 0
   * @maximum 10000
   * @default 1000
   */
  tail?: number;
  /**
   * Goes on with new lines.
   * @default false
   */
  follow?: boolean;
  /**
   * Only lines that contain this.
   * @maxLength 512
   */
  contains?: string;
}

/** One line of a container. */
export interface LogLine {
  /** In ISO 8601. */
  at: string;
  container: string;
  task: string;
  text: string;
}
