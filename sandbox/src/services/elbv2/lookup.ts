import { AwsError } from '../../kernel/service.ts';
import { checkArn } from './names.ts';
import type { ElbState, ListenerState, LoadBalancerState, RuleState, TargetGroupState } from './state.ts';

/** The load balancer with this ARN. @throws AwsError LoadBalancerNotFound */
export function loadBalancer(state: ElbState, arn: string): LoadBalancerState {
  checkArn(arn, 'loadbalancer');
  const found = state.loadBalancers[arn];
  if (!found) throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return found;
}

/** The target group with this ARN. @throws AwsError TargetGroupNotFound */
export function targetGroup(state: ElbState, arn: string): TargetGroupState {
  checkArn(arn, 'targetgroup');
  const found = state.targetGroups[arn];
  if (!found) throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return found;
}

/** The listener with this ARN. @throws AwsError ListenerNotFound */
export function listener(state: ElbState, arn: string): ListenerState {
  checkArn(arn, 'listener');
  const found = state.listeners[arn];
  if (!found) throw new AwsError('ListenerNotFound', `Listener '${arn}' not found`);
  return found;
}

/** The rule with this ARN. @throws AwsError RuleNotFound */
export function rule(state: ElbState, arn: string): RuleState {
  checkArn(arn, 'listener-rule');
  const found = state.rules[arn];
  if (!found) throw new AwsError('RuleNotFound', `Rule '${arn}' not found`);
  return found;
}
