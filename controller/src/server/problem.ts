import { STATUS_CODES } from 'node:http';
import type { ProblemDetails } from '../api/http/common.ts';
import { ConflictError, InvalidInputError, TerminalError, WaitError } from '../core/errors.ts';
import { redactText } from './redaction.ts';

/** The HTTP status of each code. What is not here is 422: well understood, and not done. docs/api.md shows the same table. */
export const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  InvalidRequest: 400,
  InvalidContinue: 400,
  InvalidSelector: 400,
  WebhookUnknown: 400,
  Unauthenticated: 401,
  WebhookUnsigned: 401,
  Forbidden: 403,
  CrossSiteRequest: 403,
  ProjectRefused: 403,
  WebhookNotConfigured: 403,
  NotFound: 404,
  NoLogs: 404,
  Conflict: 409,
  OperationInProgress: 409,
  NoOperation: 409,
  NoHistory: 409,
  WindowClosed: 409,
  ApprovalNeeded: 409,
  StillDeclared: 409,
  NotAllowed: 409,
  NotThere: 409,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  InvalidInput: 422,
  TokenOutlives: 422,
  TooManyRequests: 429,
  TooManyStreams: 429,
  Internal: 500,
  UpstreamFailed: 502,
  Unavailable: 503,
};

const UNPROCESSABLE = 422;

/** Git, AWS or the identity provider failed; the message is theirs. */
export class UpstreamError extends TerminalError {
  constructor(cause: Error) {
    super('UpstreamFailed', cause.message, { cause });
  }
}

/** A problem and what goes with it. */
export interface Answer {
  readonly problem: ProblemDetails;
  readonly retryAfterSeconds?: number;
  /** True: a defect of ours, to be logged; the answer says nothing of it. */
  readonly isDefect: boolean;
}

/** What a failed request answers: https://www.rfc-editor.org/rfc/rfc9457. `instance` names the request. */
export function answerOf(error: unknown, instance: string): Answer {
  const { code, detail } = wordsOf(error);
  const status = STATUS_OF_CODE[code] ?? UNPROCESSABLE;
  return {
    problem: {
      type: `urn:longshore:problem:${code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: redactText(detail),
      code,
      instance: `urn:longshore:request:${instance}`,
      ...(error instanceof InvalidInputError && {
        problems: error.problems.map(({ position, path, message }) => ({
          file: position.file,
          line: position.line,
          column: position.column,
          path,
          message: redactText(message),
        })),
      }),
    },
    ...(error instanceof WaitError && { retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)) }),
    isDefect: code === 'Internal',
  };
}

function wordsOf(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof TerminalError) return { code: error.code, detail: error.message };
  if (error instanceof WaitError) return { code: 'Unavailable', detail: error.message };
  if (error instanceof ConflictError) {
    return { code: 'Conflict', detail: `somebody else changed it at the same time: ${error.message}` };
  }
  if (error instanceof Error) {
    // What fastify and its plugins refuse carries its status.
    const code = codeOfStatus('statusCode' in error ? Number(error.statusCode) : 0);
    if (code !== undefined) return { code, detail: error.message };
  }
  return {
    code: 'Internal',
    detail: 'something went wrong here: the log of the controller says what, under the name in "instance"',
  };
}

function codeOfStatus(status: number): string | undefined {
  switch (status) {
    case 404:
      return 'NotFound';
    case 413:
      return 'BodyTooLarge';
    case 415:
      return 'UnsupportedMediaType';
    case 429:
      return 'TooManyRequests';
    case 503:
      return 'Unavailable';
    default:
      return status >= 400 && status < 500 ? 'InvalidRequest' : undefined;
  }
}
