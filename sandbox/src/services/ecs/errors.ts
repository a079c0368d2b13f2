import { AwsError } from '../../kernel/service.ts';

/** The cluster does not exist or is INACTIVE. */
export function clusterNotFound(): AwsError {
  return new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

/** The service does not exist. */
export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}

/** The service is there, and it is DRAINING or INACTIVE. */
export function serviceNotActive(): AwsError {
  return new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
}

/** The service has no such task set. */
export function taskSetNotFound(): AwsError {
  return new AwsError('TaskSetNotFoundException', 'TaskSet not found.');
}

/** A parameter that ECS refuses. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** An action that ECS refuses to the caller. */
export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** Something that AWS serves and the sandbox does not: it says so instead of pretending. */
export function notServed(what: string): AwsError {
  return new AwsError('UnsupportedFeatureException', `The sandbox does not serve ${what} yet.`);
}
