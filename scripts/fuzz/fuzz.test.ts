import { describe, expect, test } from 'vitest';
import { fuzz, TARGETS } from './fuzz.ts';
import { minimise } from './minimise.ts';
import { Broken, type Target } from './target.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test.each(TARGETS.map((target) => [target.name, target] as const))('%s survive 400 inputs of seed 1', (_, target) => {
  const { inputs, failures } = fuzz({ seed: 1, targets: [target], goesOn: (made) => made < 400 });
  expect(failures.map(({ message, input }) => `${message}: ${decode(input)}`)).toEqual([]);
  expect(inputs).toBe(400);
});

describe('the fuzzer itself', () => {
  const broken = (check: (text: string) => void): Target => ({
    name: 'broken',
    seeds: [encode('apiVersion: longshore.dev/v1alpha1\nkind: Cluster\n')],
    check: (input) => check(decode(input)),
  });
  const first = (target: Target, seed: number) => fuzz({ seed, targets: [target], goesOn: (made) => made < 5_000 });

  test('finds a mistake, makes its input small, and finds the same one again', () => {
    const target = broken((text) => {
      if (text.includes('&x') && text.includes('kind')) throw new Broken('it holds both');
    });
    const [failure] = first(target, 7).failures;
    expect(failure?.message).toBe('Broken: it holds both');
    expect(['&xkind', 'kind&x']).toContain(decode(failure?.input));
    expect(first(target, 7)).toEqual(first(target, 7));
  });

  test('ends what would not end', () => {
    const target = broken((text) => {
      while (text.length > 0);
    });
    const targets = [{ ...target, seeds: [encode('a')] }];
    const { failures } = fuzz({ seed: 1, targets, goesOn: (made) => made < 1, mostMs: 200 });
    expect(failures.map(({ message }) => message)).toEqual(['not done within 200 ms']);
  });

  test('takes out all that is not needed', () => {
    const fails = (bytes: Uint8Array) => decode(bytes).includes('b') && decode(bytes).includes('y');
    expect(decode(minimise(encode('aaabbbcccxxxyyyzzz'), fails))).toBe('by');
  });
});
