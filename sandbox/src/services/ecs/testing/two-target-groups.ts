import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EcsSandbox } from './ecs-sandbox.ts';

/** A load balancer whose listener on port 80 forwards to `blue` and the one on port 8080 to `green`. */
export interface TwoTargetGroups {
  readonly blue: string;
  readonly green: string;
  /** The default rules of the two listeners. */
  readonly rules: { readonly production: string; readonly test: string };
  /** Makes another target group, which no listener uses. */
  unused(name: string): Promise<string>;
  /** A service's or task set's `loadBalancers` with the group. */
  of(group: string): { targetGroupArn: string; containerName: string; containerPort: number }[];
  /** States of the group's targets, sorted. */
  states(group: string): Promise<string[]>;
}

/** Makes both; targets drain for ten seconds. */
export async function twoTargetGroups(on: EcsSandbox): Promise<TwoTargetGroups> {
  const elb = new ElasticLoadBalancingV2Client(on.client);
  const group = async (name: string): Promise<string> => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
      }),
    );
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }];
    await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    return TargetGroupArn;
  };
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const listen = async (Port: number, TargetGroupArn: string): Promise<string> => {
    const DefaultActions: Action[] = [{ Type: 'forward', TargetGroupArn }];
    const { Listeners } = await elb.send(
      new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port, DefaultActions }),
    );
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
    return Rules?.[0]?.RuleArn ?? '';
  };
  const blue = await group('blue');
  const green = await group('green');
  const rules = { production: await listen(80, blue), test: await listen(8080, green) };
  return {
    blue,
    green,
    rules,
    unused: group,
    of: (targetGroupArn) => [{ targetGroupArn, containerName: 'web', containerPort: 80 }],
    async states(TargetGroupArn) {
      const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      const states = (TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State ?? '');
      return states.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
    },
  };
}
