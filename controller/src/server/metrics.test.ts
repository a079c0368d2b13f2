import { expect, it } from 'vitest';
import type { Event } from '../core/events.ts';
import { application, manifest } from '../../test/applications.ts';
import { engineWorld } from '../../test/engine-world.ts';
import { virtualClock } from '../../test/virtual-clock.ts';
import { createController } from '../engine/controller.ts';
import { startQueue } from '../engine/queue.ts';
import { createMetrics } from './metrics.ts';

function event(code: string, second: number, data: Event['data']): Event {
  return { at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)), code, level: 'info', message: '', data };
}

const SYNC = { application: 'shop', operation: '7' };

it('counts syncs by Application and phase, and how long they took', async () => {
  const metrics = createMetrics();
  metrics.observeEvent(event('operation.started', 0, SYNC));
  expect(await metrics.text()).toContain('longshore_app_syncs_in_progress 1');
  metrics.observeEvent(event('operation.finished', 20, { ...SYNC, phase: 'Failed' }));
  const text = await metrics.text();
  expect(text).toContain('longshore_app_syncs_in_progress 0');
  expect(text).toContain('longshore_app_sync_total{name="shop",phase="Failed"} 1');
  expect(text).toContain('longshore_app_sync_duration_seconds_bucket{le="15",name="shop"} 0');
  expect(text).toContain('longshore_app_sync_duration_seconds_bucket{le="30",name="shop"} 1');
  expect(text).toContain('longshore_app_sync_duration_seconds_sum{name="shop"} 20');
});

it('counts AWS calls by what became of them', async () => {
  const metrics = createMetrics();
  const call = { service: 'ecs', operation: 'UpdateService', durationMs: 80, throttled: false };
  metrics.observeCall({ ...call, code: 'ThrottlingException', throttled: true });
  metrics.observeCall({ ...call, code: 'OK' });
  const text = await metrics.text();
  expect(text).toContain('longshore_aws_request_total{service="ecs",operation="UpdateService",code="OK"} 1');
  expect(text).toContain(
    'longshore_aws_request_total{service="ecs",operation="UpdateService",code="ThrottlingException"} 1',
  );
  expect(text).toContain('longshore_aws_request_duration_seconds_count{service="ecs",operation="UpdateService"} 2');
  expect(text).toContain('longshore_aws_throttled_total{service="ecs",operation="UpdateService"} 1');
});

it('counts requests to Git servers, and fetches that failed', async () => {
  const metrics = createMetrics();
  const repo = 'https://git.example.com/shop.git';
  metrics.observeGit({ repo, type: 'ls-remote', durationMs: 300, failed: true });
  metrics.observeGit({ repo, type: 'fetch', durationMs: 3_000, failed: false });
  expect(await metrics.text()).not.toContain('longshore_git_fetch_fail_total{');
  metrics.observeGit({ repo, type: 'fetch', durationMs: 3_000, failed: true });
  const text = await metrics.text();
  expect(text).toContain(`longshore_git_request_total{repo="${repo}",request_type="fetch"} 2`);
  expect(text).toContain(`longshore_git_request_duration_seconds_sum{repo="${repo}",request_type="ls-remote"} 0.3`);
  expect(text).toContain(`longshore_git_fetch_fail_total{repo="${repo}"} 1`);
});

it('says of a controller at work what its queue does, what its resources are, and what drifted', async () => {
  const metrics = createMetrics();
  const world = engineWorld();
  const input = application([manifest('Thing/api'), manifest('Base/main')]);
  const ending = new AbortController();
  const controller = createController({
    engine: world.engine,
    store: world.store,
    clock: world.clock,
    sink: metrics.observeEvent,
    observer: metrics.controllerObserver,
    load: async () => [
      {
        name: input.name,
        spec: { ...input.spec, pollIntervalSeconds: 60 },
        version: '1',
        source: {
          fetch: async () => ({ revision: 'r1', commit: { revision: 'r1' }, files: new Map(), treeHash: 'r1' }),
        },
        input: async () => input,
      },
    ],
  });
  metrics.follow(controller);
  const ended = controller.run(ending.signal);
  await world.clock.sleep(300_000);
  const before = await metrics.text();
  expect(before).toContain('longshore_resource_info{kind="Thing",sync_status="Synced",health_status="Healthy"} 1');
  expect(before).toMatch(/longshore_app_info\{name="shop",.*sync_status="Synced",health_status="Healthy"/u);
  expect(before).toMatch(/longshore_workqueue_depth 0/u);
  expect(before).not.toContain('longshore_drift_total{');

  const [thing] = [...world.cloud.things.values()].filter(({ kind }) => kind === 'Thing');
  if (thing !== undefined) thing.size = 9;
  await world.clock.sleep(600_000);
  const after = await metrics.text();
  expect(after).toContain('longshore_drift_total{kind="Thing",field="size"} 1');
  expect(after).toContain('longshore_resource_info{kind="Thing",sync_status="OutOfSync",health_status="Healthy"} 1');
  for (const name of [
    'workqueue_adds_total',
    'workqueue_queue_duration_seconds_count',
    'workqueue_work_duration_seconds_count',
    'app_reconcile_seconds_count',
  ]) {
    expect(valueOf(after, name), name).toBeGreaterThan(valueOf(before, name));
  }
  expect(valueOf(after, 'workqueue_retries_total')).toBe(0);
  ending.abort();
  await ended;
});

it('counts what failed and comes again', async () => {
  const metrics = createMetrics();
  const clock = virtualClock();
  let tries = 0;
  const queue = startQueue<string>({
    clock,
    workers: 1,
    observer: metrics.controllerObserver,
    onError: () => undefined,
    reconcile: async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
      return {};
    },
  });
  queue.add('shop');
  await clock.sleep(60_000);
  await queue.stop(new Error('over'));
  expect(valueOf(await metrics.text(), 'workqueue_retries_total')).toBe(2);
});

/** The value of a metric without labels. */
function valueOf(text: string, name: string): number {
  return Number(new RegExp(`^longshore_${name} (\\S+)$`, 'mu').exec(text)?.[1]);
}
