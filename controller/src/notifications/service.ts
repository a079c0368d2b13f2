import type { SecretSource } from '../api/controllerconfiguration.ts';
import type { Message } from './message.ts';

/** One place that messages are sent to. */
export interface NotificationService {
  /**
   * Sends one message to one recipient. `delivery` is the same for every try of it, so that a receiver can tell a repetition.
   * @throws DeliveryError
   */
  send(message: Message, recipient: string, delivery: string, signal: AbortSignal): Promise<void>;
}

/** Reads a secret when it is needed: it may have been rotated. @throws TerminalError when there is none */
export type ReadSecret = (source: SecretSource) => Promise<string>;

/** A message did not get through. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** False: trying again would not help (no such channel, a token that is refused). */
  readonly passing: boolean;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, passing: boolean, retryAfterMs?: number) {
    super(message);
    this.passing = passing;
    this.retryAfterMs = retryAfterMs;
  }
}

const REQUEST_TIMEOUT_MS = 10_000;

/** A request of ours to a service: no redirects, which could carry a token elsewhere. @throws DeliveryError */
export async function request(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    signal.throwIfAborted();
    throw new DeliveryError(`${hostOf(url)} cannot be reached: ${causeOf(error)}`, true);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const passing = response.status === 429 || response.status >= 500;
  throw new DeliveryError(`${hostOf(url)} answered ${response.status}`, passing, retryAfter(response));
}

/** The address without path: a webhook's path is often its secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the service';
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after, in seconds; dates are not used by the services here. */
function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
