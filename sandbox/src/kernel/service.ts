import type { TimerHandler } from './timers.ts';
import type { Scope, World } from './world.ts';

/** One call, as a handler sees it. */
export interface Call {
  readonly world: World;
  readonly scope: Scope;
  readonly operation: string;
  readonly requestId: string;
  /** Sandbox time at which the call arrived, in milliseconds since the epoch. */
  readonly now: number;
  /** ARN of the caller. */
  readonly principal: string;
  /** Where the caller reached the sandbox: `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Aborted when the caller went away before the answer. */
  readonly gone: AbortSignal;
}

/** One operation: input to output, on the state. Throws AwsError. */
export type Handler = (input: never, call: Call) => object | Promise<object>;

/** A served AWS API. The wire layer parses, validates and throttles before a handler is called. */
export interface Service {
  /** As in SigV4 credential scopes: `ecs`, `elasticloadbalancing`, `application-autoscaling`, `monitoring`, `logs` ... */
  readonly name: string;
  /** The module of the AWS SDK client: its schemas are the wire format. */
  readonly sdk: object;
  /** Name of the generated constraints file (wire/constraints/<model>.json). */
  readonly model: string;
  /** Types of the model whose values the service checks itself, with errors of its own. */
  readonly ownChecks?: readonly string[];
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly timers?: Readonly<Record<string, TimerHandler>>;
  /** Before the endpoint listens, with the restored state in place: start child processes, open proxies. */
  start?(world: World): void | Promise<void>;
  /** Once the endpoint listens, with its URL: for what the service starts and what calls back. */
  listening?(world: World, url: string): void;
  /** Ends what `start` and the handlers started. What they keep for it lives in `world.local`. */
  close?(world: World): void | Promise<void>;
  /** Settles when asynchronous work that stepped time must wait for (a child that starts) has settled. */
  quiesce?(world: World): Promise<void>;
  /** Loopback address of each listener that is served, by listener ARN. */
  listeners?(world: World): Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** An error that AWS documents for the operation. */
export class AwsError extends Error {
  /** The code, for example `ClusterNotFoundException` or `DuplicateTargetGroupName`. */
  readonly code: string;
  /** Further members of the error's shape. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
