import { expect, it } from 'vitest';
import { recordingIo } from '../testing/recording-io.ts';
import { type Column, printList, table } from './table.ts';

interface Row {
  readonly name: string;
  readonly message?: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'NAME', of: ({ name }) => name },
  { header: 'MESSAGE', of: ({ message = '' }) => message },
  { header: 'ARN', of: () => 'arn:x', wide: true },
];

it('lines columns up, without blanks at the ends of lines', () => {
  expect(table([{ name: 'a' }, { name: 'long-name', message: 'm' }], COLUMNS.slice(0, 2))).toBe(
    'NAME       MESSAGE\na\nlong-name  m\n',
  );
});

it('keeps a row on its line, and nobody steers the terminal', () => {
  expect(table([{ name: 'a\nb', message: '\u001B[31mred' }], COLUMNS.slice(0, 2))).not.toMatch(/\u001B/u);
  expect(table([{ name: 'a\n b' }], COLUMNS.slice(0, 1))).toBe('NAME\na b\n');
});

it('prints headers where there is nothing', () => {
  expect(table([], COLUMNS.slice(0, 2))).toBe('NAME  MESSAGE\n');
});

it.each([
  ['text', 'NAME  MESSAGE\na     m\n'],
  ['wide', 'NAME  MESSAGE  ARN\na     m        arn:x\n'],
  ['name', 'a\n'],
  ['json', '{\n  "items": [\n    {\n      "name": "a"\n    }\n  ]\n}\n'],
  ['yaml', 'items:\n  - name: a\n'],
] as const)('prints %s', (format, expected) => {
  const io = recordingIo();
  const rows = [{ name: 'a', message: 'm' }];
  printList(rows, COLUMNS, format, { whole: { items: [{ name: 'a' }] }, name: ({ name }) => name }, io);
  expect(io.outText()).toBe(expected);
});
