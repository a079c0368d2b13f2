import { splitRef, type Ref } from '../core/manifest.ts';
import { isObject, type Json } from '../core/json.ts';
import { segmentsOf } from '../core/pointer.ts';
import type { Event } from '../core/events.ts';
import type { ApplicationState } from '../engine/control.ts';
import type { Controller, ControllerObserver } from '../engine/controller.ts';
import type { OperationPhase } from '../engine/engine.ts';
import type { Families } from './metric-families.ts';

/** From a changed tag to a slow blue/green deployment. */
const SYNC_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];
/** Argo CD's. */
const RECONCILE_SECONDS = [0.25, 0.5, 1, 2, 4, 8, 16];
/** client-go's, without what is faster than a look at AWS. A worker that syncs is at work until it is verified. */
const QUEUE_SECONDS = [0.001, 0.01, 0.1, 1, 10, 60, 300, 1800, 3600];

/** From an event of AWS to what it changed being shown; sweeps are counted in minutes. */
const DETECTION_SECONDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** Counts syncs and drift from the events of the engine. */
export function eventMetrics(families: Families): (event: Event) => void {
  const syncs = families.counter('app_sync_total', 'Syncs that have ended, by phase.', ['name', 'phase', 'dry_run']);
  const help = 'How long syncs took, until verified or failed.';
  const seconds = families.histogram('app_sync_duration_seconds', help, ['name'], SYNC_SECONDS);
  const syncing = families.gauge('app_syncs_in_progress', 'Syncs that run now.', []);
  const drift = families.counter('drift_total', 'Fields that were changed by hand, each time they were found so.', [
    'kind',
    'field',
  ]);
  const corrected = families.counter('drift_corrected_total', 'Fields that a self-heal put right.', ['kind', 'field']);
  const seen = families.histogram(
    'drift_detection_seconds',
    'From the receipt of an event of AWS until the drift that it made shows.',
    [],
    DETECTION_SECONDS,
  );
  const started = new Map<string, number>();
  /** What was told of each Application last, until it is corrected. */
  const drifted = new Map<string, readonly DriftedField[]>();
  return ({ code, at, data }) => {
    const { application, operation } = data;
    if (code === 'application.drift') {
      const fields = driftIn(data.changes);
      for (const { kind, field } of fields) drift.inc({ kind, field });
      if (typeof application === 'string') drifted.set(application, fields);
      if (typeof data.receivedAt === 'string') seen.observe((at.getTime() - Date.parse(data.receivedAt)) / 1000);
      return;
    }
    if (code === 'operation.dry-run' && typeof application === 'string') {
      syncs.inc({ name: application, phase: 'Succeeded', dry_run: 'true' });
      return;
    }
    if (typeof application !== 'string' || typeof operation !== 'string') return;
    const key = `${application}/${operation}`;
    if (code === 'operation.started') started.set(key, at.getTime());
    else if (code === 'operation.finished') {
      const began = started.get(key);
      started.delete(key);
      syncs.inc({ name: application, phase: data.phase as OperationPhase, dry_run: 'false' });
      if (isObject(data.initiator) && data.initiator['kind'] === 'self-heal' && data.phase === 'Succeeded') {
        for (const { kind, field } of drifted.get(application) ?? []) corrected.inc({ kind, field });
        drifted.delete(application);
      }
      if (began !== undefined) seconds.observe({ name: application }, (at.getTime() - began) / 1000);
    }
    syncing.set(started.size);
  };
}

interface DriftedField {
  readonly kind: string;
  readonly field: string;
}

/** A field is named by its first word: containers and tags would make a series each. Empty: the resource is gone. */
function driftIn(changes: Json | undefined): readonly DriftedField[] {
  return (Array.isArray(changes) ? changes : []).flatMap((change: Json) => {
    if (!isObject(change) || typeof change.ref !== 'string' || typeof change.path !== 'string') return [];
    return [{ kind: splitRef(change.ref as Ref).kind, field: segmentsOf(change.path)[0] ?? '' }];
  });
}

/** Counts what the work queue does, with the names of client-go. */
export function queueMetrics(families: Families): ControllerObserver {
  const added = families.counter('workqueue_adds_total', 'Applications that were put into the queue.', []);
  const retried = families.counter('workqueue_retries_total', 'Applications that failed and come again.', []);
  const histogram = (name: string, help: string, buckets: readonly number[]) =>
    families.histogram(name, help, [], buckets);
  const waited = histogram(
    'workqueue_queue_duration_seconds',
    'How long Applications waited for a worker.',
    QUEUE_SECONDS,
  );
  const worked = histogram(
    'workqueue_work_duration_seconds',
    'How long a worker was at an Application.',
    QUEUE_SECONDS,
  );
  const reconciled = histogram(
    'app_reconcile_seconds',
    'How long it took to fetch, render and compare an Application.',
    RECONCILE_SECONDS,
  );
  return {
    added: () => added.inc(),
    retried: () => retried.inc(),
    begun: (waitedMs) => waited.observe(waitedMs / 1000),
    ended: (workedMs) => worked.observe(workedMs / 1000),
    reconciled: (durationMs) => reconciled.observe(durationMs / 1000),
  };
}

/** What a controller knows at each reading: its Applications, their resources, how long its queue is. */
export function stateMetrics(families: Families, controller: Pick<Controller, 'states' | 'queueDepth'>): void {
  families.gauge('workqueue_depth', 'Applications that wait for a worker.', [], (depth) =>
    depth.set(controller.queueDepth),
  );
  const labels = [
    'name',
    'project',
    'repo',
    'dest',
    'sync_status',
    'health_status',
    'operation',
    'autosync_enabled',
  ] as const;
  families.gauge('app_info', 'Applications with their sync and health status; always 1.', labels, (info) => {
    for (const state of controller.states()) info.set(infoOf(state), 1);
  });
  const conditions = ['name', 'type', 'reason'] as const;
  families.gauge('app_condition', 'Conditions of Applications that hold; always 1.', conditions, (condition) => {
    for (const state of controller.states()) {
      for (const { type, status, reason } of state.conditions) {
        if (status === 'True') condition.set({ name: state.name, type, reason }, 1);
      }
    }
  });
  const statuses = ['kind', 'sync_status', 'health_status'] as const;
  families.gauge('resource_info', 'Resources by kind, sync and health status.', statuses, (info) => {
    for (const { status } of controller.states()) {
      for (const { ref, sync, health } of status?.resources ?? []) {
        info.inc({ kind: splitRef(ref).kind, sync_status: sync, health_status: health.status });
      }
    }
  });
}

/** The labels that Argo CD's argocd_app_info has. A repository's address may hold a password; the label does not. */
function infoOf({ name, spec, status, problem, operation }: ApplicationState): Record<string, string> {
  const { destination, source } = spec;
  return {
    name,
    project: spec.project ?? 'default',
    repo: source.repoURL.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/u, '$1'),
    dest: `${destination?.accountId ?? status?.plan.accountId ?? ''}/${destination?.region ?? status?.plan.region ?? ''}`,
    sync_status: problem === undefined ? (status?.sync ?? 'Unknown') : 'Unknown',
    health_status: status?.health.status ?? 'Unknown',
    operation: operation === undefined ? '' : 'sync',
    autosync_enabled: String(spec.syncPolicy?.automated !== undefined),
  };
}
