import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardTo, LoadBalancerRig } from '../../proxy/testing/load-balancer.ts';
import { type StandIns, startWithStandIns } from '../../proxy/testing/stand-ins.ts';
import { trafficPort } from './traffic.ts';

const scope = { accountId: '123456789012', region: 'eu-central-1' };
let rig: StandIns;
let balancer: LoadBalancerRig;
let blue: string;
let green: string;
let listener: string;
beforeEach(async () => {
  rig = await startWithStandIns();
  balancer = await LoadBalancerRig.create(rig, 'web');
  blue = await balancer.targetGroup('blue');
  green = await balancer.targetGroup('green');
  listener = await balancer.listener(80, [forwardTo({ [blue]: 1 })]);
});
afterEach(() => rig.sandbox.close());

test('a shift changes the weights of a rule and leaves its stickiness alone', async () => {
  const sticky = { Enabled: true, DurationSeconds: 60 };
  const rule = await balancer.rule(
    listener,
    1,
    [{ Field: 'path-pattern', Values: ['/*'] }],
    [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue }], TargetGroupStickinessConfig: sticky },
      },
    ],
  );
  const port = trafficPort(rig.world);
  expect(port.weights(scope, rule)).toEqual({ [blue]: 1 });
  port.shift(scope, rule, { [green]: 50, [blue]: 950 });
  expect(port.weights(scope, rule)).toEqual({ [blue]: 950, [green]: 50 });
  const { Rules } = await balancer.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
  expect(Rules?.[0]?.Actions).toEqual([
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: 950 },
          { TargetGroupArn: green, Weight: 50 },
        ],
        TargetGroupStickinessConfig: sticky,
      },
    },
  ]);
  expect(port.rules(scope, listener)?.[0]).toBe(rule);
});

test('a listener stands for its default rule', () => {
  const port = trafficPort(rig.world);
  port.shift(scope, listener, { [blue]: 0, [green]: 100 });
  const [defaultRule = ''] = port.rules(scope, listener) ?? [];
  expect(port.weights(scope, listener)).toEqual({ [blue]: 0, [green]: 100 });
  expect(port.weights(scope, defaultRule)).toEqual({ [blue]: 0, [green]: 100 });
  expect(port.forwardsOnly(scope, listener)).toBe(true);
});

test('what is not there has no weights, and a shift of it fails as ModifyRule and ModifyListener do', () => {
  const port = trafficPort(rig.world);
  const [rule = ''] = port.rules(scope, listener) ?? [];
  expect(port.weights(scope, `${rule}0`)).toBeUndefined();
  expect(port.rules(scope, `${listener}0`)).toBeUndefined();
  expect(() => port.shift(scope, `${rule}0`, { [blue]: 1 })).toThrow(`Rule '${rule}0' not found`);
  expect(() => port.shift(scope, `${listener}0`, { [blue]: 1 })).toThrow(`Listener '${listener}0' not found`);
  expect(() => port.shift(scope, listener, { [blue]: 1000 })).toThrow(
    "Target group weight '1000' must be between 0 and 999",
  );
});
