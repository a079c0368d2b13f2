import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, freshPass, mutations, removed } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { InlineRule, LoadBalancerSpec } from '../../api/loadbalancer.ts';
import type { Claim, Desired } from '../../core/driver.ts';
import { WaitError } from '../../core/errors.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { loadBalancerKind as kind } from './index.ts';
import type { LiveLoadBalancer } from './live.ts';

type Needs = Record<`TargetGroup/${string}`, { readonly arn: string }>;

let it: Sandboxed;
let needs: Needs;

beforeEach(async () => {
  it = await sandboxed();
  needs = {};
  for (const name of ['blue', 'green']) {
    const input = { Name: name, Protocol: 'HTTP' as const, Port: 80, VpcId: 'vpc-1', TargetType: 'ip' as const };
    const { TargetGroups = [] } = await it.aws.elbv2.send(new CreateTargetGroupCommand(input));
    needs[`TargetGroup/${name}`] = { arn: TargetGroups[0]?.TargetGroupArn ?? '' };
  }
});
afterEach(async () => it.close());

const path = (pattern: string, priority: number): InlineRule => ({
  priority,
  when: { pathPattern: [pattern] },
  then: { forward: [{ targetGroup: 'blue' }] },
});
const withRules = (rules: InlineRule[], more: Partial<LoadBalancerSpec> = {}): Desired<LoadBalancerSpec> =>
  desiredOf(
    'LoadBalancer/public',
    {
      subnets: ['subnet-a', 'subnet-b'],
      listeners: [{ port: 80, protocol: 'HTTP', default: { forward: [{ targetGroup: 'blue' }] }, rules }],
      ...more,
    },
    needs,
  );
const make = (desired: Desired<LoadBalancerSpec>): Promise<LiveLoadBalancer> => converge({ kind, ...it }, desired);
const look = async (desired: Desired<LoadBalancerSpec>): Promise<LiveLoadBalancer> => {
  const live = await kind.driver(it.aws).observe({ desired, recorded: [] }, freshPass(it));
  if (live === undefined) throw new Error('the load balancer is not there');
  return live;
};
const prioritiesOf = (live: LiveLoadBalancer): number[] =>
  live.listeners.flatMap(({ rules }) => rules.map((rule) => rule.priority));
const arnOf = (live: LiveLoadBalancer, priority: number): string | undefined =>
  live.listeners[0]?.rules.find((rule) => rule.priority === priority)?.arn;

/** A rule that somebody else makes on the first listener. */
async function foreignRule(
  live: LiveLoadBalancer,
  priority: number,
  tags: Readonly<Record<string, string>> = {},
): Promise<void> {
  await it.aws.elbv2.send(
    new CreateRuleCommand({
      ListenerArn: live.listeners[0]?.arn,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', Values: ['/foreign'] }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      ...(Object.keys(tags).length > 0 && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    }),
  );
}

describe('rules of others', () => {
  const theirs = {
    [OWNERSHIP_TAG.application]: 'reports',
    [OWNERSHIP_TAG.resource]: 'ListenerRule/reports',
    [OWNERSHIP_TAG.instance]: 'tests',
  };

  test('are told, are no drift and are never removed', async () => {
    const desired = withRules([path('/a', 10)]);
    await foreignRule(await make(desired), 5, theirs);
    const live = await make(desired);
    expect(prioritiesOf(live)).toEqual([5, 10]);
    expect(kind.driver(it.aws).diff(desired, live)).toEqual([]);
    await it.sandbox.advance(600_000);
    expect(kind.driver(it.aws).health(desired, await look(desired), new Date(it.sandbox.now())).message).toContain(
      'rules of others, left alone: 80 priority 5',
    );
    expect(prioritiesOf(await make(withRules([])))).toEqual([5]);
  });

  test('keep the load balancer and their listener', async () => {
    const desired = withRules([]);
    await foreignRule(await make(desired), 5, theirs);
    await expect(removed({ kind, ...it }, desired)).rejects.toThrow(
      /is kept: the rule with priority 5 on port 80 belongs to ListenerRule\/reports of Application reports/,
    );
    await expect(make(withRules([], { listeners: [] }))).rejects.toThrow(
      /listener on port 80 is kept: rules of others/,
    );
  });

  test('keep their priority', async () => {
    await foreignRule(await make(withRules([])), 10, theirs);
    await expect(make(withRules([path('/a', 10)]))).rejects.toThrow(
      'LoadBalancer/public: /listeners/80/rules/10: a rule with priority 10 belongs to ListenerRule/reports of Application reports',
    );
  });

  test('a rule without any owner that says the same is taken over', async () => {
    await foreignRule(await make(withRules([])), 10);
    const before = arnOf(await look(withRules([])), 10);
    const live = await make(withRules([path('/foreign', 10)]));
    expect(arnOf(live, 10)).toBe(before);
    expect(
      kind
        .driver(it.aws)
        .parts(live)
        .map(({ id }) => id),
    ).toContain(before);
  });
});

describe('own rules', () => {
  test('a new order moves rules at once and makes none', async () => {
    const live = await make(withRules([path('/a', 10), path('/b', 20), path('/c', 30)]));
    const before = mutations(it.sandbox);
    const moved = await make(withRules([path('/c', 10), path('/a', 20), path('/b', 30)]));
    expect(arnOf(moved, 20)).toBe(arnOf(live, 10));
    const { 'elasticloadbalancing:SetRulePriorities': sets, ...others } = mutations(it.sandbox);
    expect(sets).toBe(1);
    expect(others).toEqual(before);
  });

  test('a rule that makes room is gone before another moves in', async () => {
    const live = await make(withRules([path('/a', 10), path('/b', 20)]));
    const after = await make(withRules([path('/b', 10)]));
    expect(prioritiesOf(after)).toEqual([10]);
    expect(arnOf(after, 10)).toBe(arnOf(live, 20));
  });
});

describe('replacement', () => {
  test('another scheme is another load balancer, made beside the old one', async () => {
    const listeners = [{ port: 80, protocol: 'HTTP' as const, default: { fixedResponse: { statusCode: 200 } } }];
    const old = await make(withRules([], { listeners }));
    const internal = withRules([], { listeners, scheme: 'internal' });
    const recorded = kind.driver(it.aws).parts(old);
    const seen = await kind.driver(it.aws).observe({ desired: internal, recorded }, freshPass(it));
    if (seen === undefined) throw new Error('the old load balancer was not found by its record');
    const changes = kind.driver(it.aws).diff(internal, seen);
    expect(changes.find((change) => change.path === '/scheme')?.effect).toBe('replaces');
    const made = await make(internal);
    expect(made.arn).not.toBe(old.arn);
    const { LoadBalancers = [] } = await it.aws.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toHaveLength(2);
  });

  test('a target group that the old one still uses is in the way, and the error says so', async () => {
    await make(withRules([]));
    await expect(make(withRules([], { scheme: 'internal' }))).rejects.toThrow(
      /targetgroup\/blue.*give the new load balancer target groups of its own/,
    );
  });

  test('the plan says so before anything is done, unless the target groups are new ones', async () => {
    const old = await make(withRules([path('/a', 10)]));
    const recorded = kind.driver(it.aws).parts(old);
    const refusedBy = async (desired: Desired<LoadBalancerSpec>): Promise<readonly (string | undefined)[]> => {
      const seen = await kind.driver(it.aws).observe({ desired, recorded }, freshPass(it));
      if (seen === undefined) throw new Error('the old load balancer was not found by its record');
      const changes = kind.driver(it.aws).diff(desired, seen);
      return changes.filter(({ effect }) => effect === 'replaces').map(({ refused }) => refused);
    };
    const moved = withRules([], { scheme: 'internal' });
    expect(await refusedBy(moved)).toEqual([expect.stringContaining('the old one still has blue')]);
    const renewed = { ...moved, needs: { 'TargetGroup/green': needs['TargetGroup/green'] ?? { arn: '' } } };
    expect(await refusedBy(renewed)).toEqual([undefined]);
    expect(mutations(it.sandbox)['elasticloadbalancing:CreateLoadBalancer']).toBe(1);
  });

  test('with a forced name it is refused', async () => {
    await make(withRules([], { nameOverride: 'edge' }));
    await expect(make(withRules([], { nameOverride: 'edge', scheme: 'internal' }))).rejects.toThrow(
      'a change of /scheme replaces the load balancer, which nameOverride does not allow',
    );
  });
});

/** Shifts all traffic of the first listener from blue to green, as a deployment does. */
async function shift(live: LiveLoadBalancer): Promise<void> {
  const TargetGroups = Object.values(needs).map(({ arn }, index) => ({ TargetGroupArn: arn, Weight: index }));
  const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  await it.aws.elbv2.send(new ModifyListenerCommand({ ListenerArn: live.listeners[0]?.arn, DefaultActions }));
}

describe('traffic weights', () => {
  const shared: Partial<LoadBalancerSpec> = {
    listeners: [
      {
        port: 80,
        protocol: 'HTTP',
        default: {
          forward: [
            { targetGroup: 'blue', weight: 1 },
            { targetGroup: 'green', weight: 0 },
          ],
        },
      },
    ],
  };
  const claim: Claim = {
    on: 'LoadBalancer/public',
    path: '/listeners/80/default/forward',
    by: 'Service/api',
    reason: 'a deployment shifts traffic',
    holds: 'any',
  };

  test('are drift unless a deployment claims them', async () => {
    const desired = withRules([], shared);
    await shift(await make(desired));
    const paths = kind
      .driver(it.aws)
      .diff(desired, await look(desired))
      .map((change) => change.path);
    expect(paths).toEqual(['/listeners/80/default/forward/blue/weight', '/listeners/80/default/forward/green/weight']);
    expect(kind.driver(it.aws).diff({ ...desired, claims: [claim] }, await look(desired))).toEqual([]);
  });

  test('are left as they are while they are claimed, whatever else changes', async () => {
    await shift(await make(withRules([], shared)));
    const claimed = { ...withRules([path('/a', 10)], shared), claims: [claim] };
    const live = await make(claimed);
    const groups = live.listeners[0]?.listener.DefaultActions?.[0]?.ForwardConfig?.TargetGroups;
    expect(groups?.map((group) => group.Weight)).toEqual([0, 1]);
  });
});

test('a rule that was made and does not show yet is waited for, and not made twice', async () => {
  const before = await make(withRules([]));
  const desired = withRules([path('/a', 10)]);
  const driver = kind.driver(it.aws);
  await driver.ensure(desired, before, freshPass(it));
  await expect(driver.ensure(desired, before, freshPass(it))).rejects.toThrow(WaitError);
  expect(prioritiesOf(await make(desired))).toEqual([10]);
});

test('deletion protection keeps the load balancer', async () => {
  const desired = withRules([]);
  const live = await make(desired);
  const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
  await it.aws.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: live.arn, Attributes }));
  await expect(removed({ kind, ...it }, desired)).rejects.toThrow(/is protected from deletion/);
});

test('outputs name each listener by its port', async () => {
  const live = await make(withRules([]));
  const outputs = kind.driver(it.aws).outputs(live);
  expect(outputs['listenerArn(80)']).toBe(live.listeners[0]?.arn);
  expect(outputs['fullName']).toMatch(/^app\/shop-public-[0-9a-z]{10}\/[0-9a-f]+$/);
  expect(outputs['dnsName']).toBe(live.loadBalancer.DNSName);
});

test('its outputs name the default action and its own rules, and not those of others', async () => {
  const live = await make(withRules([path('/a/*', 10)]));
  const outputs = kind.driver(it.aws).outputs(live);
  expect(outputs['ruleArn(80)']).toMatch(/:listener-rule\/app\//);
  expect(outputs['ruleArn(80,10)']).toBe(arnOf(live, 10));
  expect(outputs['ruleArn(80,11)']).toBeUndefined();
});
