import { list, text, texts } from '../fields.ts';
import type { CallTable, Touched } from './call.ts';

/** An object that a call names by its ARN: in the request, in a list of the answer, or both. */
function byArn(type: Touched['type'], member: string, answers: string): Touched {
  return {
    type,
    read: ({ request, response }) => {
      const asked = text(request, member);
      if (asked !== undefined) return [asked];
      return list(response, answers).flatMap((each) => text(each, member) ?? []);
    },
  };
}

const loadBalancer = byArn('elbv2:load-balancer', 'loadBalancerArn', 'loadBalancers');
const listener = byArn('elbv2:listener', 'listenerArn', 'listeners');
const rule = byArn('elbv2:listener-rule', 'ruleArn', 'rules');
const targetGroup = byArn('elbv2:target-group', 'targetGroupArn', 'targetGroups');
const trustStore = byArn('elbv2:trust-store', 'trustStoreArn', 'trustStores');

/** SetRulePriorities names rules in a list. */
const prioritised: Touched = {
  type: 'elbv2:listener-rule',
  read: ({ request }) => list(request, 'rulePriorities').flatMap((each) => text(each, 'ruleArn') ?? []),
};

const tagged: Touched = { type: 'any', read: ({ request }) => texts(request, 'resourceArns') };

/**
 * What is made below something touches that as well: a rule that somebody adds is not known yet, its listener is.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html
 */
export const ELBV2_CALLS: CallTable = {
  AddListenerCertificates: [listener],
  AddTags: [tagged],
  AddTrustStoreRevocations: [trustStore],
  CreateListener: [loadBalancer, listener],
  CreateLoadBalancer: [loadBalancer],
  CreateRule: [listener, rule],
  CreateTargetGroup: [targetGroup],
  CreateTrustStore: [trustStore],
  DeleteListener: [listener],
  DeleteLoadBalancer: [loadBalancer],
  DeleteRule: [rule],
  DeleteSharedTrustStoreAssociation: [trustStore],
  DeleteTargetGroup: [targetGroup],
  DeleteTrustStore: [trustStore],
  DeregisterTargets: [targetGroup],
  ModifyCapacityReservation: [loadBalancer],
  ModifyIpPools: [loadBalancer],
  ModifyListener: [listener],
  ModifyListenerAttributes: [listener],
  ModifyLoadBalancerAttributes: [loadBalancer],
  ModifyRule: [rule],
  ModifyTargetGroup: [targetGroup],
  ModifyTargetGroupAttributes: [targetGroup],
  ModifyTrustStore: [trustStore],
  RegisterTargets: [targetGroup],
  RemoveListenerCertificates: [listener],
  RemoveTags: [tagged],
  RemoveTrustStoreRevocations: [trustStore],
  SetIpAddressType: [loadBalancer],
  SetRulePriorities: [prioritised],
  SetSecurityGroups: [loadBalancer],
  SetSubnets: [loadBalancer],
};
