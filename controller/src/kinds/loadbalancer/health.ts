import type { LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Desired, Health } from '../../core/driver.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { foreignRules, type LiveLoadBalancer } from './live.ts';

/** Health from LoadBalancerState. Rules of others are named: they are here to stay, and worth knowing of. */
export function health(_desired: Desired<LoadBalancerSpec>, live: LiveLoadBalancer): Health {
  const { Code, Reason } = live.loadBalancer.State ?? {};
  const why = Reason === undefined ? '' : `: ${Reason}`;
  switch (Code) {
    case 'active':
      return { status: 'Healthy', reason: 'Active', message: `active${othersOf(live)}` };
    case 'provisioning':
      return { status: 'Progressing', reason: 'Provisioning', message: `being provisioned${why}` };
    case 'active_impaired':
      return { status: 'Degraded', reason: 'ActiveImpaired', message: `active, but cannot scale${why}` };
    case 'failed':
      return { status: 'Degraded', reason: 'Failed', message: `could not be set up${why}` };
    default:
      return { status: 'Unknown', reason: 'UnknownState', message: `AWS gives the state ${Code ?? 'nothing'}${why}` };
  }
}

function othersOf(live: LiveLoadBalancer): string {
  const application = live.tags[OWNERSHIP_TAG.application];
  const others = foreignRules(live).filter(({ rule }) => rule.tags[OWNERSHIP_TAG.application] !== application);
  if (others.length === 0) return '';
  const where = others.map(({ port, rule }) => `${port} priority ${rule.priority}`);
  return `; rules of others, left alone: ${where.join(', ')}`;
}
