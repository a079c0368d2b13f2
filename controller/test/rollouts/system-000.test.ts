import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isEmpty } from '../../src/core/plan.ts';
import { rolloutIs, running } from './progress.ts';
import { type System, system } from './system.ts';
import { plateaus, type Served, traffic } from './traffic.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR = 3_600_000;
const PRODUCTION = { port: 443, perMinute: 60 };
const CLUSTER = 'finops-mcp-cluster';
const SERVICE = 'finops-mcp-server';

let world: System;
beforeEach(async () => {
  // Nothing is watched for a day before there is a version to go back to.
  const firstly = (text: string): string => text.replace('bakeMinutes: 1440', 'bakeMinutes: 0');
  world = await system('000', 'one', { lookMs: 300_000, firstly });
});
afterEach(() => world[Symbol.asyncDispose]());

/** Rolls out until all users have the new version, and then the controller is away: AWS watches by itself. */
async function movedAndAway(): Promise<void> {
  const operation = world.sync('two');
  await rolloutIs(world, ({ steps = [] }) =>
    steps.some(({ name, status }) => name === 'BAKE_TIME' && status === 'InProgress'),
  );
  world.engine.terminate('finops');
  await operation;
}

const shares = (served: Served): readonly number[] => plateaus(served).map(({ green }) => green);

it('the old version stands by for a day, and goes when no alarm has fired', async () => {
  const users = await traffic(world, PRODUCTION);
  await movedAndAway();
  const moved = world.sandbox.now();
  await world.clock.sleep(23 * HOUR);
  expect(await running(world, CLUSTER, SERVICE)).toBe(4);
  expect(await world.sync('two')).toMatchObject({ phase: 'Succeeded' });
  expect((world.sandbox.now() - moved) / HOUR).toBeCloseTo(24, 1);
  expect(shares(users)).toEqual([0, 100]);
  expect(await running(world, CLUSTER, SERVICE)).toBe(2);
  expect(isEmpty(await world.plan('two'))).toBe(true);
});

it('an alarm after twenty hours brings all traffic back, also while the controller is away', async () => {
  const began = world.sandbox.now();
  const users = await traffic(world, {
    ...PRODUCTION,
    errors: (side, { at }) => (side === 'green' && at - began > 20 * HOUR ? 0.2 : 0),
  });
  await movedAndAway();
  await world.clock.sleep(23 * HOUR);
  expect(shares(users)).toEqual([0, 100, 0]);
  const [, green] = plateaus(users);
  expect((green?.ms ?? 0) / HOUR).toBeGreaterThan(19.8);
  expect((green?.ms ?? 0) / HOUR).toBeLessThan(20.5);
  const { health, sync } = await world.status('two');
  expect({ sync, status: health.status }).toEqual({ sync: 'OutOfSync', status: 'Degraded' });
  expect(health.message).toContain('finops-mcp-high-error-rate');
  // It is not tried again.
  expect(await world.sync('two')).toMatchObject({ phase: 'Failed' });
  expect(shares(users)).toEqual([0, 100, 0]);
});
