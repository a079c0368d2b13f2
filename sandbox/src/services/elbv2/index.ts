import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Service } from '../../kernel/service.ts';
import { describeCapacityReservation, modifyCapacityReservation, modifyIpPools } from './capacity.ts';
import { addListenerCertificates, describeListenerCertificates, removeListenerCertificates } from './certificates.ts';
import { reportHosts } from './host-counts.ts';
import { describeAccountLimits } from './limits.ts';
import {
  createListener,
  deleteListener,
  describeListenerAttributes,
  describeListeners,
  modifyListener,
  modifyListenerAttributes,
} from './listeners.ts';
import {
  describeLoadBalancerAttributes,
  modifyLoadBalancerAttributes,
  setIpAddressType,
  setSecurityGroups,
  setSubnets,
} from './load-balancer-settings.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers, provisioned } from './load-balancers.ts';
import { closeProxies, proxiedListeners, syncProxies } from './proxies.ts';
import { createRule, deleteRule, describeRules, modifyRule, setRulePriorities } from './rules.ts';
import { describeSslPolicies } from './ssl-policies.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroupAttributes,
  describeTargetGroups,
  modifyTargetGroup,
  modifyTargetGroupAttributes,
} from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './target-operations.ts';
import { probesOf } from './probes.ts';
import { checked, checkHealth, drained, registered } from './targets.ts';

export { loadBalancingPort } from './port.ts';

/** Elastic Load Balancing, version 2: application and network load balancers. */
export const elbv2: Service = {
  name: 'elasticloadbalancing',
  sdk,
  model: 'elbv2',
  handlers: {
    AddListenerCertificates: addListenerCertificates,
    AddTags: addTags,
    CreateListener: createListener,
    CreateLoadBalancer: createLoadBalancer,
    CreateRule: createRule,
    CreateTargetGroup: createTargetGroup,
    DeleteListener: deleteListener,
    DeleteLoadBalancer: deleteLoadBalancer,
    DeleteRule: deleteRule,
    DeleteTargetGroup: deleteTargetGroup,
    DeregisterTargets: deregisterTargets,
    DescribeCapacityReservation: describeCapacityReservation,
    DescribeAccountLimits: describeAccountLimits,
    DescribeListenerAttributes: describeListenerAttributes,
    DescribeListenerCertificates: describeListenerCertificates,
    DescribeListeners: describeListeners,
    DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeRules: describeRules,
    DescribeSSLPolicies: describeSslPolicies,
    DescribeTags: describeTags,
    DescribeTargetGroupAttributes: describeTargetGroupAttributes,
    DescribeTargetGroups: describeTargetGroups,
    DescribeTargetHealth: describeTargetHealth,
    ModifyCapacityReservation: modifyCapacityReservation,
    ModifyIpPools: modifyIpPools,
    ModifyListener: modifyListener,
    ModifyListenerAttributes: modifyListenerAttributes,
    ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
    ModifyRule: modifyRule,
    ModifyTargetGroup: modifyTargetGroup,
    ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
    RegisterTargets: registerTargets,
    RemoveListenerCertificates: removeListenerCertificates,
    RemoveTags: removeTags,
    SetIpAddressType: setIpAddressType,
    SetRulePriorities: setRulePriorities,
    SetSecurityGroups: setSecurityGroups,
    SetSubnets: setSubnets,
  },
  timers: {
    'elbv2/provisioned': provisioned,
    'elbv2/registered': registered,
    'elbv2/checkHealth': checkHealth,
    'elbv2/checked': checked,
    'elbv2/drained': drained,
    'elbv2/reportHosts': reportHosts,
  },
  start: syncProxies,
  close: closeProxies,
  quiesce: (world) => probesOf(world).settled(),
  listeners: proxiedListeners,
};
