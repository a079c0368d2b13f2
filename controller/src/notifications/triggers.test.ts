import { expect, it } from 'vitest';
import type { Event } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import { occurrencesIn } from './triggers.ts';

function progress(rollout: Readonly<Record<string, Json>>): Event {
  const data = {
    application: 'shop',
    operation: '7',
    ref: 'Service/web',
    rollout: { id: 'one', step: [2, 3], ...rollout },
  };
  return { at: new Date(0), code: 'rollout.progress', level: 'info', message: 'rollout', data };
}

it('a rollout that waits for a person is told of once for each step', () => {
  const waiting = occurrencesIn(progress({ phase: 'AwaitingPromotion', waitsFor: 'a person to promote' }));
  expect(waiting).toMatchObject([
    {
      event: 'AwaitingPromotion',
      operation: '7',
      title: 'Service/web of shop waits to be promoted',
      text: 'a person to promote',
    },
  ]);
  const again = occurrencesIn(progress({ phase: 'AwaitingPromotion', waitsFor: 'still a person' }));
  expect(again[0]?.key).toBe(waiting[0]?.key);
  expect(occurrencesIn(progress({ phase: 'AwaitingPromotion', step: [3, 3] }))[0]?.key).not.toBe(waiting[0]?.key);
});

it('a rollout that went back is told of with its cause, one that goes well is not', () => {
  expect(occurrencesIn(progress({ phase: 'Failed', cause: 'alarm api-5xx' }))).toMatchObject([
    {
      event: 'RolledBack',
      title: 'Service/web of shop went back',
      text: 'alarm api-5xx',
      key: 'RolledBack/Service/web/one',
    },
  ]);
  for (const phase of ['InProgress', 'Paused', 'RollingBack', 'Succeeded'])
    expect(occurrencesIn(progress({ phase }))).toEqual([]);
});
