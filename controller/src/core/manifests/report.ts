import type { Problem } from '../errors.ts';
import type { Position } from '../manifest.ts';

/** Collects what is wrong, over all files. */
export class Report {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  problem(position: Position, path: string, message: string): void {
    this.problems.push({ position, path, message });
  }

  warning(position: Position, path: string, message: string): void {
    this.warnings.push({ position, path, message });
  }
}

/** In the order of files, lines and columns; the same thing at the same place is said once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems
    .filter(({ position, path, message }) => {
      const key = JSON.stringify([keyOf(position), path, message]);
      return !seen.has(key) && seen.add(key);
    })
    .toSorted(
      (a, b) =>
        compare(a.position.file, b.position.file) ||
        a.position.line - b.position.line ||
        a.position.column - b.position.column,
    );
}

/** Warnings at places of which no problem is reported: one is enough. */
export function withoutPlacesOf(warnings: readonly Problem[], problems: readonly Problem[]): readonly Problem[] {
  const taken = new Set(problems.map(({ position }) => keyOf(position)));
  return warnings.filter(({ position }) => !taken.has(keyOf(position)));
}

function keyOf({ file, line, column }: Position): string {
  return JSON.stringify([file, line, column]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
