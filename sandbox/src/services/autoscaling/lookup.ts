import { AwsError } from '../../kernel/service.ts';
import { type AutoScalingState, type ScalableTargetState, targetKey, type TargetName } from './state.ts';

/** The scalable target of a call. @throws AwsError ObjectNotFoundException */
export function scalableTarget(state: AutoScalingState, name: TargetName): ScalableTargetState {
  const found = state.targets[targetKey(name)];
  if (!found) throw notFound('scalable target registered', name);
  return found;
}

/** The error for something of a scalable target that does not exist. */
export function notFound(what: string, name: TargetName): AwsError {
  return new AwsError(
    'ObjectNotFoundException',
    `No ${what} found for service namespace: ${name.ServiceNamespace}, resource ID: ${name.ResourceId}, ` +
      `scalable dimension: ${name.ScalableDimension}`,
  );
}

/** Targets of a namespace, of one resource or dimension when those are named. */
export function targetsOf(state: AutoScalingState, name: TargetName): ScalableTargetState[] {
  if (name.ScalableDimension !== undefined && name.ResourceId === undefined) {
    throw new AwsError(
      'ValidationException',
      'If you specify a scalable dimension, you must also specify a resource ID',
    );
  }
  return Object.values(state.targets).filter(
    (target) =>
      target.namespace === name.ServiceNamespace &&
      (name.ResourceId === undefined || target.resourceId === name.ResourceId) &&
      (name.ScalableDimension === undefined || target.dimension === name.ScalableDimension),
  );
}

/** One page of a listing, with the token of the next. @throws AwsError InvalidNextTokenException */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size = 50,
): { items: readonly T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('InvalidNextTokenException', `The next token '${token}' is not valid`);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {}),
  };
}
