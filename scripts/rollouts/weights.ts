import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as delay } from 'node:timers/promises';

/** Shares of production traffic in percent by ARN of the target group, and since when, as `performance.now()` has it. */
export interface WeightsSince {
  readonly at: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** What the production listener's weights were, and from when on. */
export interface WeightWatch {
  stop(): Promise<readonly WeightsSince[]>;
}

const LOOK_MS = 40;

/** Looks at the default action of the listener on `port` again and again, and keeps every change. */
export function watchWeights(elb: ElasticLoadBalancingV2Client, port: number): WeightWatch {
  const changes: WeightsSince[] = [];
  const stopping = new AbortController();
  const watching = (async () => {
    const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    while (!stopping.signal.aborted) {
      const { Listeners = [] } = await elb.send(
        new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
      );
      const at = performance.now();
      const weights = weightsOf(Listeners.find(({ Port }) => Port === port)?.DefaultActions?.[0]);
      if (JSON.stringify(weights) !== JSON.stringify(changes.at(-1)?.weights)) changes.push({ at, weights });
      await delay(LOOK_MS);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
      return changes;
    },
  };
}

/** Groups without weight are left out: they get nothing, whether they are named or not. */
function weightsOf(action: Action | undefined): Readonly<Record<string, number>> {
  const groups = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn ?? '', Weight: 1 }];
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  return Object.fromEntries(
    groups
      .filter(({ Weight = 1 }) => Weight > 0)
      .map(({ TargetGroupArn = '', Weight = 1 }) => [TargetGroupArn, (100 * Weight) / total] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );
}
