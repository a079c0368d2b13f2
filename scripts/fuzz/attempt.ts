import { createContext, Script } from 'node:vm';
import type { Target } from './target.ts';

/** Milliseconds that one input may take: the largest take a few, the rest is for a busy machine. */
const MOST_MS = 5_000;

const script = new Script('attempt()');

/**
 * What is wrong about an input, in a line; undefined when nothing is. An input that is not done in time is ended: also a
 * loop without an end, and a regular expression that goes back and forth. https://nodejs.org/api/vm.html
 */
export function attempt(target: Target, input: Uint8Array, mostMs = MOST_MS): string | undefined {
  const context = createContext({ attempt: () => target.check(input) });
  try {
    script.runInContext(context, { timeout: mostMs });
    return undefined;
  } catch (error) {
    // The error of a context is none of ours.
    if (
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    ) {
      return `not done within ${mostMs} ms`;
    }
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
