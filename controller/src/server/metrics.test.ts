import { expect, it } from 'vitest';
import type { Event } from '../core/events.ts';
import { manifest } from '../../test/applications.ts';
import { ControllerWorld } from '../../test/controller-world.ts';
import { virtualClock } from '../../test/virtual-clock.ts';
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
  expect(text).toContain('longshore_app_sync_total{name="shop",phase="Failed",dry_run="false"} 1');
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

it('says of a controller at work what its queue does, what its resources are, what drifted and what was put right', async () => {
  const metrics = createMetrics();
  const there = new ControllerWorld();
  there.repository().commit({ shop: [manifest('Thing/api'), manifest('Base/main')] });
  there.declare('shop');
  const sink = (told: Event): void => metrics.observeEvent(told);
  there.deps = { sink, observer: metrics.controllerObserver };
  metrics.follow(there.start());
  await there.pass(300_000);
  const before = await metrics.text();
  expect(before).toContain('longshore_resource_info{kind="Thing",sync_status="Synced",health_status="Healthy"} 1');
  expect(before).toMatch(/longshore_app_info\{name="shop",.*sync_status="Synced",health_status="Healthy"/u);
  expect(before).toMatch(/longshore_app_condition\{name="shop",type="Ready",reason="\w+"\} 1/u);
  expect(before).toMatch(/longshore_workqueue_depth 0/u);
  expect(before).not.toContain('longshore_drift_total{');

  const [thing] = [...there.world.cloud.things.values()].filter(({ kind }) => kind === 'Thing');
  if (thing !== undefined) thing.size = 9;
  await there.pass(600_000);
  const after = await metrics.text();
  expect(after).toContain('longshore_drift_total{kind="Thing",field="size"} 1');
  expect(after).not.toContain('longshore_drift_corrected_total{');
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

  there.declare('shop', { syncPolicy: { automated: { selfHeal: true } } });
  await there.pass(600_000);
  expect(await metrics.text()).toContain('longshore_drift_corrected_total{kind="Thing",field="size"} 1');
  await there.stop();
});

it('counts how long it took from an event until its drift showed', async () => {
  const metrics = createMetrics();
  const changes = [{ ref: 'Service/web', path: '/desiredCount' }];
  const receivedAt = new Date(Date.UTC(2026, 0, 1)).toISOString();
  metrics.observeEvent(event('application.drift', 1, { application: 'shop', changes, receivedAt }));
  metrics.observeEvent(event('application.drift', 1, { application: 'shop', changes }));
  const text = await metrics.text();
  expect(text).toContain('longshore_drift_detection_seconds_count 1');
  expect(text).toContain('longshore_drift_detection_seconds_bucket{le="1"} 1');
  expect(text).toContain('longshore_drift_total{kind="Service",field="desiredCount"} 2');
});

it('counts rollouts from when they are seen until they end, and shows their weights', async () => {
  const metrics = createMetrics();
  const rollout = (id: string, second: number, phase: string, weights = {}): void =>
    metrics.observeEvent(
      event('rollout.progress', second, {
        application: 'shop',
        ref: 'Service/web',
        rollout: { id, phase, weights, strategy: 'Canary' },
      }),
    );
  rollout('1', 0, 'InProgress', { blue: 90, green: 10 });
  expect(await metrics.text()).toContain(
    'longshore_deployment_traffic_weight{name="shop",service="web",target="green"} 10',
  );
  rollout('1', 40, 'Succeeded', { blue: 0, green: 100 });
  rollout('1', 50, 'Succeeded');
  rollout('0', 50, 'Failed');
  const text = await metrics.text();
  expect(text).toContain('longshore_deployment_traffic_weight{name="shop",service="web",target="green"} 100');
  expect(text).toContain('longshore_deployment_total{strategy="Canary",result="succeeded"} 1');
  expect(text).not.toContain('result="failed"');
  expect(text).toContain('longshore_deployment_duration_seconds_sum{strategy="Canary",result="succeeded"} 40');
});

it('counts webhooks, and shows the token buckets as they are at the reading', async () => {
  const metrics = createMetrics();
  metrics.observeWebhook('github', 'refused');
  let tokens = 7;
  metrics.followTokens(() => [{ account: '1', region: 'r', group: 'ecs RunTask', tokens }]);
  const text = await metrics.text();
  expect(text).toContain('longshore_webhook_requests_total{provider="github",result="refused"} 1');
  expect(text).toContain('longshore_aws_bucket_tokens{account="1",region="r",group="ecs RunTask"} 7');
  tokens = 3;
  expect(await metrics.text()).toContain('group="ecs RunTask"} 3');
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
