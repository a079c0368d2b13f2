import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Kind } from '../kind.ts';
import { loadBalancerDriver } from './driver.ts';
import type { LiveLoadBalancer } from './live.ts';
import { loadBalancerOffline } from './offline.ts';

/** A load balancer. Services on the target groups that it forwards to wait for it. */
export const loadBalancerKind: Kind<LoadBalancerSpec, LiveLoadBalancer> = {
  ...loadBalancerOffline,
  driver: loadBalancerDriver,
};
