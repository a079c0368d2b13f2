import type { Position } from './manifest.ts';

/**
 * Waiting does not help: only a new commit or a changed world does (validation, a refused change).
 * Only the engine reads the class.
 */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Nothing is wrong, but it is too early: come back in `retryAfterMs` milliseconds. */
export class WaitError extends Error {
  override readonly name = 'WaitError';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A compare-and-swap lost: somebody else wrote the record first. Read again, decide again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** One thing wrong with the input, and where. `path` is a JSON pointer into the document, `/spec/cluster`. */
export interface Problem {
  readonly position: Position;
  readonly path: string;
  /** What was found and what was expected, with the nearest right word where there is one. */
  readonly message: string;
}

/** `file:line:col: path: message`, the form of every input error. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${file}:${line}:${column}: ${path}${problem.message}`;
}

/** The input is not valid. Carries every problem found, not only the first one. */
export class InvalidInputError extends TerminalError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('InvalidInput', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}
