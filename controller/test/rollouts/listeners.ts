import {
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsContext } from '../../src/aws/context.ts';

/** Shares of the traffic by ARN of the target group. Groups without any are left out. */
export type Shares = Readonly<Record<string, number>>;

/** What the default action of the listener that users come to forwards to. */
export async function productionShares(aws: AwsContext): Promise<Shares> {
  const { DefaultActions: [action] = [] } = await productionListener(aws);
  const groups = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn, Weight: 1 }];
  const sum = groups.reduce((before, { Weight = 0 }) => before + Weight, 0);
  return Object.fromEntries(
    groups.flatMap(({ TargetGroupArn = '', Weight = 0 }) =>
      Weight > 0 ? [[TargetGroupArn, (100 * Weight) / sum]] : [],
    ),
  );
}

/** Sets them, as a person in a hurry does. */
export async function setProductionShares(aws: AwsContext, shares: Shares): Promise<void> {
  const { ListenerArn } = await productionListener(aws);
  const TargetGroups = Object.entries(shares).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  await aws.elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
}

/** The target group that has no traffic of the two that Longshore made. */
export async function idleGroup(aws: AwsContext): Promise<string> {
  const { TargetGroups = [] } = await aws.elbv2.send(new DescribeTargetGroupsCommand({}));
  const serving = await productionShares(aws);
  const idle = TargetGroups.flatMap(({ TargetGroupArn = '' }) => (TargetGroupArn in serving ? [] : [TargetGroupArn]));
  const [only, ...others] = idle;
  if (only === undefined || others.length > 0) throw new Error(`${idle.length} target groups are idle, expected one`);
  return only;
}

/** Makes a target group that nobody declared. */
export async function strayGroup({ elbv2 }: AwsContext): Promise<string> {
  const group = { Name: 'stray', Protocol: 'HTTP', Port: 8000, VpcId: 'vpc-1', TargetType: 'ip' } as const;
  const { TargetGroups = [] } = await elbv2.send(new CreateTargetGroupCommand(group));
  return TargetGroups[0]?.TargetGroupArn ?? '';
}

async function productionListener({ elbv2 }: AwsContext): Promise<Listener> {
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const listener = Listeners.find(({ Port }) => Port === 80);
  if (listener === undefined) throw new Error('there is no listener on port 80');
  return listener;
}
