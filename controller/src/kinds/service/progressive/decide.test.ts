import { describe, expect, test } from 'vitest';
import type { Marks } from './marks.ts';
import { decide } from './decide.ts';
import {
  type Action,
  type Decision,
  rolesOf,
  type RolloutPlan,
  type RolloutState,
  type TaskSetState,
} from './state.ts';

const BEGAN = new Date('2026-01-31T10:00:00.000Z');
const BLUE = 'arn:blue';
const GREEN = 'arn:green';

function at(seconds: number): Date {
  return new Date(BEGAN.getTime() + seconds * 1_000);
}

function set(id: string, more: Partial<TaskSetState> = {}): TaskSetState {
  return {
    id,
    status: 'ACTIVE',
    scale: 100,
    desired: 4,
    running: 4,
    pending: 0,
    steady: true,
    createdAt: BEGAN,
    updatedAt: BEGAN,
    targets: { healthy: 4, unhealthy: 0, starting: 0 },
    failed: 0,
    wanted: true,
    ...more,
  };
}

const OLD = set('old', { status: 'PRIMARY', targetGroup: BLUE, wanted: false });

function green(marks: Partial<Marks>, more: Partial<TaskSetState> = {}): TaskSetState {
  return set('new', {
    targetGroup: GREEN,
    marks: { from: 'old', phase: { is: 'ScaleUp' }, times: [BEGAN], ...marks },
    ...more,
  });
}

const PLAN: RolloutPlan = {
  steps: [
    { weight: 10 },
    { pause: '150s' },
    { analysis: 'errors' },
    { weight: 50 },
    { pause: 'Manual' },
    { weight: 100 },
  ],
  bakeMs: 60_000,
  deadlineMs: 600_000,
  failedTasks: 3,
  queues: false,
};

function state(sets: readonly TaskSetState[], more: Partial<RolloutState> = {}): RolloutState {
  return {
    ...rolesOf(sets),
    plan: PLAN,
    pair: { primary: BLUE, alternate: GREEN },
    production: { [BLUE]: 100, [GREEN]: 0 },
    held: false,
    unverified: false,
    alarms: [],
    ...more,
  };
}

/** A decision in a line: `mark new Step 1, shift production 90/10`. */
function inWords(decision: Decision): string {
  if (decision.is !== 'act') return decision.is;
  return decision.actions.map(actionInWords).join(', ');
}

function actionInWords(action: Action): string {
  switch (action.do) {
    case 'shift':
      return `shift ${action.rule} ${action.weights[BLUE]}/${action.weights[GREEN]}`;
    case 'create':
      return `create on ${action.targetGroup} from ${action.from?.id ?? 'nothing'}`;
    case 'mark':
      return `mark ${action.phase.is === 'Step' ? action.phase.index : action.phase.is}`;
    case 'end':
      return `end ${action.how}`;
    case 'remember':
      return action.hold ? 'remember and hold' : 'remember';
    case 'scale':
      return `scale ${action.set.id} ${action.percent}`;
    case 'promote':
    case 'delete':
      return `${action.do} ${action.set.id}`;
    default:
      return action.do;
  }
}

const step = (index: number, traffic = true): Partial<Marks> => ({
  phase: { is: 'Step', index },
  since: BEGAN,
  ...(traffic ? { traffic: BEGAN } : {}),
});
const production = (percent: number): Partial<RolloutState> => ({
  production: { [BLUE]: 100 - percent, [GREEN]: percent },
});
const bake: Partial<Marks> = { phase: { is: 'Bake' }, since: BEGAN, traffic: BEGAN };
const cleanup: Partial<Marks> = { phase: { is: 'Cleanup' }, since: BEGAN, traffic: BEGAN };
const promoted = { ...OLD, status: 'ACTIVE' as const };
const passed = { verification: { is: 'passed' } } as const;

test.each<[what: string, given: RolloutState, seconds: number, does: string]>([
  // Beginning.
  ['without a task set, makes the first', state([]), 0, 'create on arn:blue from nothing'],
  ['where the alternate has the traffic, there', state([], production(100)), 0, 'create on arn:green from nothing'],
  ['another revision, on the other target group', state([OLD]), 0, 'create on arn:green from old'],
  [
    'a target group that no rule has gets into the rule first',
    state([OLD], { production: { [BLUE]: 100 } }),
    0,
    'shift production 100/0, create on arn:green from old',
  ],
  ['what failed before is not tried again', state([OLD], { held: true }), 0, 'failed'],
  [
    'a restart of what Git says',
    state([{ ...OLD, wanted: true }], { restart: 'old' }),
    0,
    'create on arn:green from old',
  ],
  [
    'the sets that drain count for nothing',
    state([OLD, set('gone', { status: 'DRAINING' })]),
    0,
    'create on arn:green from old',
  ],
  // Scaling up.
  ['waits for tasks', state([OLD, green({}, { steady: false })]), 60, 'wait'],
  ['waits for targets', state([OLD, green({}, { targets: { healthy: 3, unhealthy: 0, starting: 1 } })]), 60, 'wait'],
  [
    'healthy: the first step, test traffic at once',
    state([OLD, green({})], { test: { [BLUE]: 100, [GREEN]: 0 } }),
    60,
    'mark 1, shift production 90/10, shift test 0/100',
  ],
  [
    'the first set of a service has no steps',
    state([set('new', { targetGroup: BLUE, marks: { from: 'none', phase: { is: 'ScaleUp' }, times: [] } })]),
    60,
    'mark Bake',
  ],
  ['scaled down by hand: scales up', state([OLD, green({}, { scale: 50 })]), 60, 'scale new 100'],
  // Steps.
  ['a crash between mark and shift: shifts', state([OLD, green(step(1))]), 1, 'shift production 90/10'],
  ['a weight is done when it is there', state([OLD, green(step(1))], production(10)), 1, 'mark 2'],
  ['a pause lasts', state([OLD, green(step(2))], production(10)), 149, 'wait'],
  ['and ends', state([OLD, green(step(2))], production(10)), 150, 'mark 3'],
  [
    'a weight changed by hand in flight goes back',
    state([OLD, green(step(2))], production(40)),
    10,
    'shift production 90/10',
  ],
  [
    'an analysis that runs',
    state([OLD, green(step(3))], {
      ...production(10),
      verification: { is: 'running', waitsFor: 'x', pollAfterMs: 9_000 },
    }),
    10,
    'wait',
  ],
  [
    'an analysis that passed',
    state([OLD, green(step(3))], { ...production(10), ...passed }),
    10,
    'mark 4, shift production 50/50',
  ],
  [
    'an analysis that failed',
    state([OLD, green(step(3))], { ...production(10), verification: { is: 'failed', cause: 'too many errors' } }),
    10,
    'end Failed, shift production 100/0',
  ],
  [
    'an analysis of the whole rollout that failed',
    state([OLD, green(step(2))], { ...production(10), throughout: { is: 'failed', cause: 'slow' } }),
    10,
    'end Failed, shift production 100/0',
  ],
  ['a manual pause waits for as long as it takes', state([OLD, green(step(5))], production(50)), 900_000, 'wait'],
  ['paused by a person', state([OLD, green({ ...step(2), paused: BEGAN })], production(10)), 900, 'wait'],
  [
    'alarms that cannot be read let nothing go on',
    state([OLD, green(step(2))], { ...production(10), blind: 'AccessDenied' }),
    900,
    'wait',
  ],
  ['not healthy again yet: no next step', state([OLD, green(step(2), { steady: false })], production(10)), 200, 'wait'],
  ['the last step', state([OLD, green(step(6))], production(100)), 1, 'mark Bake, promote new'],
  // What goes wrong.
  [
    'an alarm',
    state([OLD, green(step(2))], { ...production(10), alarms: ['api-5xx'] }),
    10,
    'end Failed, shift production 100/0',
  ],
  [
    'an alarm while a person has paused it',
    state([OLD, green({ ...step(2), paused: BEGAN })], { ...production(10), alarms: ['api-5xx'] }),
    10,
    'end Failed, shift production 100/0',
  ],
  ['failed tasks', state([OLD, green({}, { steady: false, failed: 3 })]), 10, 'end Failed'],
  ['fewer failed tasks than the threshold', state([OLD, green({}, { steady: false, failed: 2 })]), 10, 'wait'],
  ['the deadline', state([OLD, green({}, { steady: false })]), 600, 'end Failed'],
  [
    'sick targets with traffic',
    state([OLD, green(step(2), { targets: { healthy: 1, unhealthy: 3, starting: 0 } })], production(10)),
    10,
    'end Failed, shift production 100/0',
  ],
  [
    'not healthy for too long after a step was due',
    state([OLD, green(step(2), { steady: false })], production(10)),
    750,
    'end Failed, shift production 100/0',
  ],
  [
    'the first set of a service: nothing to go back to',
    state([set('new', { targetGroup: BLUE, failed: 3, marks: { from: 'none', phase: { is: 'ScaleUp' }, times: [] } })]),
    10,
    'end Failed',
  ],
  // Baking.
  [
    'bakes while it is verified',
    state([promoted, green(bake, { status: 'PRIMARY' })], {
      ...production(100),
      verification: { is: 'running', waitsFor: 'x', pollAfterMs: 1 },
    }),
    90,
    'wait',
  ],
  [
    'bakes for its time',
    state([promoted, green(bake, { status: 'PRIMARY' })], { ...production(100), ...passed }),
    59,
    'wait',
  ],
  [
    'then the old tasks may go',
    state([promoted, green(bake, { status: 'PRIMARY' })], { ...production(100), ...passed }),
    60,
    'mark Cleanup',
  ],
  [
    'not verified: back, and the old set is PRIMARY again',
    state([promoted, green(bake, { status: 'PRIMARY' })], {
      ...production(100),
      verification: { is: 'failed', cause: 'x' },
    }),
    10,
    'end Failed, shift production 100/0',
  ],
  [
    'a crash between mark and promotion',
    state([OLD, green(bake)], { ...production(100), ...passed }),
    90,
    'promote new',
  ],
  // Cleaning up.
  [
    'old tasks stay until the load balancer heeds the weights',
    state([promoted, green(cleanup, { status: 'PRIMARY' })], production(100)),
    9,
    'wait',
  ],
  ['old tasks stop', state([promoted, green(cleanup, { status: 'PRIMARY' })], production(100)), 10, 'scale old 0'],
  [
    'while they drain',
    state([{ ...promoted, scale: 0, desired: 0, running: 1 }, green(cleanup, { status: 'PRIMARY' })], production(100)),
    20,
    'wait',
  ],
  [
    'the old set goes',
    state([{ ...promoted, scale: 0, desired: 0, running: 0 }, green(cleanup, { status: 'PRIMARY' })], production(100)),
    20,
    'delete old',
  ],
  ['done', state([green(cleanup, { status: 'PRIMARY' })], production(100)), 30, 'done'],
  [
    'what fails now is too late',
    state([promoted, green(cleanup, { status: 'PRIMARY', failed: 9 })], { ...production(100), alarms: ['x'] }),
    10,
    'scale old 0',
  ],
])('%s', (_, given, seconds, does) => {
  expect(inWords(decide(given, at(seconds)))).toBe(does);
});

describe('given up', () => {
  const ended = { how: 'Failed', at: BEGAN, cause: 'tasks crashed' } as const;
  const known = { last: { id: 'new', how: 'Failed', cause: 'tasks crashed' } } as const;

  test.each<[what: string, given: RolloutState, seconds: number, does: string]>([
    [
      'traffic first, then the hold',
      state([OLD, green({ ...step(4), ended })], production(50)),
      0,
      'shift production 100/0, remember and hold',
    ],
    [
      'the test traffic too',
      state([OLD, green({ ...step(4), ended })], { ...known, test: { [BLUE]: 0, [GREEN]: 100 } }),
      0,
      'shift test 100/0',
    ],
    ['held once: a retry by a person stays', state([OLD, green({ ...step(4), ended })], known), 5, 'wait'],
    [
      'what Git does not want any more is not held',
      state([OLD, green({ ...step(4), ended }, { wanted: false })]),
      5,
      'remember',
    ],
    ['a restart is not held', state([{ ...OLD, wanted: true }, green({ ...step(4), ended })]), 5, 'remember'],
    [
      'after its promotion the old set is PRIMARY again',
      state([promoted, green({ ...bake, ended }, { status: 'PRIMARY' })], { ...known, ...production(100) }),
      0,
      'shift production 100/0, promote old',
    ],
    ['then its tasks stop', state([OLD, green({ ...step(4), ended })], known), 10, 'scale new 0'],
    [
      'and it goes',
      state([OLD, green({ ...step(4), ended }, { scale: 0, desired: 0, running: 0 })], known),
      30,
      'delete new',
    ],
    [
      'the first set of a service stays to be looked at',
      state([set('new', { targetGroup: BLUE, marks: { from: 'none', phase: { is: 'ScaleUp' }, times: [], ended } })], {
        ...known,
        held: true,
      }),
      30,
      'failed',
    ],
    [
      'until a person retries',
      state(
        [set('new', { targetGroup: BLUE, marks: { from: 'none', phase: { is: 'ScaleUp' }, times: [], ended } })],
        known,
      ),
      30,
      'scale new 0',
    ],
  ])('%s', (_, given, seconds, does) => {
    expect(inWords(decide(given, at(seconds)))).toBe(does);
  });
});

describe('Git moves', () => {
  const other = { wanted: false };
  test.each<[what: string, given: RolloutState, does: string]>([
    ['in a step: back', state([OLD, green(step(4), other)], production(50)), 'end Superseded, shift production 100/0'],
    [
      'in a step, queued: goes on',
      state([OLD, green(step(4), other)], { ...production(50), plan: { ...PLAN, queues: true } }),
      'mark 5',
    ],
    [
      'in Bake: the old tasks go at once',
      state([promoted, green(bake, { status: 'PRIMARY', ...other })], production(100)),
      'mark Cleanup',
    ],
    [
      'in Bake, back to what stands still: the traffic goes back',
      state([{ ...promoted, wanted: true }, green(bake, { status: 'PRIMARY', ...other })], production(100)),
      'end Superseded, shift production 100/0',
    ],
    [
      'in Cleanup: goes on',
      state([promoted, green(cleanup, { status: 'PRIMARY', ...other })], production(100)),
      'scale old 0',
    ],
  ])('%s', (_, given, does) => {
    expect(inWords(decide(given, at(10)))).toBe(does);
  });
});

describe('at rest', () => {
  const serves = { ...OLD, wanted: true };
  const stray = set('stray', { createdAt: at(100) });
  test.each<[what: string, given: RolloutState, seconds: number, does: string]>([
    ['nothing to do', state([serves]), 0, 'done'],
    ['a stray weight is left alone for a minute', state([serves], production(30)), 59, 'wait'],
    ['and then goes', state([serves], production(30)), 60, 'shift production 100/0'],
    [
      'a third target group',
      state([serves], { production: { [BLUE]: 50, [GREEN]: 0, 'arn:third': 50 } }),
      60,
      'shift production 100/0',
    ],
    ['an orphan task set is left alone for a minute', state([serves, stray]), 159, 'wait'],
    ['and then goes', state([serves, stray]), 160, 'delete stray'],
    ['what serves is scaled down by hand', state([{ ...serves, scale: 50 }]), 0, 'scale old 100'],
    ['records what came through', state([serves], { unverified: true, restart: 'retry' }), 0, 'verified, answer'],
  ])('%s', (_, given, seconds, does) => {
    expect(inWords(decide(given, at(seconds)))).toBe(does);
  });
});

test('a rollout whose old set somebody deleted is verified before it counts', () => {
  const given = state([green(bake, { status: 'PRIMARY' })], {
    ...production(100),
    verification: { is: 'failed', cause: 'x' },
  });
  expect(inWords(decide(given, at(10)))).toBe('end Failed');
});
