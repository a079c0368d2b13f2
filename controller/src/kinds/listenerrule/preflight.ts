import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { readElbLimits, readListener, readListeners, readRules } from '../../aws/reads.ts';
import type { Desired, Pass, PreflightFinding } from '../../core/driver.ts';
import { error, looked } from '../../ecs/preflight/look.ts';
import { type LiveListenerRule, wantedListener } from './live.ts';

/** Whether the load balancer takes one more rule. Default rules do not count. */
export async function rulePreflight(
  desired: Desired<ListenerRuleSpec>,
  live: LiveListenerRule | undefined,
  pass: Pass,
): Promise<readonly PreflightFinding[]> {
  const listenerArn = wantedListener(desired);
  if (live !== undefined || listenerArn === undefined) return [];
  return looked(
    { check: 'Quota', path: desired.spec.listener === undefined ? '/listenerArn' : '/listener' },
    'elasticloadbalancing:DescribeAccountLimits',
    async () => {
      const limit = Number((await readElbLimits(pass))[LIMIT] ?? Number.NaN);
      const listener = await readListener(pass, listenerArn);
      if (listener?.LoadBalancerArn === undefined || Number.isNaN(limit)) return [];
      const listeners = (await readListeners(pass, listener.LoadBalancerArn)) ?? [];
      const rules = await Promise.all(listeners.map(({ ListenerArn = '' }) => readRules(pass, ListenerArn)));
      const count = rules.flatMap((some) => some ?? []).filter(({ IsDefault }) => IsDefault !== true).length;
      if (count < limit) return [];
      return [
        error(
          `${listener.LoadBalancerArn} has ${count} rules, and its quota is ${limit}: ask AWS for more, or use another`,
        ),
      ];
    },
  );
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const LIMIT = 'rules-per-application-load-balancer';
