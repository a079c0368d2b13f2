import type { Clock } from '../core/clock.ts';
import { formatProblem, type Problem } from '../core/errors.ts';
import type { EventSink } from '../core/events.ts';

/** Says what is valid in the manifests but probably not meant. */
export function reportWarnings(warnings: readonly Problem[], application: string, clock: Clock, sink: EventSink): void {
  for (const warning of warnings) {
    sink({
      at: clock.now(),
      code: 'manifest.warning',
      level: 'warn',
      message: formatProblem(warning),
      data: { application },
    });
  }
}
