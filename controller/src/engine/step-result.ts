import type { Clock } from '../core/clock.ts';
import type { HookPhase } from '../core/hooks.ts';
import type { Ref } from '../core/manifest.ts';
import type { StepResult } from './engine.ts';

/** Says what became of a step that begins now. */
export function resultsOf(
  clock: Clock,
  ref: Ref,
  hook?: HookPhase,
): (status: StepResult['status'], message: string) => StepResult {
  const startedAt = clock.now().toISOString();
  return (status, message) => ({
    ref,
    status,
    message,
    startedAt,
    finishedAt: clock.now().toISOString(),
    ...(hook === undefined ? {} : { hook }),
  });
}
