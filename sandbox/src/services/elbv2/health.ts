import { matches } from './health-settings.ts';
import type { HealthCheckState, TargetHealthState, TargetState } from './state.ts';

/** What one health check found. */
export type CheckOutcome =
  /** An HTTP answer with this status. */
  | { readonly kind: 'answer'; readonly status: number }
  /** A connection that opened, which is all that a TCP check wants. */
  | { readonly kind: 'connected' }
  /** Nothing answered in time. */
  | { readonly kind: 'timeout' }
  /** The connection was refused or broke, or the answer was malformed. */
  | { readonly kind: 'failed' };

/** States with the reasons and descriptions that DescribeTargetHealth gives. */
export const healthStates = {
  registering: {
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  checking: {
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
    description: 'Initial health checks in progress',
  },
  draining: {
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
    description: 'Target deregistration is in progress',
  },
  notInUse: {
    state: 'unused',
    reason: 'Target.NotInUse',
    description: 'Target group is not configured to receive traffic from the load balancer',
  },
  notRegistered: {
    state: 'unused',
    reason: 'Target.NotRegistered',
    description: 'Target is not registered to the target group',
  },
  checksDisabled: {
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
    description: 'Health checks are not enabled for this target',
  },
} as const satisfies Record<string, TargetHealthState>;

/**
 * Counts one health check and changes the target's state when a threshold is reached. A new target needs one passed
 * check; an unhealthy one `HealthyThresholdCount` in a row; `UnhealthyThresholdCount` failed ones in a row make it unhealthy.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function countCheck(target: TargetState, check: HealthCheckState, outcome: CheckOutcome, now: number): void {
  if (passes(check, outcome)) {
    target.passed += 1;
    target.failed = 0;
    const needed = target.health.state === 'unhealthy' ? check.healthyThreshold : 1;
    if (target.health.state !== 'healthy' && target.passed >= needed) {
      target.health = { state: 'healthy' };
      target.healthySince = now;
    }
  } else {
    target.failed += 1;
    target.passed = 0;
    if (target.health.state === 'unhealthy' || target.failed >= check.unhealthyThreshold) {
      target.health = { state: 'unhealthy', ...reasonOf(outcome) };
      delete target.healthySince;
    }
  }
}

function passes(check: HealthCheckState, outcome: CheckOutcome): boolean {
  if (outcome.kind === 'connected') return true;
  if (outcome.kind !== 'answer') return false;
  // A gRPC code travels in a trailer that a plain HTTP answer does not have: success of the request stands for it.
  if (check.matcher?.GrpcCode !== undefined) return outcome.status >= 200 && outcome.status < 300;
  return matches(check.matcher?.HttpCode ?? '200', outcome.status);
}

function reasonOf(outcome: CheckOutcome): { reason: string; description: string } {
  if (outcome.kind === 'answer') {
    return {
      reason: 'Target.ResponseCodeMismatch',
      description: `Health checks failed with these codes: [${outcome.status}]`,
    };
  }
  if (outcome.kind === 'timeout') return { reason: 'Target.Timeout', description: 'Request timed out' };
  return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
}
