import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { forwardTo } from '../../proxy/testing/load-balancer.ts';
import { startWithStandIns } from '../../proxy/testing/stand-ins.ts';

test('a target that does not answer holds up no other target', async () => {
  const asked = Promise.withResolvers<Socket>();
  const silent = createServer((socket) => asked.resolve(socket)).listen(0, '127.0.0.1');
  const rig = await startWithStandIns({ time: 'real', speed: 100 });
  const elb = new ElasticLoadBalancingV2Client(rig.client);
  try {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' }),
    );
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-a', 'subnet-b'] }),
    );
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [forwardTo({ [TargetGroupArn]: 1 })],
      }),
    );
    rig.backends.set('10.0.0.1:80', { kind: 'http', host: '127.0.0.1', port: (silent.address() as AddressInfo).port });
    rig.backends.set('10.0.0.2:80', { kind: 'scripted', status: 200 });
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.0.1' }] }));
    const socket = await asked.promise;
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.0.2' }] }));
    await vi.waitFor(
      async () => {
        const { TargetHealthDescriptions } = await elb.send(
          new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: '10.0.0.2', Port: 80 }] }),
        );
        expect(TargetHealthDescriptions?.[0]?.TargetHealth?.State).toBe('healthy');
      },
      { timeout: 1900, interval: 10 },
    );
    // The check of the silent target is still waited for.
    expect(socket.closed).toBe(false);
  } finally {
    silent.close();
    await rig.sandbox.close();
  }
});
