import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Ref } from '../core/manifest.ts';
import { TerminalError } from '../core/errors.ts';
import type { Emit } from './emit.ts';
import type { OperationClock } from './retry.ts';

/** `spec.verify.http`, defaults filled in. */
export interface HttpCheck {
  readonly url: string;
  /** How many requests at most. */
  readonly attempts: number;
  readonly intervalSeconds: number;
  /** Undefined: any from 200 to 299. */
  readonly expectedStatus?: number;
}

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 10_000;

/** What a spec asks to verify after a rollout; undefined when it asks for nothing. */
export function httpCheckOf(spec: JsonObject): HttpCheck | undefined {
  const { verify } = spec;
  const http = isObject(verify) ? verify['http'] : undefined;
  if (!isObject(http) || typeof http['url'] !== 'string') return undefined;
  const { url, attempts, intervalSeconds, expectedStatus } = http;
  return {
    url,
    attempts: typeof attempts === 'number' ? attempts : 30,
    intervalSeconds: typeof intervalSeconds === 'number' ? intervalSeconds : 10,
    ...(typeof expectedStatus === 'number' ? { expectedStatus } : {}),
  };
}

/**
 * Asks until the answer is as expected.
 * @throws TerminalError `VerificationFailed` with the last answer when no attempt succeeded.
 */
export async function verifyHttp(ref: Ref, check: HttpCheck, clock: OperationClock, emit: Emit): Promise<void> {
  let last = 'no answer';
  for (let attempt = 1; attempt <= check.attempts; attempt++) {
    clock.signal.throwIfAborted();
    const answer = await ask(check.url, clock.signal);
    if (isExpected(answer, check)) {
      emit('verify.attempt', 'info', `${check.url} answered ${answer}`, {
        ref,
        url: check.url,
        attempt,
        of: check.attempts,
      });
      return;
    }
    clock.signal.throwIfAborted();
    last = typeof answer === 'number' ? `status ${answer}` : answer;
    const message = `${check.url}: ${last}, expected ${expectation(check)} (attempt ${attempt} of ${check.attempts})`;
    emit('verify.attempt', 'warn', message, { ref, url: check.url, attempt, of: check.attempts });
    if (attempt < check.attempts)
      await clock.wait(check.intervalSeconds * 1000, `${check.url} to answer ${expectation(check)}`);
  }
  throw new TerminalError(
    'VerificationFailed',
    `verification failed: ${check.url} answered with ${last} after ${check.attempts} attempts, expected ${expectation(check)}`,
  );
}

function isExpected(answer: number | string, check: HttpCheck): boolean {
  if (typeof answer !== 'number') return false;
  return check.expectedStatus === undefined ? answer >= 200 && answer <= 299 : answer === check.expectedStatus;
}

function expectation(check: HttpCheck): string {
  return check.expectedStatus === undefined ? '200 to 299' : String(check.expectedStatus);
}

/** The status, or why there is none. Redirects are not followed: a redirect is the answer. */
function ask(url: string, signal: AbortSignal): Promise<number | string> {
  return new Promise((resolve) => {
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      resolve(`"${url}" is no address`);
      return;
    }
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(
      target,
      {
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        headers: { 'user-agent': 'longshore-verify' },
        // Own connection: what is verified is the address, not what an earlier attempt was connected to.
        agent: false,
        ...(isLocalName(target.hostname) ? { lookup: loopback } : {}),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 'no status');
      },
    );
    request.on('error', (error) =>
      resolve(error.name === 'TimeoutError' ? `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` : error.message),
    );
    request.end();
  });
}

/** Names under `.localhost` are loopback (RFC 6761, section 6.3), which not every resolver knows. */
function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

const loopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
