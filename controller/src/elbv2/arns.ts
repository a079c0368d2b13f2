/** What comes after the account: `app/name/id` of a load balancer, `targetgroup/name/id`. CloudWatch calls them so. */
export function suffixOfArn(arn: string): string {
  const suffix = arn.split(':').slice(5).join(':');
  return suffix.replace(/^loadbalancer\//, '');
}

/** The listener that a rule hangs on: its ARN is the rule's, `listener-rule/app/name/id/id/rule`, without the last id. */
export function listenerArnOfRule(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** The load balancer that a listener is of, `app/name/id`; undefined for what is no ARN of a listener. */
export function loadBalancerOfListener(listenerArn: string): string | undefined {
  return /:listener\/((?:app|net)\/[^/]+\/[^/]+)\//.exec(listenerArn)?.[1];
}
