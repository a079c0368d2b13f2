import { attempt } from './attempt.ts';
import { expressions } from './expressions.ts';
import { manifests, yaml } from './manifests.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import { plans } from './plans.ts';
import { random } from './random.ts';
import type { Target } from './target.ts';

/** Everything that is fuzzed. */
export const TARGETS: readonly Target[] = [manifests, expressions, yaml, plans];

/** An input that shows a mistake. */
export interface Failure {
  readonly target: string;
  /** What is wrong about the input that was made. */
  readonly message: string;
  /** Made smaller as long as anything is wrong about it. */
  readonly input: Uint8Array;
}

/** What came of a run. */
export interface FuzzResult {
  readonly inputs: number;
  readonly failures: readonly Failure[];
}

/** When to stop: after so many inputs, or when the time is over. */
export interface FuzzOptions {
  readonly seed: number;
  readonly targets?: readonly Target[];
  readonly goesOn: (inputs: number) => boolean;
  /** Milliseconds that one input may take. */
  readonly mostMs?: number;
}

const MOST_FAILURES = 5;

/** Input number n of a seed is the same in every run. Stops early when it has failures enough to look at. */
export function fuzz({ seed, targets = TARGETS, goesOn, mostMs }: FuzzOptions): FuzzResult {
  const failures: Failure[] = [];
  let inputs = 0;
  while (goesOn(inputs) && failures.length < MOST_FAILURES) {
    const target = targets[inputs % targets.length] as Target;
    const input = mutate(target.seeds, random(seed, inputs));
    inputs += 1;
    const message = attempt(target, input, mostMs);
    if (message === undefined) continue;
    const smallest = minimise(input, (smaller) => attempt(target, smaller, mostMs) !== undefined);
    failures.push({ target: target.name, message, input: smallest });
  }
  return { inputs, failures };
}
