import { describe, expect, test } from 'vitest';
import { lintContextOf } from '../../../test/linting.ts';
import type { ScalingPolicySpec } from '../../api/scalingpolicy.ts';
import type { Ref } from '../../core/manifest.ts';
import { lint } from './lint.ts';

const good: ScalingPolicySpec = {
  target: { service: 'api' },
  minCapacity: 2,
  maxCapacity: 20,
  targetTracking: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 70 }],
  scheduled: [{ schedule: 'cron(0 6 ? * SAT *)', timezone: 'Europe/Berlin', minCapacity: 4 }],
};
const found = (spec: ScalingPolicySpec, others: Readonly<Record<Ref, unknown>> = {}): string[] =>
  lint(spec, lintContextOf({ 'ScalingPolicy/api': spec, ...others })).map(
    ({ code, severity, path }) => `${code} ${severity} ${path}`,
  );

test('a good policy has no findings', () => {
  expect(
    found(good, { 'Service/api': { desiredCount: 2 }, 'ScalingPolicy/web': { ...good, target: { service: 'web' } } }),
  ).toEqual([]);
});

describe('findings', () => {
  test('two policies for one service', () => {
    expect(found(good, { 'ScalingPolicy/other': good })).toEqual(['LS1201 error /target']);
  });

  test('a declared count that the limits do not allow', () => {
    expect(found(good, { 'Service/api': { desiredCount: 1 } })).toEqual(['LS1205 warning /minCapacity']);
    expect(found(good, { 'Service/api': { desiredCount: 21 } })).toEqual(['LS1205 warning /maxCapacity']);
  });

  const metric = 'ECSServiceAverageCPUUtilization' as const;
  test.each<[string, Partial<ScalingPolicySpec>, string[]]>([
    ['minimum above maximum', { minCapacity: 21 }, ['LS1202 error /minCapacity']],
    [
      'the same at a time',
      { scheduled: [{ schedule: 'cron(0 6 * * ? *)', minCapacity: 21 }] },
      ['LS1202 error /scheduled/0'],
    ],
    [
      'a schedule that cannot be read',
      { scheduled: [{ schedule: 'cron(0 6 * * *)', minCapacity: 3 }] },
      ['LS1203 error /scheduled/0/schedule'],
    ],
    [
      'a time zone that does not exist',
      { scheduled: [{ schedule: 'cron(0 6 * * ? *)', timezone: 'Europe/Berlinn', minCapacity: 3 }] },
      ['LS1203 error /scheduled/0/timezone'],
    ],
    [
      'a rate without a start',
      { scheduled: [{ schedule: 'rate(1 hour)', minCapacity: 3 }] },
      ['LS1204 error /scheduled/0/schedule'],
    ],
    [
      'a name twice',
      {
        targetTracking: [
          { metric, targetValue: 70 },
          { metric, targetValue: 50 },
        ],
      },
      ['LS1206 error /targetTracking/1'],
    ],
    ['target tracking from zero', { minCapacity: 0 }, ['LS1207 warning /minCapacity']],
  ])('%s', (_name, change, expected) => {
    expect(found({ ...good, ...change })).toEqual(expected);
  });
});
