import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, maximumTasks, minimumHealthy, type SchedulableTask, type Situation } from './decide.ts';

const states = ['starting', 'settling', 'healthy', 'unhealthy'] as const;

/** `2 healthy old, 1 starting new` as tasks. */
function tasks(text: string): SchedulableTask[] {
  const made: SchedulableTask[] = [];
  for (const part of text.split(', ').filter(Boolean)) {
    const [amount, word, deployment] = part.split(' ');
    const state = states.find((known) => known === word);
    if (!state) throw new Error(`no state ${word} in ${text}`);
    for (let i = 0; i < Number(amount); i++) {
      made.push({
        id: `${state}-${deployment}-${i}`,
        primary: deployment !== 'old',
        state,
        protected: deployment === 'protected',
        availabilityZone: 'a',
      });
    }
  }
  return made;
}

function situation(text: string, desiredCount: number, range: string, more: Partial<Situation> = {}): Situation {
  const [minimumHealthyPercent = 100, maximumPercent = 200] = range.split('/').map(Number);
  return {
    desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    tasks: tasks(text),
    mayStart: true,
    stalled: false,
    ...more,
  };
}

function summary(given: Situation): string {
  const { start, stop, blockedBy } = decide(given);
  const stops = new Map<string, number>();
  for (const task of stop) {
    const kind = `${task.state} ${task.primary ? 'new' : 'old'}`;
    stops.set(kind, (stops.get(kind) ?? 0) + 1);
  }
  const parts = [`start ${start}`, ...[...stops].map(([kind, amount]) => `stop ${amount} ${kind}`)];
  if (blockedBy) parts.push(`blocked by ${blockedBy}`);
  return parts.join(', ');
}

describe('the rolling scheduler', () => {
  test.each<[reason: string, tasks: string, desired: number, range: string, expected: string]>([
    ['an empty service starts all of its tasks', '', 3, '100/200', 'start 3'],
    ['a full service rests', '3 healthy new', 3, '100/200', 'start 0'],
    ['a service that still starts rests', '3 starting new', 3, '100/200', 'start 0'],
    ['200 percent starts all new tasks before any old one goes', '4 healthy old', 4, '100/200', 'start 4'],
    ['new tasks that start replace nothing yet', '4 healthy old, 4 starting new', 4, '100/200', 'start 0'],
    ['new tasks that settle replace nothing yet', '4 healthy old, 4 settling new', 4, '100/200', 'start 0'],
    [
      'each healthy new task replaces an old one',
      '4 healthy old, 1 healthy new, 3 settling new',
      4,
      '100/200',
      'start 0, stop 1 healthy old',
    ],
    [
      'healthy new tasks replace all old ones',
      '4 healthy old, 4 healthy new',
      4,
      '100/200',
      'start 0, stop 4 healthy old',
    ],
    ['the maximum is rounded down: 150 percent of 3 leaves room for one', '3 healthy old', 3, '100/150', 'start 1'],
    [
      'the maximum is rounded down: 125 percent of 3 leaves no room',
      '3 healthy old',
      3,
      '100/125',
      'start 0, blocked by deploymentConfiguration',
    ],
    ['50 percent of 4 lets two old tasks go first', '4 healthy old', 4, '50/100', 'start 0, stop 2 healthy old'],
    [
      'the minimum is rounded up: 75 percent of 2 lets none go',
      '2 healthy old',
      2,
      '75/100',
      'start 0, blocked by deploymentConfiguration',
    ],
    ['freed places are filled', '2 healthy old', 4, '50/100', 'start 2'],
    ['0 and 100 percent stop everything first', '2 healthy old', 2, '0/100', 'start 0, stop 2 healthy old'],
    ['old tasks that never started go at once', '2 starting old', 2, '100/200', 'start 2, stop 2 starting old'],
    ['unhealthy old tasks go at once', '2 unhealthy old', 2, '100/200', 'start 2, stop 2 unhealthy old'],
    ['an unhealthy task is replaced before it goes', '1 healthy new, 1 unhealthy new', 2, '100/200', 'start 1'],
    [
      'an unhealthy task waits while its replacement settles',
      '1 healthy new, 1 unhealthy new, 1 settling new',
      2,
      '100/200',
      'start 0',
    ],
    [
      'an unhealthy task goes once its replacement is healthy',
      '2 healthy new, 1 unhealthy new',
      2,
      '100/200',
      'start 0, stop 1 unhealthy new',
    ],
    ['an unhealthy replacement does not pile up', '2 unhealthy new', 1, '100/300', 'start 1, stop 1 unhealthy new'],
    [
      'without room one unhealthy task goes at a time',
      '2 unhealthy new',
      2,
      '100/100',
      'start 0, stop 1 unhealthy new',
    ],
    [
      'a failing new task makes room for the next one',
      '1 healthy old, 1 unhealthy new',
      1,
      '100/200',
      'start 0, stop 1 unhealthy new',
    ],
    [
      'scaling in stops starting tasks first',
      '2 healthy new, 1 starting new',
      2,
      '100/200',
      'start 0, stop 1 starting new',
    ],
    [
      'scaling in to zero stops all',
      '2 healthy new, 1 unhealthy new',
      0,
      '100/200',
      'start 0, stop 2 healthy new, stop 1 unhealthy new',
    ],
    ['scaling out starts what is missing', '2 healthy new', 5, '100/200', 'start 3'],
    ['protected tasks stay', '2 healthy protected', 1, '100/200', 'start 0, blocked by protection'],
  ])('%s', (_reason, text, desired, range, expected) => {
    expect(summary(situation(text, desired, range))).toBe(expected);
  });

  test('launches that are backed off start nothing and stop nothing to make room', () => {
    expect(summary(situation('4 healthy old', 4, '50/100', { mayStart: false }))).toBe('start 0');
  });

  test('a stalled deployment starts nothing and leaves the old tasks alone', () => {
    expect(summary(situation('2 healthy old, 1 unhealthy old', 2, '100/200', { stalled: true }))).toBe('start 0');
  });

  test('scaling in takes from the fullest Availability Zone', () => {
    const zones = ['a', 'b', 'b', 'c'].map((availabilityZone, i) => ({
      id: `${i}`,
      primary: true,
      state: 'healthy' as const,
      protected: false,
      availabilityZone,
    }));
    const { stop } = decide({ ...situation('', 3, '100/200'), tasks: zones });
    expect(stop.map((task) => task.availabilityZone)).toEqual(['b']);
  });
});

function healthyOf(list: readonly SchedulableTask[]): number {
  return list.filter((task) => task.state === 'healthy').length;
}

const anyTask = fc.record({
  id: fc.uuid(),
  primary: fc.boolean(),
  state: fc.constantFrom(...states),
  protected: fc.boolean(),
  availabilityZone: fc.constantFrom('a', 'b', 'c'),
});

const anySituation: fc.Arbitrary<Situation> = fc.record({
  desiredCount: fc.integer({ min: 0, max: 12 }),
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 100, max: 300 }),
  tasks: fc.array(anyTask, { maxLength: 24 }),
  mayStart: fc.boolean(),
  stalled: fc.boolean(),
});

describe('whatever the situation', () => {
  test('stops of the scheduler never bring the healthy tasks below the minimum', () => {
    fc.assert(
      fc.property(anySituation, (given) => {
        const before = healthyOf(given.tasks);
        const after = before - healthyOf(decide(given).stop);
        const floor = minimumHealthy(given.desiredCount, given.minimumHealthyPercent);
        expect(after).toBeGreaterThanOrEqual(Math.min(before, floor));
      }),
      { numRuns: 2000 },
    );
  });

  test('starts never bring the tasks above the maximum', () => {
    fc.assert(
      fc.property(anySituation, (given) => {
        const { start, stop } = decide(given);
        const ceiling = maximumTasks(given.desiredCount, given.maximumPercent);
        const after = given.tasks.length - stop.length + start;
        expect(start === 0 || after <= ceiling).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('protected tasks are never stopped', () => {
    fc.assert(
      fc.property(anySituation, (given) => {
        expect(decide(given).stop.filter((task) => task.protected)).toEqual([]);
      }),
    );
  });

  test('a deployment whose tasks all become healthy ends with the desired count of new tasks and no old one', () => {
    const ranges = fc.record({
      desiredCount: fc.integer({ min: 1, max: 10 }),
      old: fc.integer({ min: 0, max: 10 }),
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 200 }),
    });
    fc.assert(
      fc.property(ranges, ({ desiredCount, old, minimumHealthyPercent, maximumPercent }) => {
        const floor = minimumHealthy(desiredCount, minimumHealthyPercent);
        fc.pre(maximumTasks(desiredCount, maximumPercent) > floor);
        let now = tasks(`${old} healthy old`);
        for (let pass = 0; pass < 50; pass++) {
          const { start, stop } = decide({
            desiredCount,
            minimumHealthyPercent,
            maximumPercent,
            tasks: now,
            mayStart: true,
            stalled: false,
          });
          now = now.filter((task) => !stop.includes(task)).map((task) => ({ ...task, state: 'healthy' }));
          now.push(...tasks(`${start} starting new`).map((task, i) => ({ ...task, id: `${pass}-${i}` })));
        }
        expect(now.filter((task) => !task.primary)).toHaveLength(0);
        expect(now).toHaveLength(desiredCount);
      }),
    );
  });
});
