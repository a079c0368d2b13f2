import { expect, test } from 'vitest';
import { decide } from './evaluation.ts';
import type { AlarmSettings } from './state.ts';

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** Datapoints as AWS's table writes them, oldest first: `0` is fine, `X` breaches, `-` is missing. */
function states(row: string, datapointsToAlarm: number): string[] {
  const points = row
    .split(' ')
    .flatMap((mark, index) => (mark === '-' ? [] : [{ start: index * 60_000, value: mark === 'X' ? 1 : 0 }]));
  return treatments.map((treatMissingData) => {
    const settings: AlarmSettings = {
      name: 'table',
      actionsEnabled: true,
      okActions: [],
      alarmActions: [],
      insufficientDataActions: [],
      queries: [],
      math: false,
      period: 60,
      evaluationPeriods: 3,
      datapointsToAlarm,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData,
    };
    return decide(settings, points, 5 * 60_000).state;
  });
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
const threeOfThree: [string, string[]][] = [
  ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
  ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK']],
  ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', ['ALARM', 'keep', 'ALARM', 'OK']],
];
const twoOfThree: [string, string[]][] = [
  ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', ['ALARM', 'keep', 'ALARM', 'OK']],
];

test('a single breaching datapoint that is recent does not alarm prematurely', () => {
  expect(states('- - - - X', 3)[0]).toBe('keep');
  expect(states('- - - X -', 3)[0]).toBe('keep');
});

test.each(threeOfThree)('missing data, 3 of 3 datapoints to alarm: %s', (row, expected) => {
  expect(states(row, 3)).toEqual(expected);
});

test.each(twoOfThree)('missing data, 2 of 3 datapoints to alarm: %s', (row, expected) => {
  expect(states(row, 2)).toEqual(expected);
});
