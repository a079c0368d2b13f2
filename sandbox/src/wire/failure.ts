import { AwsError } from '../kernel/service.ts';
import type { Api, ErrorShape } from './api.ts';

/** An error on its way to the client. */
export interface Failure {
  /** Name of the error shape, as JSON and CBOR answers carry it. */
  readonly name: string;
  /** Code of Query answers. */
  readonly queryCode: string;
  readonly status: number;
  readonly message: string;
  /** Undefined for the errors that are common to all services: those are in no schema. */
  readonly shape: ErrorShape | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Statuses of the errors that all services share and no schema lists, from "Common Errors" of the API references
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html). All others are 400.
 */
const commonStatus: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  ExpiredToken: 403,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  RequestExpired: 400,
  ServiceUnavailable: 503,
};

/** What the client is told of an error. Anything but an AwsError is the sandbox's own defect: InternalFailure. */
export function failureOf(api: Api | undefined, error: unknown): Failure {
  if (!(error instanceof AwsError)) {
    const message = `The sandbox failed on this call: ${error instanceof Error ? error.message : String(error)}`;
    return {
      name: 'InternalFailure',
      queryCode: 'InternalFailure',
      status: 500,
      message,
      shape: undefined,
      detail: {},
    };
  }
  const shape = api?.error(error.code);
  return {
    name: shape?.name ?? error.code,
    queryCode: shape?.queryCode ?? error.code,
    status: shape?.status ?? commonStatus[error.code] ?? 400,
    message: error.message,
    shape,
    detail: error.detail,
  };
}

/** The members of the error's body: its message under the name that its shape gives it, and its details. */
export function errorMembers(failure: Failure): Record<string, unknown> {
  const members = failure.shape?.schema.getMemberSchemas() ?? {};
  const messageName = 'Message' in members ? 'Message' : 'message';
  return { [messageName]: failure.message, ...failure.detail };
}
