import type { FinalizeRequestMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import type { Clock } from '../core/clock.ts';
import type { Buckets, Priority } from './buckets.ts';
import { awsCode, classifyAws } from './errors.ts';

/** One attempt of one call. */
export interface AwsCall {
  /** `ecs`, `elbv2`, `autoscaling`, `logs`, `ssm`, `sts`, `sqs`, `events`, `cloudtrail`, `iam`. */
  readonly service: string;
  /** `UpdateService`. */
  readonly operation: string;
  readonly input: object;
}

/** How an attempt ended. */
export interface FinishedCall extends AwsCall {
  /** `OK`, AWS's error code, or the name of the error. */
  readonly code: string;
  readonly durationMs: number;
  /** AWS said that there were too many calls. */
  readonly throttled: boolean;
}

/** Hears of every attempt; for metrics. Must not throw. */
export type CallObserver = (call: FinishedCall) => void;

/** Stands around every attempt, inside of retries and token buckets; for fault tests. */
export type CallMiddleware = (call: AwsCall, send: () => Promise<object>) => Promise<object>;

/** What stands around every call of a client. */
export interface CallRules {
  readonly buckets: Buckets;
  readonly clock: Clock;
  /** Who is calling now: a sync, or the reads of a sweep. */
  readonly priority: () => Priority;
  readonly observer?: CallObserver | undefined;
  readonly middleware: readonly CallMiddleware[];
}

/**
 * Calls that must not be sent twice without a look in between: they take no token, and a second one makes a second
 * deployment or revision.
 */
const NEVER_TWICE: ReadonlySet<string> = new Set(['UpdateService', 'RegisterTaskDefinition', 'CreateDeployment']);

/**
 * A call that must not be sent twice ended without an answer: AWS may have done it. Not retried by the SDK (which looks
 * into `cause`, so there is none); the next look shows what became of it.
 */
class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';

  constructor(operation: string, error: Error) {
    super(`no answer to ${operation}, AWS may have done it all the same: ${error.name}: ${error.message}`);
  }
}

/**
 * Puts the rules around every attempt of every call of a client: first the token of its bucket, then the observer, then
 * the middleware, then the wire.
 */
export function installRules<In extends object, Out extends MetadataBearer>(
  stack: MiddlewareStack<In, Out>,
  service: string,
  rules: CallRules,
): void {
  // It filters every input and output for a log that nobody reads; the observer hears of the calls.
  stack.remove('loggerMiddleware');
  const around: FinalizeRequestMiddleware<In, Out> = (next, context) => async (args) => {
    const call: AwsCall = { service, operation: operationOf(context.commandName), input: args.input };
    const bucket = rules.buckets.of(service, call.operation);
    await bucket.take(rules.priority());
    const attempt = rules.middleware.reduceRight<() => Promise<object>>(
      (inner, middleware) => () => middleware(call, inner),
      () => next(args),
    );
    const began = rules.clock.now().getTime();
    const report = (code: string, throttled = false): void =>
      rules.observer?.({ ...call, code, throttled, durationMs: rules.clock.now().getTime() - began });
    try {
      // To the middleware an answer is one opaque object, which it hands on.
      const answer = (await attempt()) as Awaited<ReturnType<typeof next>>;
      report('OK');
      return answer;
    } catch (error) {
      const is = classifyAws(error);
      report(awsCode(error) ?? (error instanceof Error ? error.name : 'Error'), is === 'throttled');
      if (is === 'throttled') bucket.throttled();
      if (is === 'unknown' && isFailure(error) && NEVER_TWICE.has(call.operation)) {
        throw new OutcomeUnknownError(call.operation, error);
      }
      throw error;
    }
  };
  stack.addRelativeTo(around, {
    name: 'longshoreCallRules',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    override: true,
  });
}

/** Anything but our own giving up. */
function isFailure(error: unknown): error is Error {
  return error instanceof Error && error.name !== 'AbortError';
}

/** `UpdateServiceCommand` is the operation `UpdateService`. */
function operationOf(commandName: string | undefined): string {
  return (commandName ?? 'Unknown').replace(/Command$/, '');
}
