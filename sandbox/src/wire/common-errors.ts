import { AwsError } from '../kernel/service.ts';
import type { Api, Operation } from './api.ts';

/**
 * Errors that every service gives, under the codes that the service's protocol has for them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html (Query) and
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html (JSON).
 */

/**
 * For an operation that AWS does not have, or has and the sandbox does not serve. Query services have a code of their
 * own for it, and words as quoted by those who spoke to STS with a wrong version.
 */
export function unknownOperation(api: Api | undefined, operation: string, protocol: string): AwsError {
  const code = protocol === 'query' || protocol === 'ec2' ? 'InvalidAction' : 'UnknownOperationException';
  if (api && protocol === 'query' && !api.operation(operation)) {
    const { apiVersion } = api.constraints.service;
    return new AwsError(code, `Could not find operation ${operation} for version ${apiVersion}`);
  }
  return new AwsError(code, `The sandbox does not serve ${api ? `${api.service.name}:` : ''}${operation}`);
}

/** The refusal of a call that found no token in its bucket. */
export function throttlingError(api: Api, operation: Operation): AwsError {
  const documented = operation.errors.find((name) => /^Throttl(ed|ing)Exception$/.test(name));
  return new AwsError(documented ?? (speaksQuery(api) ? 'Throttling' : 'ThrottlingException'), 'Rate exceeded');
}

/** The refusal of an input that breaks the model's constraints. */
export function validationError(api: Api, operation: Operation, message: string): AwsError {
  const documented = ['ValidationException', 'InvalidParameterException'].find((name) =>
    operation.errors.includes(name),
  );
  if (speaksQuery(api)) return new AwsError('ValidationError', message);
  // Secrets Manager documents InvalidParameterException, for what it checks itself; the common layer's code is another.
  const ownCode = api.service.name === 'secretsmanager' ? undefined : documented;
  return new AwsError(ownCode ?? 'ValidationException', message);
}

/** Credentials that are over. `protocol` as in `Protocol.name`. */
export function expiredTokenError(protocol: string): AwsError {
  const code = protocol === 'query' ? 'ExpiredToken' : 'ExpiredTokenException';
  return new AwsError(code, 'The security token included in the request is expired');
}

/** A request that is not signed. `protocol` as in `Protocol.name`. */
export function missingTokenError(protocol: string): AwsError {
  const code = protocol === 'query' ? 'MissingAuthenticationToken' : 'MissingAuthenticationTokenException';
  return new AwsError(code, 'Missing Authentication Token');
}

/** A failure of the service itself. */
export function internalFailure(): AwsError {
  const message = 'The request processing has failed because of an unknown error, exception or failure.';
  return new AwsError('InternalFailure', message);
}

function speaksQuery(api: Api): boolean {
  return api.constraints.service.protocols.some((protocol) => protocol === 'query' || protocol === 'ec2');
}
