import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { freshPass } from '../../../test/converge.ts';
import { desiredOf, sandboxed } from '../../../test/sandboxed.ts';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { listenerRuleKind } from './index.ts';

test('a rule beyond the quota of its load balancer is found before it is made', async () => {
  const there = await sandboxed({ throttle: false });
  try {
    const { elbv2 } = there.aws;
    const create = new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] });
    const { LoadBalancers } = await elbv2.send(create);
    const Actions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
    const listen = new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: Actions });
    const listenerArn = (await elbv2.send(listen)).Listeners?.[0]?.ListenerArn ?? '';
    const rule = async (Priority: number): Promise<unknown> => {
      const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/${Priority}`] } }];
      return elbv2.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority, Conditions, Actions }));
    };
    const driver = listenerRuleKind.driver(there.aws);
    const spec = { listenerArn, when: {}, then: {} } as unknown as ListenerRuleSpec;
    const look = () => driver.preflight?.(desiredOf('ListenerRule/api', spec), undefined, freshPass(there));
    for (let priority = 1; priority < 100; priority += 1) await rule(priority);
    expect(await look()).toEqual([]);
    await rule(100);
    expect(await look()).toMatchObject([
      { check: 'Quota', severity: 'error', message: expect.stringContaining('has 100 rules') },
    ]);
  } finally {
    await there.close();
  }
});
