import { expect, it } from 'vitest';
import type { Rollout, RolloutStep } from '../core/driver.ts';
import { rolloutRecord } from './rollout-record.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const iso = (second: number): string => at(second).toISOString();

const rollout = (changes: Partial<Rollout>): Rollout => ({
  id: 'deployment/1',
  target: 'web:8',
  phase: 'InProgress',
  step: [1, 2],
  strategy: 'Canary',
  weights: {},
  allows: [],
  ...changes,
});

const steps = (...statuses: readonly RolloutStep['status'][]): readonly RolloutStep[] =>
  statuses.map((status, index) => ({ name: `step ${index + 1}`, status }));

it('keeps when each step was first seen to begin and to end, where AWS does not tell', () => {
  const record = rolloutRecord();
  record.note(rollout({ steps: steps('InProgress', 'Pending') }), at(1));
  record.note(rollout({ steps: steps('Succeeded', 'InProgress') }), at(5));
  record.note(rollout({ phase: 'Succeeded', steps: steps('Succeeded', 'Succeeded') }), at(9));
  expect(record.get()).toMatchObject({
    phase: 'Succeeded',
    startedAt: iso(1),
    endedAt: iso(9),
    steps: [
      { startedAt: iso(1), endedAt: iso(5) },
      { startedAt: iso(5), endedAt: iso(9) },
    ],
  });
});

it.each([
  ['Succeeded', ['Succeeded', 'Succeeded', 'Succeeded']],
  ['Failed', ['Succeeded', 'Failed', 'Skipped']],
] as const)(
  'when it is at rest and %s, and AWS tells of no steps any more, those that were seen stay',
  (phase, ended) => {
    const record = rolloutRecord();
    record.note(rollout({ steps: steps('Succeeded', 'InProgress', 'Pending') }), at(1));
    record.note(rollout({ id: 'ecs-svc/1', phase }), at(5));
    expect(record.get()).toMatchObject({ id: 'deployment/1', steps: ended.map((status) => ({ status })) });
  },
);

it('further looks at rest change nothing, but that it failed after all', () => {
  const record = rolloutRecord();
  record.note(rollout({ steps: steps('Succeeded', 'InProgress') }), at(1));
  record.note(rollout({ phase: 'Succeeded' }), at(5));
  const first = record.get();
  record.note(rollout({ phase: 'Succeeded' }), at(9));
  expect(record.get()).toEqual(first);
  expect(first).toMatchObject({ startedAt: iso(1), endedAt: iso(5), steps: steps('Succeeded', 'Succeeded') });
  record.note(rollout({ phase: 'Failed', cause: 'analysis errors' }), at(12));
  expect(record.get()).toMatchObject({
    phase: 'Failed',
    cause: 'analysis errors',
    startedAt: iso(1),
    endedAt: iso(12),
  });
});

it('one that was given up keeps what it went to, also when only its id is left', () => {
  const record = rolloutRecord();
  record.note(rollout({ steps: steps('Succeeded', 'InProgress') }), at(1));
  record.note(rollout({ target: '', phase: 'Failed', cause: 'alarm' }), at(5));
  expect(record.get()).toMatchObject({ target: 'web:8', phase: 'Failed', steps: steps('Succeeded', 'Failed') });
});

it('a restart of the same revision is another rollout', () => {
  const record = rolloutRecord();
  record.note(rollout({ steps: steps('InProgress') }), at(1));
  record.note(rollout({ phase: 'Succeeded' }), at(5));
  record.note(rollout({ id: 'deployment/2', steps: steps('InProgress') }), at(9));
  expect(record.get()).toMatchObject({ id: 'deployment/2', startedAt: iso(9) });
});

it('another rollout takes the place of one that was superseded', () => {
  const record = rolloutRecord();
  record.note(rollout({ steps: steps('InProgress') }), at(1));
  record.note(rollout({ id: 'deployment/2', target: 'web:9', steps: steps('InProgress') }), at(5));
  expect(record.get()).toMatchObject({ id: 'deployment/2', startedAt: iso(5), steps: [{ startedAt: iso(5) }] });
});
