import { TerminalError, WaitError } from '../core/errors.ts';

/**
 * What an AWS error means for what happens next.
 * `absent`: it is not there; `throttled`: too many calls; `busy`: AWS is not done with something else, the same call
 * works later; `permission`: IAM says no, also shortly after a change of IAM; `quota`: a limit of the account;
 * `credentials`: who we are is not known or not valid any more; `terminal`: the same call fails forever;
 * `unknown`: servers and networks that fail, try again.
 */
export type ErrorClass =
  | 'absent'
  | 'throttled'
  | 'busy'
  | 'permission'
  | 'quota'
  | 'credentials'
  | 'terminal'
  | 'unknown';

/** Codes without their ending `Exception`: Query services leave it out, JSON services do not. */
const CODES: Readonly<Record<Exclude<ErrorClass, 'unknown'>, readonly string[]>> = {
  absent: [
    'ClusterNotFound',
    'ServiceNotFound',
    'ServiceNotActive',
    'ServiceDeploymentNotFound',
    'TaskSetNotFound',
    'TargetGroupNotFound',
    'LoadBalancerNotFound',
    'ListenerNotFound',
    'RuleNotFound',
    'ObjectNotFound',
    'ParameterNotFound',
    'ResourceNotFound',
    'QueueDoesNotExist',
    'NoSuchEntity',
    'TrailNotFound',
    'ApplicationDoesNotExist',
    'DeploymentGroupDoesNotExist',
    'DeploymentConfigDoesNotExist',
    'DeploymentDoesNotExist',
    'DeploymentTargetDoesNotExist',
    'RevisionDoesNotExist',
    'RepositoryNotFound',
  ],
  throttled: [
    'Throttling',
    'ThrottledException',
    'Throttled',
    'RequestThrottled',
    'RequestLimitExceeded',
    'TooManyRequests',
    'BandwidthLimitExceeded',
    'SlowDown',
  ],
  busy: [
    'UpdateInProgress',
    'ConcurrentUpdate',
    'Conflict',
    'PriorRequestNotComplete',
    'ResourceInUse',
    'ClusterContainsTasks',
    'ClusterContainsServices',
    'OperationAborted',
    'CapacityReservationPending',
    'TrustStoreNotReady',
    'HealthUnavailable',
    'FailedResourceAccess',
    'QueueDeletedRecently',
    'ConcurrentModification',
    'DeleteConflict',
    // One deployment for a group at a time.
    'DeploymentLimitExceeded',
    'DeploymentConfigInUse',
    'DeploymentNotStarted',
    'DeploymentIsNotInReadyState',
  ],
  permission: ['AccessDenied', 'UnauthorizedOperation', 'NotAuthorized', 'OptInRequired'],
  quota: [
    'LimitExceeded',
    'ServiceQuotaExceeded',
    'ParameterLimitExceeded',
    'TooManyLoadBalancers',
    'TooManyTargetGroups',
    'TooManyListeners',
    'TooManyRules',
    'TooManyCertificates',
    'TooManyTags',
    'TooManyTargets',
    'TooManyUniqueTargetGroupsPerLoadBalancer',
    'AttributeLimitExceeded',
    'InsufficientCapacity',
    'CapacityUnitsLimitExceeded',
    'CapacityDecreaseRequestsLimitExceeded',
    'ApplicationLimitExceeded',
    'DeploymentGroupLimitExceeded',
    'DeploymentConfigLimitExceeded',
    'AlarmsLimitExceeded',
  ],
  credentials: [
    'ExpiredToken',
    'RequestExpired',
    'InvalidClientTokenId',
    'UnrecognizedClient',
    'SignatureDoesNotMatch',
    'CredentialsProviderError',
    'TokenProviderError',
    'AuthFailure',
  ],
  terminal: [
    'InvalidParameter',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'MissingParameter',
    'Validation',
    'ValidationError',
    'Client',
    'UnsupportedFeature',
    'Blocked',
    'PlatformUnknown',
    'PlatformTaskDefinitionIncompatibility',
    'NamespaceNotFound',
    'ClusterContainsContainerInstances',
    'ClusterContainsCapacityProvider',
    'DuplicateLoadBalancerName',
    'DuplicateTargetGroupName',
    'DuplicateListener',
    'DuplicateTagKeys',
    'PriorityInUse',
    'IncompatibleProtocols',
    // One load balancer for a target group: nothing that Service Quotas could raise.
    'TargetGroupAssociationLimit',
    'InvalidConfigurationRequest',
    'InvalidLoadBalancerAction',
    'InvalidScheme',
    'InvalidSecurityGroup',
    'InvalidSubnet',
    'InvalidTarget',
    'OperationNotPermitted',
    'SubnetNotFound',
    'CertificateNotFound',
    'SSLPolicyNotFound',
    'AllocationIdNotFound',
    'AvailabilityZoneNotSupported',
    'UnsupportedProtocol',
    'UnsupportedOperation',
    'ALPNPolicyNotFound',
    'ALPNPolicyNotSupported',
    'TrustStoreNotFound',
    'TooManyActions',
    'InvalidEventPattern',
    'InvalidLookupAttributes',
    'ManagedRule',
    'QueueNameExists',
    'InvalidAttributeName',
    'InvalidAttributeValue',
    'MalformedPolicyDocument',
    'EntityAlreadyExists',
    'InvalidInput',
    'InvalidAlarmConfig',
    'InvalidAutoRollbackConfig',
    'InvalidBlueGreenDeploymentConfiguration',
    'InvalidDeploymentStyle',
    'InvalidECSService',
    'InvalidLoadBalancerInfo',
    'InvalidRevision',
    'InvalidTargetGroupPair',
    'InvalidTrafficRoutingConfiguration',
    // An ECS service belongs to one deployment group.
    'ECSServiceMappingLimitExceeded',
  ],
};

const CLASS_OF_CODE: ReadonlyMap<string, ErrorClass> = new Map(
  Object.entries(CODES).flatMap(([name, codes]) => codes.map((code) => [code, name as ErrorClass] as const)),
);

/** Messages that mean something else than their code says. The first that matches wins. */
const MESSAGES: readonly { readonly pattern: RegExp; readonly is: ErrorClass }[] = [
  // RegisterTaskDefinition and CreateService check iam:PassRole; ECS reports it as a ClientException or AccessDenied.
  { pattern: /not authorized to perform: iam:PassRole/i, is: 'permission' },
  { pattern: /is not authorized to perform/i, is: 'permission' },
  // CreateService before the listener's forward action is there, or before it has spread.
  { pattern: /does not have an associated load balancer/i, is: 'busy' },
  // A role that was made or changed moments ago.
  { pattern: /verify that the ECS service role/i, is: 'busy' },
  { pattern: /unable to assume (the )?(service.linked )?role/i, is: 'busy' },
  { pattern: /unable to assume the service linked role/i, is: 'busy' },
  // DeleteService and UpdateService during a deployment.
  { pattern: /cannot be stopped while deployments are active/i, is: 'busy' },
  // CreateService over a name that is still draining.
  { pattern: /still draining/i, is: 'busy' },
  { pattern: /too many concurrent attempts to create a new revision/i, is: 'busy' },
  { pattern: /too many concurrent/i, is: 'busy' },
  // DescribeTaskDefinition and DeregisterTaskDefinition of a revision that is not there.
  { pattern: /unable to describe task definition/i, is: 'absent' },
  // StopTask of a task that ECS has forgotten.
  { pattern: /referenced task was not found/i, is: 'absent' },
  { pattern: /rate exceeded/i, is: 'throttled' },
];

/** How long to wait before the same call is worth trying again, in milliseconds. */
const WAIT_MS: Readonly<Partial<Record<ErrorClass, number>>> = { busy: 5_000, throttled: 5_000 };

/** What a person can do about it. */
const HINTS: Readonly<Partial<Record<ErrorClass, string>>> = {
  permission: 'the controller retries; `longshore iam-policy` prints the policy that it needs',
  quota: 'a limit of this account and region; raise it in Service Quotas or remove what is not needed',
  credentials: 'renew the credentials of the controller',
};

/** The AWS error code without a namespace and without the ending `Exception`; undefined when it is no AWS error. */
export function awsCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const fromAws = '$metadata' in error || '$fault' in error || CLASS_OF_CODE.has(error.name);
  if (!fromAws) return undefined;
  return (error.name.split('#').at(-1) ?? error.name).replace(/Exception$/, '');
}

/** The class of an error. Errors that do not come from AWS (sockets, timeouts) are `unknown`. */
export function classifyAws(error: unknown): ErrorClass {
  const code = awsCode(error);
  if (code === undefined || !(error instanceof Error)) return 'unknown';
  const told = MESSAGES.find(({ pattern }) => pattern.test(error.message));
  return told?.is ?? CLASS_OF_CODE.get(code) ?? 'unknown';
}

/** True when AWS says that the thing is not there. */
export function isAbsent(error: unknown): boolean {
  return classifyAws(error) === 'absent';
}

/**
 * The error to throw for a failed call. `what` says operation and resource: `UpdateService api in cluster main`.
 * The message adds code and AWS's own words. Errors of the controller itself pass as they are.
 */
export function wrapAws(error: unknown, what: string): Error {
  if (error instanceof TerminalError || error instanceof WaitError) return error;
  if (!(error instanceof Error)) return new Error(`${what}: ${String(error)}`);
  if (error.name === 'AbortError') return error;
  const code = awsCode(error);
  const is = classifyAws(error);
  const hint = HINTS[is] === undefined ? '' : ` (${HINTS[is]})`;
  const words = error.message === '' ? 'AWS gave no message' : error.message;
  const message = `${what}: ${code === undefined ? '' : `${code}: `}${words}${hint}`;
  const wait = WAIT_MS[is];
  if (wait !== undefined) return new WaitError(message, wait, { cause: error });
  if (is === 'terminal') return new TerminalError(code ?? 'Terminal', message, { cause: error });
  return new Error(message, { cause: error });
}

/** Awaits a call and wraps what it throws. */
export async function doing<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw wrapAws(error, what);
  }
}
