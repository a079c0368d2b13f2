import { describe, expect, it } from 'vitest';
import type { HealthStatus } from './driver.ts';
import { worstHealth } from './health.ts';

function part(name: string, status: HealthStatus) {
  return { name, health: { status, reason: 'R', message: 'm' } };
}

describe('health of a whole', () => {
  it('is that of its worst part, led by its name', () => {
    const health = worstHealth([part('a', 'Healthy'), part('b', 'Degraded'), part('c', 'Progressing')]);
    expect(health).toEqual({ status: 'Degraded', reason: 'R', message: 'b: m' });
  });

  it('is Healthy when all parts are, and when there are none', () => {
    expect(worstHealth([part('a', 'Healthy')]).status).toBe('Healthy');
    expect(worstHealth([]).status).toBe('Healthy');
  });

  it('orders as Argo CD does', () => {
    const order: readonly HealthStatus[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'];
    order.forEach((status, index) => {
      const better = order.slice(0, index + 1).map((one) => part(one, one));
      expect(worstHealth([...better].toReversed()).status).toBe(status);
    });
  });
});
