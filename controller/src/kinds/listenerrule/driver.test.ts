import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { driverContract } from '../../../test/driver-contract.ts';
import { desiredOf, ownerOf, sandboxed } from '../../../test/sandboxed.ts';
import type { ListenerRuleSpec } from '../../api/listenerrule.ts';
import { listenerRuleKind } from './index.ts';

const spec: ListenerRuleSpec = {
  listener: { loadBalancer: 'public', port: 80 },
  when: { hostHeader: ['reports.example.com'], queryString: [{ key: 'v', value: '2' }, { value: 'beta' }] },
  then: { forward: [{ targetGroup: 'reports' }] },
  tags: { team: 'payments' },
};

driverContract('ListenerRule', async () => {
  const { sandbox, aws, close } = await sandboxed();
  const group = { Name: 'reports', Protocol: 'HTTP' as const, Port: 80, VpcId: 'vpc-1', TargetType: 'ip' as const };
  const { TargetGroups = [] } = await aws.elbv2.send(new CreateTargetGroupCommand(group));
  const balancer = { Name: 'public', Subnets: ['subnet-a', 'subnet-b'] };
  const { LoadBalancers = [] } = await aws.elbv2.send(new CreateLoadBalancerCommand(balancer));
  const listener = {
    LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP' as const,
    DefaultActions: [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }],
  };
  const { Listeners = [] } = await aws.elbv2.send(new CreateListenerCommand(listener));
  const ListenerArn = Listeners[0]?.ListenerArn;
  // Somebody else's rule has the lowest priority.
  const foreign = {
    ListenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['/other'] }],
    Actions: listener.DefaultActions,
  };
  await aws.elbv2.send(new CreateRuleCommand(foreign));
  const needs = {
    'TargetGroup/reports': { arn: TargetGroups[0]?.TargetGroupArn ?? '' },
    'LoadBalancer/public': { 'listenerArn(80)': ListenerArn ?? '' },
  } as const;
  return {
    kind: listenerRuleKind,
    sandbox,
    aws,
    owner: ownerOf('ListenerRule/reports'),
    desired: desiredOf('ListenerRule/reports', spec, needs),
    changed: desiredOf<ListenerRuleSpec>(
      'ListenerRule/reports',
      {
        ...spec,
        priority: 70,
        when: { pathPattern: ['/reports', '/reports/*'], httpRequestMethod: ['GET', 'HEAD'] },
        then: { redirectTo: { host: 'reports.example.com' } },
      },
      needs,
    ),
    drift: async ({ arn }) => {
      await aws.elbv2.send(new ModifyRuleCommand({ RuleArn: arn, Actions: listener.DefaultActions }));
    },
    close,
  };
});
