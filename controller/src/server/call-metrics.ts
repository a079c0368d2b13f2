import type { Families } from './metric-families.ts';

/** One attempt of one AWS call. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  /** `OK`, AWS's error code, or the name of the error. */
  readonly code: string;
  readonly durationMs: number;
  readonly throttled: boolean;
}

/** One request to a Git server. */
export interface ObservedGitRequest {
  /** The repository's address, without credentials. */
  readonly repo: string;
  readonly type: 'ls-remote' | 'fetch';
  readonly durationMs: number;
  readonly failed: boolean;
}

/** AWS answers in tens of milliseconds and gives up after 30 s. */
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Argo CD's, and the time after which a fetch is given up. */
const GIT_SECONDS = [0.1, 0.25, 0.5, 1, 2, 4, 10, 20, 60, 300];

/** Counts attempts of AWS calls. */
export function awsMetrics(families: Families): (call: ObservedCall) => void {
  const calls = families.counter('aws_request_total', 'Attempts of AWS calls, by what became of them.', [
    'service',
    'operation',
    'code',
  ]);
  const labels = ['service', 'operation'] as const;
  const seconds = families.histogram(
    'aws_request_duration_seconds',
    'How long attempts of AWS calls took.',
    labels,
    CALL_SECONDS,
  );
  const throttlings = families.counter('aws_throttled_total', 'Attempts of AWS calls that AWS throttled.', labels);
  return ({ service, operation, code, durationMs, throttled }) => {
    calls.inc({ service, operation, code });
    seconds.observe({ service, operation }, durationMs / 1000);
    if (throttled) throttlings.inc({ service, operation });
  };
}

/** Counts requests to Git servers. */
export function gitMetrics(families: Families): (request: ObservedGitRequest) => void {
  const labels = ['repo', 'request_type'] as const;
  const requests = families.counter('git_request_total', 'Requests to Git servers.', labels);
  const seconds = families.histogram(
    'git_request_duration_seconds',
    'How long requests to Git servers took.',
    labels,
    GIT_SECONDS,
  );
  const failures = families.counter('git_fetch_fail_total', 'Fetches from Git servers that failed.', ['repo']);
  return ({ repo, type, durationMs, failed }) => {
    requests.inc({ repo, request_type: type });
    seconds.observe({ repo, request_type: type }, durationMs / 1000);
    if (failed && type === 'fetch') failures.inc({ repo });
  };
}
