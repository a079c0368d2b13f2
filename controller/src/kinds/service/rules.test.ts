import { describe, expect, test } from 'vitest';
import { weightsOf } from './rules.ts';

const group = (TargetGroupArn: string, Weight?: number): object => ({
  TargetGroupArn,
  ...(Weight === undefined ? {} : { Weight }),
});

describe('the shares of a rule', () => {
  test.each<[what: string, actions: Parameters<typeof weightsOf>[0]['actions'], shares: object]>([
    ['weights are shares of their sum', [forward(group('a', 1), group('b', 3))], { a: 25, b: 75 }],
    ['one target group has all, whatever its weight', [forward(group('a', 0))], { a: 100 }],
    ['the short form too', [{ Type: 'forward', TargetGroupArn: 'a' }], { a: 100 }],
    ['a weight that is left out is 1', [forward(group('a'), group('b'))], { a: 50, b: 50 }],
    ['a redirect has none', [{ Type: 'redirect' }], {}],
    ['tenths of a percent', [forward(group('a', 995), group('b', 5))], { a: 99.5, b: 0.5 }],
  ])('%s', (_, actions, shares) => {
    expect(weightsOf({ actions })).toEqual(shares);
  });
});

function forward(...TargetGroups: readonly object[]): { Type: 'forward'; ForwardConfig: { TargetGroups: object[] } } {
  return { Type: 'forward', ForwardConfig: { TargetGroups: [...TargetGroups] } };
}
