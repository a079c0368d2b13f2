import { expect, it } from 'vitest';
import type { Event } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import { createMetrics } from './metrics.ts';

function progress(rollout: Readonly<Record<string, Json>>, service = 'web'): Event {
  const data = {
    application: 'shop',
    ref: `Service/${service}`,
    rollout: { id: 'one', strategy: 'Canary', ...rollout },
  };
  return { at: new Date(0), code: 'rollout.progress', level: 'info', message: '', data };
}

const sides = (stable: number): Json => [
  { role: 'stable', weight: stable },
  { role: 'new', weight: 100 - stable },
];

it('shows the phase, step and weights of each service, and only the present ones', async () => {
  const metrics = createMetrics();
  metrics.observeEvent(progress({ phase: 'InProgress', step: [1, 3], sides: sides(90) }));
  metrics.observeEvent(progress({ phase: 'AwaitingPromotion', step: [2, 3], sides: sides(50) }));
  metrics.observeEvent(progress({ phase: 'InProgress', step: [1, 1], strategy: 'Rolling', sides: [] }, 'api'));
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('longshore_rollout_'));
  expect(lines.toSorted()).toEqual([
    'longshore_rollout_phase{name="shop",service="api",strategy="Rolling",phase="InProgress"} 1',
    'longshore_rollout_phase{name="shop",service="web",strategy="Canary",phase="AwaitingPromotion"} 1',
    'longshore_rollout_steps{name="shop",service="api"} 1',
    'longshore_rollout_steps{name="shop",service="web"} 3',
    'longshore_rollout_step{name="shop",service="api"} 1',
    'longshore_rollout_step{name="shop",service="web"} 2',
    'longshore_rollout_weight{name="shop",service="web",side="new"} 50',
    'longshore_rollout_weight{name="shop",service="web",side="stable"} 50',
  ]);
});

it('a thousand rollouts of a service make no more series than one', async () => {
  const metrics = createMetrics();
  for (let n = 0; n < 1_000; n++) {
    const phase = n % 2 === 0 ? 'InProgress' : 'Succeeded';
    metrics.observeEvent(progress({ id: `${n}`, phase, step: [1, 1], sides: sides(n % 100) }));
  }
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('longshore_rollout_'));
  expect(lines).toHaveLength(5);
});
