import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph, CycleError, type Node } from './graph.ts';
import type { Ref } from './manifest.ts';
import { orderForRemoval, orderInWaves, syncWaveOf, waveConflicts } from './waves.ts';

function node(ref: Ref, needs: readonly Ref[] = [], serves: readonly Ref[] = []): Node {
  return { ref, needs, serves };
}

const flat = (): number => 0;

describe('graph', () => {
  it('makes whoever needs a thing wait for all that serve it', () => {
    const graph = buildGraph([
      node('Service/api', ['TargetGroup/api']),
      node('TargetGroup/api'),
      node('LoadBalancer/public', ['TargetGroup/api'], ['TargetGroup/api']),
      node('ListenerRule/api', ['LoadBalancer/public', 'TargetGroup/api'], ['TargetGroup/api']),
    ]);
    expect(orderInWaves(graph, flat)).toEqual([
      ['TargetGroup/api'],
      ['LoadBalancer/public'],
      ['ListenerRule/api'],
      ['Service/api'],
    ]);
  });

  it('shows the whole path of a cycle', () => {
    const nodes = [node('A/a', ['B/b']), node('B/b', ['C/c']), node('C/c', ['A/a']), node('D/d', ['A/a'])];
    expect(() => buildGraph(nodes)).toThrow(new CycleError(['A/a', 'B/b', 'C/c', 'A/a']));
    expect(() => buildGraph([node('A/a', ['A/a'])])).toThrow('circular references: A/a -> A/a');
  });

  it('leaves out needs that name nothing', () => {
    expect(orderInWaves(buildGraph([node('A/a', ['B/none'])]), flat)).toEqual([['A/a']]);
  });
});

describe('waves', () => {
  it('follow the annotation first, then the graph, then kind and name', () => {
    const graph = buildGraph([
      node('B/b'),
      node('A/z'),
      node('A/a'),
      node('C/late'),
      node('C/early'),
      node('C/last', ['C/late']),
    ]);
    const asked: Readonly<Record<string, number>> = { 'C/late': 1, 'C/last': 1, 'C/early': -1 };
    expect(orderInWaves(graph, (ref) => asked[ref] ?? 0)).toEqual([
      ['C/early'],
      ['A/a', 'A/z', 'B/b'],
      ['C/late'],
      ['C/last'],
    ]);
  });

  it('may not contradict the graph', () => {
    const graph = buildGraph([node('A/a', ['B/b']), node('B/b')]);
    expect(waveConflicts(graph, (ref) => (ref === 'A/a' ? -1 : 0))).toEqual([
      { ref: 'A/a', wave: -1, waitsFor: 'B/b', waitsForWave: 0 },
    ]);
    expect(waveConflicts(graph, flat)).toEqual([]);
  });

  it.each([
    [undefined, 0],
    ['-3', -3],
    [' 2 ', 2],
    ['soon', undefined],
    ['1.5', undefined],
    ['', undefined],
  ])('annotation %j is wave %j', (text, wave) => {
    expect(syncWaveOf(text === undefined ? {} : { 'longshore.dev/sync-wave': text })).toBe(wave);
  });

  it('are the same whatever the order of the manifests, and each thing comes after what it waits for', () => {
    const dags = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }).map((needs) =>
        needs.map((list, index) =>
          node(
            `K/${index}`,
            list.filter((other) => other < index).map((other) => `K/${other}` as const),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(dags, fc.infiniteStream(fc.nat()), (nodes, random) => {
        const waves = orderInWaves(buildGraph(nodes), flat);
        const shuffled = nodes
          .map((one) => ({ one, key: random.next().value as number }))
          .toSorted((a, b) => a.key - b.key);
        expect(orderInWaves(buildGraph(shuffled.map(({ one }) => one)), flat)).toEqual(waves);
        const waveOf = new Map(waves.flatMap((refs, index) => refs.map((ref) => [ref, index])));
        for (const { ref, needs } of nodes)
          for (const need of needs) expect(waveOf.get(need)).toBeLessThan(waveOf.get(ref) ?? -1);
      }),
    );
  });

  it('of removal follow the rank', () => {
    const ranks: Record<string, number> = { 'Cluster/a': 9, 'Service/b': 2, 'Service/a': 2, 'ScalingPolicy/x': 1 };
    expect(orderForRemoval(Object.keys(ranks) as Ref[], (ref) => ranks[ref] ?? 0)).toEqual([
      ['ScalingPolicy/x'],
      ['Service/a', 'Service/b'],
      ['Cluster/a'],
    ]);
  });
});
