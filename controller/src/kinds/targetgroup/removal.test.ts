import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { converge, freshPass } from '../../../test/converge.ts';
import { desiredOf, sandboxed } from '../../../test/sandboxed.ts';
import type { TargetGroupSpec } from '../../api/targetgroup.ts';
import { targetGroupKind as kind } from './index.ts';

test('a target group that a listener uses waits until it is free', async () => {
  const it = await sandboxed();
  const desired = desiredOf<TargetGroupSpec>('TargetGroup/api', { vpcId: 'vpc-1', protocol: 'HTTP', port: 80 });
  const live = await converge({ kind, ...it }, desired);
  const balancer = { Name: 'public', Subnets: ['subnet-a', 'subnet-b'] };
  const { LoadBalancers = [] } = await it.aws.elbv2.send(new CreateLoadBalancerCommand(balancer));
  const { Listeners = [] } = await it.aws.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: live.arn }],
    }),
  );
  const driver = kind.driver(it.aws);
  const seen = await driver.observe({ desired, recorded: [] }, freshPass(it));
  if (seen === undefined) throw new Error('the target group is not there');
  const waiting = await driver.remove(seen, freshPass(it));
  expect(waiting).toMatchObject({
    done: false,
    waitsFor: expect.stringMatching(/^app\/public\/\w+ to stop using target group/),
  });
  await it.aws.elbv2.send(new DeleteListenerCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
  expect(await driver.remove(seen, freshPass(it))).toEqual({ done: true });
  await it.close();
});
