import { expect, it } from 'vitest';
import type { Operation } from '../engine.ts';
import { healsAt, interruptedIn, pastOf } from './past.ts';

const NOW = Date.UTC(2026, 0, 1);

function operation(more: Partial<Operation>, minutesAgo = 60): Operation {
  const at = new Date(NOW - minutesAgo * 60_000).toISOString();
  const plan = {
    application: 'shop',
    accountId: '',
    region: '',
    revision: 'r1',
    digest: 'd1',
    waves: [],
    findings: [],
  };
  return {
    id: '1',
    application: 'shop',
    initiator: { kind: 'commit', name: 'r1' },
    phase: 'Succeeded',
    message: '',
    revision: 'r1',
    digest: 'd1',
    startedAt: at,
    finishedAt: at,
    plan,
    results: [],
    ...more,
  };
}

it('counts the tries of the last digest alone, and none from before a removal', () => {
  const failed = { phase: 'Failed' } as const;
  expect(
    pastOf([operation(failed), operation({ ...failed, digest: 'd2' }), operation({ ...failed, digest: 'd2' })]).tries,
  ).toBe(2);
  expect(pastOf([operation(failed), operation({}), operation(failed)]).tries).toBe(1);
  const removed = pastOf([operation({}), operation({ removal: true })]);
  expect(removed.last).toBeUndefined();
  expect(removed.newest?.removal).toBe(true);
});

it('takes a partial sync for nothing that was said of the whole', () => {
  const past = pastOf([operation({ id: '1' }), operation({ id: '2', digest: 'd2', resources: ['Service:api'] })]);
  expect([past.last?.id, past.newest?.id]).toEqual(['1', '2']);
});

it('counts corrections in a row, each soon after the one before, until the last is long ago', () => {
  const heal = (minutesAgo: number) => operation({ initiator: { kind: 'self-heal', name: 'longshore' } }, minutesAgo);
  const past = pastOf([operation({}, 90), heal(60), heal(8), heal(4), heal(1)]);
  expect(past.heals).toBe(3);
  expect(healsAt(past, new Date(NOW))).toBe(3);
  expect(healsAt(past, new Date(NOW + 15 * 60_000))).toBe(0);
});

it('finds the operation that was cut short, where nothing came after it', () => {
  const cut = operation({ phase: 'Error', message: 'interrupted', id: '7' });
  expect(interruptedIn(pastOf([operation({}), cut]))?.id).toBe('7');
  expect(interruptedIn(pastOf([cut, operation({})]))).toBeUndefined();
});
