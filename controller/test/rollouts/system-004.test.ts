import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isEmpty } from '../../src/core/plan.ts';
import type { Operation, RecordedRollout } from '../../src/engine/engine.ts';
import { type PrometheusStandIn, prometheusStandIn } from './prometheus-stand-in.ts';
import { rolloutIs, running } from './progress.ts';
import { type System, system } from './system.ts';
import { type Moment, plateaus, traffic } from './traffic.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const SERVICE = 'Service/api';
const MINUTE = 60_000;
/** How exactly traffic is timed: the engine looks every five seconds, and the test every two. */
const TICK = 7_000;
const LOAD = { port: 443, perMinute: 6_000 };
const never = new AbortController().signal;

let prometheus: PrometheusStandIn;
let world: System;
beforeEach(async () => {
  prometheus = await prometheusStandIn(0.2);
  world = await system('004', 'v1', { parameters: { prometheus: prometheus.url } });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await prometheus[Symbol.asyncDispose]();
});

function rolloutOf({ results }: Operation): RecordedRollout | undefined {
  return results.find(({ ref }) => ref === SERVICE)?.rollout;
}

/** When it was decided that a rollout goes back. */
function decidedAt(operation: Operation): number {
  const failed = rolloutOf(operation)?.steps.find(({ status }) => status === 'Failed');
  return Date.parse(failed?.endedAt ?? '');
}

/** Milliseconds from a decision until no request reaches the new version any more. */
function backAfter(moments: readonly Moment[], decision: number): number {
  const back = moments.find(({ at }, index) => at > decision && moments.slice(index).every(({ green }) => green === 0));
  return (back?.at ?? Number.POSITIVE_INFINITY) - decision;
}

function print(what: string, ms: number): void {
  process.stdout.write(`system 004: ${what}: ${(ms / 1000).toFixed(0)} s of AWS's time\n`);
}

it('a new version gets 10, 50 and 100 percent over five minutes, and the old one stays for five more', async () => {
  const served = await traffic(world, LOAD);
  const operation = await world.sync('v2');
  expect(operation).toMatchObject({ phase: 'Succeeded' });
  const [none, ten, half, all, ...more] = plateaus(served);
  expect([none, ten, half, all].map((each) => each?.green)).toEqual([0, 10, 50, 100]);
  expect(more).toEqual([]);
  for (const step of [ten, half]) {
    expect(step?.ms).toBeGreaterThanOrEqual(150_000 - TICK);
    expect(step?.ms).toBeLessThan(150_000 + TICK);
  }
  expect(all?.ms).toBeGreaterThanOrEqual(5 * MINUTE);
  expect(rolloutOf(operation)?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'scale up Succeeded',
    'weight 10 Succeeded',
    'pause 150s Succeeded',
    'weight 50 Succeeded',
    'pause 150s Succeeded',
    'weight 100 Succeeded',
    'bake Succeeded',
    'clean up Succeeded',
  ]);
  // Both sources were asked: CloudWatch all along, Prometheus at the end.
  expect([...prometheus.queries]).toEqual([expect.stringMatching(/^histogram_quantile.*service="scalemap-api"/)]);
  expect(world.sandbox.calls()['monitoring:GetMetricData']).toBeGreaterThan(3);
  expect(await running(world, 'scalemap-cluster', 'scalemap-api-service')).toBe(1);
  expect(isEmpty(await world.plan('v2'))).toBe(true);
  expect(await world.status('v2')).toMatchObject({ sync: 'Synced', health: { status: 'Healthy' } });
});

describe('all traffic is back within two minutes of the decision', () => {
  it('when a person aborts, at whatever step', async () => {
    const served = await traffic(world, LOAD);
    const steps = ['scale up', 'weight 10', 'pause 150s', 'weight 50', 'weight 100', 'bake'];
    for (const [index, step] of steps.entries()) {
      const tag = `v2-${index}`;
      const operation = world.sync(tag);
      await rolloutIs(world, ({ steps: all = [] }) =>
        all.some(({ name, status }) => name === step && status === 'InProgress'),
      );
      const decision = world.sandbox.now();
      await world.clock.still(async () => (await world.engine.resource(world.at(tag), SERVICE, never)).act('abort'));
      expect(await operation).toMatchObject({ phase: 'Failed', message: expect.stringContaining('aborted') });
      const took = backAfter(served.moments, decision);
      print(`abort at ${step}`, took);
      expect(took).toBeLessThan(2 * MINUTE);
      expect((await world.status(tag)).health).toMatchObject({ status: 'Degraded', reason: 'Held' });
    }
    expect(await running(world, 'scalemap-cluster', 'scalemap-api-service')).toBe(1);
  });

  it('when a person aborts and Elastic Load Balancing fails for a while', async () => {
    const served = await traffic(world, LOAD);
    const operation = world.sync('v2');
    await rolloutIs(world, ({ weights }) => Object.values(weights).includes(50));
    const decision = world.sandbox.now();
    const fails = { service: 'elasticloadbalancing', operation: 'ModifyListener', effect: 'serverError' } as const;
    await world.clock.still(async () => {
      const handle = await world.engine.resource(world.at('v2'), SERVICE, never);
      world.sandbox.fault({ ...fails, times: 5 });
      await expect(handle.act('abort')).rejects.toThrow(/ModifyListener|InternalFailure/u);
    });
    expect(await operation).toMatchObject({ phase: 'Failed', message: expect.stringContaining('aborted') });
    const took = backAfter(served.moments, decision);
    print('abort while ModifyListener fails five times', took);
    expect(took).toBeGreaterThan(5_000);
    expect(took).toBeLessThan(2 * MINUTE);
  });

  it('when the alarm fires: the new version is well, and the old one suffers from it', async () => {
    // It takes the connections to the database that the others would need.
    const served = await traffic(world, {
      ...LOAD,
      errors: (side, { green }) => (side === 'blue' && green > 0 ? 0.2 : 0),
    });
    const operation = await world.sync('v2');
    expect(operation.message).toContain('alarm scalemap-api-error-rate fired');
    const decision = decidedAt(operation);
    const detection = decision - (served.firstFailure ?? 0);
    print('alarm: detection', detection);
    print('alarm: all traffic back', backAfter(served.moments, decision));
    // Two minutes above the threshold, the end of a minute, and the minute in which CloudWatch looks.
    expect(detection).toBeGreaterThanOrEqual(MINUTE);
    expect(detection).toBeLessThan(4 * MINUTE);
    expect(backAfter(served.moments, decision)).toBeLessThan(2 * MINUTE);
  });

  it('when its own requests fail, which are too few for the alarm', async () => {
    const served = await traffic(world, { ...LOAD, errors: (side) => (side === 'green' ? 0.08 : 0) });
    const operation = await world.sync('v2');
    expect(operation.message).toMatch(/analysis errors: .*result 8 - fails at result above 5/);
    const decision = decidedAt(operation);
    print('analysis of CloudWatch: detection', decision - (served.firstFailure ?? 0));
    print('analysis of CloudWatch: all traffic back', backAfter(served.moments, decision));
    expect(backAfter(served.moments, decision)).toBeLessThan(2 * MINUTE);
    // 8 percent of the 10, and for some seconds of the 50 percent that it had meanwhile.
    expect(Math.max(...served.moments.map(({ green }) => green))).toBeLessThanOrEqual(50);
    expect(served.failed / served.all).toBeLessThan(0.02);
  });

  it('when it answers too slowly, of which Prometheus knows, and the next version is free to come', async () => {
    prometheus.value = 4.5;
    const served = await traffic(world, LOAD);
    const operation = await world.sync('v2');
    expect(operation.message).toMatch(/analysis latency: .*result 4.5 - expected result below 3/);
    const decision = decidedAt(operation);
    print('analysis of Prometheus: all traffic back', backAfter(served.moments, decision));
    expect(plateaus(served).map(({ green }) => green)).toEqual([0, 10, 50, 100, 0]);
    expect(backAfter(served.moments, decision)).toBeLessThan(2 * MINUTE);
    prometheus.value = 0.2;
    expect(await world.sync('v3')).toMatchObject({ phase: 'Succeeded' });
  });
});
