import { expect } from 'vitest';
import type { Change } from '../../src/core/driver.ts';

/** What AWS echoes for the same specification, and another value with the field that it shows at. */
export type Row<Live> = readonly [
  what: string,
  echo: Live,
  other: Live,
  shows: readonly [path: string, effect?: string],
];

/** The echo is no difference; the other value is one, exactly there. */
export function expectBoth<Live>(
  [, echo, other, [path, effect = 'inPlace']]: Row<Live>,
  diff: (live: Live) => readonly Change[],
): void {
  expect(diff(echo)).toEqual([]);
  expect(diff(other).map((change) => [change.path, change.effect])).toEqual([[path, effect]]);
}
