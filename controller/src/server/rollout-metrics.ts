import { splitRef, type Ref } from '../core/manifest.ts';
import { isObject, type Json } from '../core/json.ts';
import type { Event } from '../core/events.ts';
import type { Families } from './metric-families.ts';

/** From a changed tag to a blue/green deployment that bakes for a day. */
const DEPLOYMENT_SECONDS = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 14_400, 86_400];

/** Counts rollouts from the events of the engine: each is one that was seen on its way, and its end. */
export function rolloutMetrics(families: Families): (event: Event) => void {
  const labels = ['strategy', 'result'] as const;
  const ended = families.counter('deployment_total', 'Rollouts that have ended, by how.', labels);
  const help = 'How long rollouts took, from when they were first seen.';
  const seconds = families.histogram('deployment_duration_seconds', help, labels, DEPLOYMENT_SECONDS);
  const weights = families.gauge(
    'deployment_traffic_weight',
    'Share of traffic in percent that a target group has in the rollout in flight or the last one.',
    ['name', 'service', 'target'],
  );
  const began = new Map<string, number>();
  return ({ code, at, data }) => {
    if (code !== 'rollout.progress') return;
    const { application, ref, rollout } = data;
    if (typeof application !== 'string' || typeof ref !== 'string' || !isObject(rollout)) return;
    const service = splitRef(ref as Ref).name;
    for (const [target, weight] of weightsOf(rollout)) weights.set({ name: application, service, target }, weight);
    const key = `${application}/${ref}/${wordOf(rollout['id'])}`;
    const result = resultOf(rollout);
    if (result === undefined) {
      if (!began.has(key)) began.set(key, at.getTime());
      return;
    }
    const since = began.get(key);
    // Seen at its end only: it was counted by whoever saw it on its way, or ended before this controller began.
    if (since === undefined) return;
    began.delete(key);
    const strategy = wordOf(rollout['strategy']);
    ended.inc({ strategy, result });
    seconds.observe({ strategy, result }, (at.getTime() - since) / 1000);
  };
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function weightsOf(rollout: Readonly<Record<string, Json>>): readonly (readonly [string, number])[] {
  const weights = rollout['weights'] ?? null;
  if (!isObject(weights)) return [];
  return Object.entries(weights).flatMap(([target, weight]) => (typeof weight === 'number' ? [[target, weight]] : []));
}

function resultOf(rollout: Readonly<Record<string, Json>>): 'succeeded' | 'failed' | undefined {
  if (rollout['phase'] === 'Succeeded') return 'succeeded';
  return rollout['phase'] === 'Failed' ? 'failed' : undefined;
}
