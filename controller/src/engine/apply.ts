import type { HookPhase } from '../core/hooks.ts';
import type { Ref } from '../core/manifest.ts';
import type { Step } from '../core/plan.ts';
import { applyHook, hookWaves } from './apply-hook.ts';
import { prune, pruneOrder } from './apply-prune.ts';
import { applyResource } from './apply-resource.ts';
import type { Applying } from './applying.ts';
import { completeMoves } from './apply-move.ts';
import type { StepResult } from './engine.ts';
import { recordParts } from './recording.ts';
import type { Resource } from './resource.ts';
import { type Run, runInOrder, runWave } from './run-wave.ts';
import type { Seen } from './world.ts';

/**
 * Applies a plan: renames, PreSync hooks, wave by wave the resources and the hooks of phase Sync, PostSync hooks, and last
 * what is to be deleted. Each wave waits for the health of the one before. False as soon as something failed.
 */
export async function applyPlan(applying: Applying): Promise<boolean> {
  await completeMoves(applying);
  const steps = new Map(
    applying.plan.waves
      .flat()
      .filter((step) => !isRemoval(step))
      .map((step) => [step.ref, step]),
  );
  if (!(await prepareFor(applying, 'PreSync', steps))) return false;
  if (!(await runHooks(applying, 'PreSync'))) return false;
  if (!(await runSyncPhase(applying, steps))) return false;
  const { early, last } = pruneOrder(applying);
  if (!(await prune(applying, early))) return false;
  if (!(await runHooks(applying, 'PostSync'))) return false;
  return prune(applying, last);
}

/** Brings what a plan selects to where it is to be, without renames, hooks and deletions. False as soon as something failed. */
export async function applyStepsAlone(applying: Applying): Promise<boolean> {
  const { order, waitsFor } = applying.found.prepared;
  const steps = new Map(
    applying.plan.waves
      .flat()
      .filter((step) => !isRemoval(step))
      .map((step) => [step.ref, step]),
  );
  for (const wave of order) {
    if (!(await runInOrder(applying, wave, waitsFor, (ref) => stepRun(applying, steps, ref)))) return false;
  }
  return true;
}

/** Steps about what the source has no more, or a replacement leaves behind, have no place in a file. */
function isRemoval(step: Step): boolean {
  return step.position === undefined;
}

/** Runs the hooks of a phase, wave by wave. False as soon as one failed. */
export async function runHooks(applying: Applying, phase: HookPhase): Promise<boolean> {
  for (const wave of hookWaves(applying.found.prepared.hooks, phase)) {
    const runs = wave.map((hook) => reported(applying, () => applyHook(applying, hook, phase)));
    if (!(await runWave(applying, runs))) return false;
  }
  return true;
}

async function runSyncPhase(applying: Applying, steps: Map<Ref, Step>): Promise<boolean> {
  const { hooks, order, waitsFor } = applying.found.prepared;
  const runOf = (ref: Ref): Run | undefined => {
    const hook = hooks.get(ref);
    if (hook !== undefined) return reported(applying, () => applyHook(applying, hook, 'Sync'));
    return stepRun(applying, steps, ref);
  };
  for (const wave of order) {
    if (!(await runInOrder(applying, wave, waitsFor, runOf))) return false;
  }
  return true;
}

/**
 * A hook before the first sync may need what only that sync makes, such as its cluster: that much is made before the hook.
 * What exists already is not changed before it.
 */
async function prepareFor(applying: Applying, phase: HookPhase, steps: Map<Ref, Step>): Promise<boolean> {
  const { hooks, resources, waves } = applying.found.prepared;
  const needed = new Set<Ref>();
  const open = [...hooks.values()]
    .filter((hook) => hook.phases.includes(phase))
    .flatMap(({ resource }) => resource.needs);
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (needed.has(ref)) continue;
    needed.add(ref);
    open.push(...(resources.get(ref)?.needs ?? []));
  }
  for (const wave of waves) {
    const first = wave.filter((ref) => needed.has(ref) && steps.get(ref)?.action === 'create');
    const runs = first.flatMap((ref) => stepRun(applying, steps, ref) ?? []);
    for (const ref of first) steps.delete(ref);
    if (!(await runWave(applying, runs))) return false;
  }
  return true;
}

/** What runs for one resource: nothing where a partial sync, `hook: Skip` or ApplyOutOfSyncOnly leaves it out. */
function stepRun(applying: Applying, steps: ReadonlyMap<Ref, Step>, ref: Ref): Run | undefined {
  const { prepared } = applying.found;
  const step = steps.get(ref);
  if (step === undefined || prepared.skipped.has(ref)) return undefined;
  const onlyOutOfSync = prepared.input.spec.syncPolicy?.syncOptions?.includes('ApplyOutOfSyncOnly=true') === true;
  if (onlyOutOfSync && step.action === 'none') {
    const { desired, parts } = applying.world.get(ref) as Seen;
    return async () => {
      await recordParts(applying, ref, desired, parts);
      return undefined;
    };
  }
  return reported(applying, () => applyResource(applying, prepared.resources.get(ref) as Resource, step));
}

function reported(applying: Applying, run: () => Promise<StepResult>): Run {
  return async () => {
    const result = await run();
    applying.report(result);
    return result;
  };
}
