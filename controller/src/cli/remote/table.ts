import { stringify } from 'yaml';
import { harmless } from '../../core/render/words.ts';
import type { Io } from '../io.ts';

/** A column: its header, and what stands in it. `wide` shows with `-o wide` only. */
export interface Column<Row> {
  readonly header: string;
  readonly of: (row: Row) => string;
  readonly wide?: true;
}

/** How lists are printed, as kubectl and argocd do. */
export type ListFormat = 'text' | 'wide' | 'json' | 'yaml' | 'name';

/** Prints rows as a table, or what they stand for as JSON, YAML or names. */
export function printList<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  format: ListFormat,
  list: { readonly whole: unknown; readonly name: (row: Row) => string },
  io: Io,
): void {
  if (format === 'json') io.stdout(`${JSON.stringify(list.whole, null, 2)}\n`);
  else if (format === 'yaml') io.stdout(stringify(list.whole));
  else if (format === 'name') for (const row of rows) io.stdout(`${list.name(row)}\n`);
  else
    io.stdout(
      table(
        rows,
        columns.filter((column) => format === 'wide' || column.wide !== true),
      ),
    );
}

/** Columns apart by two spaces, wide enough for their longest text; headers also where there are no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => harmless(column.of(row).replaceAll(/\s*\n\s*/gu, ' '))));
  const lines = [columns.map((column) => column.header), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
