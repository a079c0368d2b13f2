import type { ActionTypeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitError } from '../core/errors.ts';
import { actionsOf, liveAction, wantedAction } from './actions.ts';
import { targetGroupKeys } from './targets.ts';

const API = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/1';
const OTHER = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/other/2';
const keys = targetGroupKeys({
  'TargetGroup/api': { arn: API },
  'Cluster/main': { arn: 'arn:aws:ecs:::cluster/main' },
});

const forward = fc.record(
  {
    forward: fc.uniqueArray(
      fc.record(
        { targetGroup: fc.constant('api'), weight: fc.integer({ min: 0, max: 999 }) },
        { requiredKeys: ['targetGroup'] },
      ),
      { minLength: 1, maxLength: 1 },
    ),
    targetGroupStickiness: fc.record({ durationSeconds: fc.integer({ min: 1, max: 604800 }) }),
  },
  { requiredKeys: ['forward'] },
);
const redirect = fc.record({
  redirectTo: fc.record(
    {
      protocol: fc.constantFrom('HTTP', 'HTTPS', '#{protocol}'),
      port: fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.constant('#{port}')),
      host: fc.constantFrom('www.#{host}', 'example.com'),
      path: fc.constantFrom('/#{path}', '/new/#{path}'),
      query: fc.constantFrom('#{query}', ''),
      statusCode: fc.constantFrom('HTTP_301' as const, 'HTTP_302' as const),
    },
    { requiredKeys: [] },
  ),
});
const fixed = fc.record({
  fixedResponse: fc.record(
    {
      statusCode: fc.integer({ min: 200, max: 599 }),
      contentType: fc.constantFrom('text/plain' as const, 'application/json' as const),
      messageBody: fc.string({ maxLength: 20 }),
    },
    { requiredKeys: ['statusCode'] },
  ),
});

test('what is sent reads back as what was wanted', () => {
  fc.assert(
    fc.property(fc.oneof(forward, redirect, fixed), (action) => {
      const wanted = wantedAction(action);
      expect(liveAction(actionsOf(wanted, keys), keys)).toEqual(wanted);
    }),
  );
});

test('a single target group without its config is the same action', () => {
  const wanted = wantedAction({ forward: [{ targetGroup: 'api' }] });
  expect(liveAction([{ Type: 'forward', TargetGroupArn: API }], keys)).toEqual(wanted);
});

test('a target group of others keeps its ARN, one of the Application has its name', () => {
  const TargetGroups = [
    { TargetGroupArn: OTHER, Weight: 9 },
    { TargetGroupArn: API, Weight: 1 },
  ];
  const tree = liveAction([{ Type: 'forward', ForwardConfig: { TargetGroups } }], keys);
  expect(tree).toEqual({ forward: { api: { weight: 1 }, [OTHER]: { weight: 9 } } });
  expect(wantedAction({ forward: [{ targetGroup: 'api' }, { targetGroupArn: OTHER, weight: 9 }] })).toEqual(tree);
});

test('an action that manifests do not know is seen', () => {
  const tree = liveAction([{ Type: 'teleport' as ActionTypeEnum }, { Type: 'forward', TargetGroupArn: API }], keys);
  expect(tree.otherActions).toEqual(['teleport']);
});

test('a target group that does not exist yet is waited for', () => {
  const tree = wantedAction({ forward: [{ targetGroup: 'new' }] });
  expect(() => actionsOf(tree, keys)).toThrow(new WaitError('TargetGroup/new has no ARN yet', 5_000));
});
