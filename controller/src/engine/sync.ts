import { applyPlan, applyStepsAlone, runHooks } from './apply.ts';
import type { ApplicationInput, EngineDeps, Operation, SyncOptions } from './engine.ts';
import type { Asked } from './found.ts';
import type { Looking } from './look.ts';
import { runOperation } from './run-operation.ts';

/** One sync. */
export function runSync(
  deps: EngineDeps,
  looking: Looking,
  input: ApplicationInput,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<Operation> {
  if (options.carriesOn !== undefined) {
    const asked = { ...askedOf(input, options), withoutHooks: true } as const;
    return runOperation(deps, looking, { input, asked, options, apply: applyStepsAlone }, signal);
  }
  const work = {
    input,
    asked: askedOf(input, options),
    options,
    apply: applyPlan,
    onFailure: (applying: Parameters<typeof applyPlan>[0]) => runHooks(applying, 'SyncFail'),
  };
  return runOperation(deps, looking, work, signal);
}

/** What was asked for, else what the Application says. */
export function askedOf(
  input: ApplicationInput,
  options: Pick<SyncOptions, 'prune' | 'resources' | 'replace' | 'approveDeletions'>,
): Asked {
  const { prune, resources, replace = false, approveDeletions = false } = options;
  return {
    prune: prune ?? input.spec.syncPolicy?.automated?.prune ?? false,
    removal: false,
    replace,
    approveDeletions,
    ...(resources === undefined || resources.length === 0 ? {} : { resources }),
  };
}
