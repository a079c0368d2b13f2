/**
 * Errors that somebody else can make go away without a commit: permissions, quotas, credentials. AWS's codes as
 * aws/errors.ts classes them, found in the words of a recorded operation.
 */
const PASSING =
  /\b(AccessDenied|UnauthorizedOperation|NotAuthorized|OptInRequired|LimitExceeded|\w*LimitExceeded|\w*QuotaExceeded|TooMany(LoadBalancers|TargetGroups|Listeners|Rules|Certificates|Tags|Targets)|InsufficientCapacity|ExpiredToken|InvalidClientTokenId|UnrecognizedClient)|not authorized to perform|(NoCredentials|BadCredentials)/u;

/** True when the same sync may succeed later though neither Git nor what it declares in AWS has changed. */
export function causeMayPass(message: string): boolean {
  return PASSING.test(message);
}
