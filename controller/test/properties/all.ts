import { clusterProperty } from './cluster.ts';
import { jobProperty } from './job.ts';
import { listenerRuleProperty } from './listenerrule.ts';
import { loadBalancerProperty } from './loadbalancer.ts';
import { type Runs, type Tried, tryKind } from './property.ts';
import { scalingPolicyProperty } from './scalingpolicy.ts';
import { serviceProperty } from './service.ts';
import { targetGroupProperty } from './targetgroup.ts';

/** The property of each kind, by its name: what `npm run test:properties` tries a thousand specifications of. */
export const PROPERTIES: Readonly<Record<string, (runs: Runs) => Promise<Tried>>> = {
  Cluster: (runs) => tryKind(clusterProperty, runs),
  Service: (runs) => tryKind(serviceProperty, runs),
  Job: (runs) => tryKind(jobProperty, runs),
  LoadBalancer: (runs) => tryKind(loadBalancerProperty, runs),
  ListenerRule: (runs) => tryKind(listenerRuleProperty, runs),
  TargetGroup: (runs) => tryKind(targetGroupProperty, runs),
  ScalingPolicy: (runs) => tryKind(scalingPolicyProperty, runs),
};
