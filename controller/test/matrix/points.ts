import { contentHash } from '../../src/core/canonical.ts';
import { tryPoint } from './crash.ts';
import { type Point, type Way, WAYS } from './death.ts';
import type { Outcome, Reference } from './reference.ts';

/** Which points of a scenario are tried. */
export interface Selection {
  readonly at?: number | undefined;
  readonly way?: Way | undefined;
  /** Share of the points, from 0 to 1, chosen by their own digest. Default all. */
  readonly share?: number | undefined;
  /** Only the calls that change something: dying at a look is like dying after the change before it. */
  readonly changes?: boolean | undefined;
}

const LOOK = /:(Describe|List|Get|BatchGet)/;

/** Points that run side by side: they wait for sockets and batch windows most of the time. */
const AT_ONCE = 8;

/** The points of a scenario: every call, each way. */
export function pointsOf(
  { scenario, calls }: Reference,
  { at, way, share = 1, changes = false }: Selection,
): readonly Point[] {
  return calls
    .flatMap((call, index) => (changes && LOOK.test(call) ? [] : WAYS.map((each) => ({ at: index + 1, way: each }))))
    .filter((point) => (at === undefined || point.at === at) && (way === undefined || point.way === way))
    .filter((point) => numberOf([scenario.name, point.at, point.way, 'share']) < share);
}

/** Tries points, several at a time; the results are in the order of the points. */
export function tryPoints(reference: Reference, points: readonly Point[]): Promise<readonly Outcome[]> {
  return severalAtOnce(points, (point) => tryPoint(reference, point));
}

/** Works on everything, several at a time; the results are in order. */
export async function severalAtOnce<In, Out>(
  inputs: readonly In[],
  work: (input: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  const queue = [...inputs.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** A number from 0 to 1 that is the same for the same words. */
function numberOf(words: readonly (string | number)[]): number {
  return Number.parseInt(contentHash(words).slice(0, 8), 16) / 0x1_0000_0000;
}
