import type { JsonObject } from '../../core/json.ts';
import type { Ref } from '../../core/manifest.ts';

/** What is there of a thing. */
export interface Live {
  /** The same fields as `Thing.wanted`, as AWS has them. */
  readonly fields: JsonObject;
  readonly tags: Readonly<Record<string, string>>;
}

/** Something that bootstrap makes and keeps. Every method can be called again after a crash in its middle. */
export interface Thing {
  /** `Queue/longshore-default-events`. */
  readonly ref: Ref;
  /** `sqs:queue`. */
  readonly type: string;
  /** Its ARN. */
  readonly id: string;
  /** What it is to be; undefined: it is not wanted any more. */
  readonly wanted?: JsonObject;
  observe(signal: AbortSignal): Promise<Live | undefined>;
  /** Makes it as wanted, with the tag of this installation, or changes what is there to that. */
  ensure(live: Live | undefined, signal: AbortSignal): Promise<void>;
  remove(signal: AbortSignal): Promise<void>;
}
