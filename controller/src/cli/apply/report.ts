import type { Operation, StepResult } from '../../engine/engine.ts';
import { EXIT, type Io } from '../io.ts';

/** How a sync ended, as the last thing that apply prints. Gives the exit code. */
export function reportOperation(operation: Operation, output: 'text' | 'json', io: Io): number {
  const succeeded = operation.phase === 'Succeeded';
  if (output === 'json') {
    io.stdout(`${JSON.stringify({ code: 'operation', ...withoutPlan(operation) })}\n`);
    return succeeded ? EXIT.ok : EXIT.failed;
  }
  const seconds = durationOf(operation);
  const headline = `${operation.phase}${seconds === undefined ? '' : ` after ${seconds} s`}: ${operation.message}`;
  io.stdout(`${io.style(succeeded ? 'green' : 'red', headline)}\n`);
  return succeeded ? EXIT.ok : EXIT.failed;
}

/** In what state an interrupted apply leaves things, and how to go on. */
export function reportInterruption(operation: Operation | undefined, again: string, io: Io): number {
  const done = operation?.results.filter((result) => result.status === 'Synced' || result.status === 'Pruned') ?? [];
  io.stderr(`
Interrupted. ${done.length === 0 ? 'No step was finished.' : `Finished: ${done.map(refOf).join(', ')}.`}
What was begun goes on in AWS by itself: a rolling deployment ends, or its circuit breaker rolls it back.
Nothing is locked. To go on from where AWS is then: ${again}
`);
  return EXIT.interrupted;
}

function refOf(result: StepResult): string {
  return result.ref;
}

/** The plan has been shown already. */
function withoutPlan(operation: Operation): Omit<Operation, 'plan'> {
  const { plan: _, ...rest } = operation;
  return rest;
}

function durationOf(operation: Operation): number | undefined {
  if (operation.finishedAt === undefined) return undefined;
  return Math.round((Date.parse(operation.finishedAt) - Date.parse(operation.startedAt)) / 1000);
}
