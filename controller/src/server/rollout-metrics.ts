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
  const shown = progressMetrics(families);
  const began = new Map<string, number>();
  return ({ code, at, data }) => {
    if (code !== 'rollout.progress') return;
    const { application, ref, rollout } = data;
    if (typeof application !== 'string' || typeof ref !== 'string' || !isObject(rollout)) return;
    const service = splitRef(ref as Ref).name;
    shown(application, service, rollout);
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

const SIDES = ['stable', 'new'] as const;

/** Where each service stands: one phase, and one weight for each side, however many target groups there were. */
function progressMetrics(
  families: Families,
): (name: string, service: string, rollout: Readonly<Record<string, Json>>) => void {
  const of = ['name', 'service'] as const;
  const phases = families.gauge('rollout_phase', 'Phase of the rollout in flight or the last one; always 1.', [
    ...of,
    'strategy',
    'phase',
  ]);
  const step = families.gauge('rollout_step', 'Step of the rollout in flight or the last one, from 1.', of);
  const steps = families.gauge('rollout_steps', 'How many steps that rollout has.', of);
  const weight = families.gauge('rollout_weight', 'Percent of production traffic, where sides have weights.', [
    ...of,
    'side',
  ]);
  const last = new Map<string, Record<'name' | 'service' | 'strategy' | 'phase', string>>();
  return (name, service, rollout) => {
    const key = `${name}/${service}`;
    const known = last.get(key);
    if (known !== undefined) phases.remove(known);
    const labels = { name, service, strategy: wordOf(rollout['strategy']), phase: wordOf(rollout['phase']) };
    last.set(key, labels);
    phases.set(labels, 1);
    const [at, count] = Array.isArray(rollout['step']) ? rollout['step'] : [];
    if (typeof at === 'number') step.set({ name, service }, at);
    if (typeof count === 'number') steps.set({ name, service }, count);
    for (const side of SIDES) {
      const percent = weightOf(rollout, side);
      if (percent === undefined) weight.remove({ name, service, side });
      else weight.set({ name, service, side }, percent);
    }
  };
}

function weightOf(rollout: Readonly<Record<string, Json>>, role: string): number | undefined {
  const { sides } = rollout;
  const found = (Array.isArray(sides) ? sides : []).find((side: Json) => isObject(side) && side['role'] === role);
  const percent = isObject(found) ? found['weight'] : undefined;
  return typeof percent === 'number' ? percent : undefined;
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
