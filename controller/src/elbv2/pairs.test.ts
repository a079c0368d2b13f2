import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveForward, tuplesOf, wantedForward } from './pairs.ts';
import { claimOn, routeOf, routeOfListener } from './routes.ts';
import { targetGroupKeys } from './targets.ts';

const [BLUE, GREEN, OTHER] = ['arn:blue', 'arn:green', 'arn:other'] as const;
const keys = targetGroupKeys({ 'TargetGroup/api': { arn: BLUE, alternateArn: GREEN } });
const live = (...weights: readonly (readonly [string, number])[]) =>
  liveForward(
    weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    keys,
  );

test('the weights of a pair are shares, whatever they add up to', () => {
  expect(live([BLUE, 1], [GREEN, 0])).toEqual({ api: { weight: 1, pair: { primary: 100, alternate: 0 } } });
  expect(live([BLUE, 90], [GREEN, 10])).toEqual({ api: { weight: 1, pair: { primary: 90, alternate: 10 } } });
  expect(live([GREEN, 7])).toEqual({ api: { weight: 1, pair: { alternate: 100 } } });
});

test('a third target group is a target of its own', () => {
  expect(Object.keys(live([BLUE, 1], [GREEN, 0], [OTHER, 1]))).toEqual(['api', OTHER]);
});

test('without a claim the split that is there stays, and both sides are in the action', () => {
  const wanted = (there: ReturnType<typeof live> | undefined) => wantedForward({ api: { weight: 3 } }, keys, there);
  expect(wanted(undefined)).toEqual({ api: { weight: 1, pair: { primary: 100, alternate: 0 } } });
  expect(wanted(live([BLUE, 0], [GREEN, 1]))).toEqual({ api: { weight: 1, pair: { primary: 0, alternate: 100 } } });
  expect(wanted(live([BLUE, 1]))).toEqual({ api: { weight: 1, pair: { primary: 100, alternate: 0 } } });
  expect(wanted(live([BLUE, 0], [GREEN, 0]))).toEqual({ api: { weight: 1, pair: { primary: 100, alternate: 0 } } });
});

test('what is sent reads back as the same shares, to a tenth of a percent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), (tenths) => {
      const pair = { primary: tenths / 10, alternate: (1_000 - tenths) / 10 };
      const sent = tuplesOf({ api: { weight: 1, pair } }, keys);
      const back = liveForward(sent, keys)['api']?.pair;
      expect(Math.abs((back?.primary ?? -1) - pair.primary)).toBeLessThanOrEqual(0.1);
    }),
  );
});

test('a pair is waited for while its alternate does not exist', () => {
  const alone = targetGroupKeys({ 'TargetGroup/api': { arn: BLUE } });
  expect(() => tuplesOf({ api: { weight: 1, pair: { primary: 100, alternate: 0 } } }, alone)).toThrow(
    /no alternate yet/,
  );
});

const needs = {
  'ListenerRule/api': { arn: 'arn:rule' },
  'LoadBalancer/public': {
    'listenerArn(443)': 'arn:listener',
    'ruleArn(443)': 'arn:default',
    'ruleArn(443,10)': 'arn:ten',
  },
} as const;

test('a reference to a rule is its ARN and the place of its forward action', () => {
  const listener = { loadBalancer: 'public', port: 443 };
  expect(routeOf({ listenerRule: 'api' }, needs)).toMatchObject({
    arn: 'arn:rule',
    on: 'ListenerRule/api',
    forward: '/then/forward',
  });
  expect(routeOf({ listener }, needs)).toMatchObject({ arn: 'arn:default', forward: '/listeners/443/default/forward' });
  expect(routeOf({ listener, priority: 10 }, needs)).toMatchObject({
    arn: 'arn:ten',
    forward: '/listeners/443/rules/10/then/forward',
  });
  expect(routeOf({ listenerRuleArn: 'arn:outside' }, needs)).toMatchObject({ arn: 'arn:outside', on: undefined });
  expect(routeOfListener(listener, needs)).toMatchObject({ arn: 'arn:listener', on: 'LoadBalancer/public' });
  expect(routeOf({ listenerRule: 'late' }, needs).arn).toBeUndefined();
});

test('a deployment under way may split the traffic as it likes; at rest one side has it all', () => {
  const route = routeOf({ listenerRule: 'api' }, needs);
  const holding = { targetGroup: 'api', by: 'Service/api', reason: '' } as const;
  expect(claimOn(route, { ...holding, serves: 'moving' })).toMatchObject({
    path: '/then/forward/api/pair',
    holds: 'any',
  });
  expect(claimOn(route, { ...holding, serves: 'alternate' })?.holds).toEqual({
    exactly: { primary: 0, alternate: 100 },
  });
  expect(claimOn(route, { ...holding, serves: 'primary', alone: true })?.holds).toEqual({
    oneOf: [{ primary: 100, alternate: 0 }, { primary: 100 }],
  });
  expect(
    claimOn(routeOf({ listenerRuleArn: 'arn:outside' }, needs), { ...holding, serves: 'primary' }),
  ).toBeUndefined();
});
