import { expect, test } from 'vitest';
import type { Clock } from '../core/clock.ts';
import { Buckets, TokenBucket } from './buckets.ts';

/** A clock that stands until somebody sleeps, and then jumps. */
function jumpingClock(): Clock & { ms: number } {
  const clock = {
    ms: 0,
    now: () => new Date(clock.ms),
    sleep: async (ms: number) => {
      await Promise.resolve();
      clock.ms += ms;
    },
  };
  return clock;
}

test('the burst passes at once, then the rate counts', async () => {
  const clock = jumpingClock();
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, clock);
  for (let call = 0; call < 3; call++) await bucket.take('sync');
  expect(clock.ms).toBe(0);
  await bucket.take('sync');
  expect(clock.ms).toBe(500);
});

test('throttling halves the rate once for calls that were under way together, and it recovers in a minute', async () => {
  const clock = jumpingClock();
  const bucket = new TokenBucket({ burst: 10, perSecond: 20 }, clock);
  bucket.throttled();
  bucket.throttled();
  expect(bucket.perSecond).toBe(10);
  clock.ms += 2_000;
  bucket.throttled();
  expect(bucket.perSecond).toBeCloseTo(5.17, 1);
  clock.ms += 60_000;
  expect(bucket.perSecond).toBe(20);
});

test('a call of a sync goes before the reads of a sweep that wait already', async () => {
  const clock = jumpingClock();
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, clock);
  await bucket.take('sync');
  const order: string[] = [];
  const waiting = [
    bucket.take('sweep').then(() => order.push('sweep 1')),
    bucket.take('sweep').then(() => order.push('sweep 2')),
    bucket.take('sync').then(() => order.push('sync')),
  ];
  await Promise.all(waiting);
  expect(order.indexOf('sync')).toBeLessThan(order.indexOf('sweep 2'));
});

test('who gives up waiting gets the reason and leaves the line', async () => {
  const clock = jumpingClock();
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, clock);
  await bucket.take('sync');
  const controller = new AbortController();
  const given = expect(bucket.take('sync', controller.signal)).rejects.toThrow('shutting down');
  controller.abort(new Error('shutting down'));
  await given;
  await bucket.take('sync');
});

test('operations of one group share a bucket, others do not', () => {
  const buckets = new Buckets(jumpingClock());
  expect(buckets.of('ecs', 'CreateService')).toBe(buckets.of('ecs', 'UpdateService'));
  expect(buckets.of('ecs', 'DescribeServices')).not.toBe(buckets.of('ecs', 'UpdateService'));
  expect(buckets.of('ssm', 'GetParameter')).not.toBe(buckets.of('logs', 'GetLogEvents'));
  expect(buckets.of('ecs', 'DescribeServices').perSecond).toBe(20);
});
