import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiffRules, diffTrees, SENSITIVE } from './diff.ts';
import type { Claim, Unknown } from './driver.ts';
import type { Json } from './json.ts';

const rules: DiffRules = {
  keyed: { '/containers': 'name', '/containers/*/environment': 'name', '/listeners': 'port' },
  sets: ['/subnets'],
  leaveWhenAbsent: ['/rebalancing'],
  sensitive: ['/password', '/containers/*/token'],
  effects: { '/containers': 'restartsTasks', '/containers/*/note': 'inPlace', '/vpc': 'replaces' },
};

function diff(from: Json, to: Json, more: DiffRules = {}) {
  return diffTrees('p', from, to, { ...rules, ...more }).map(({ part: _part, effect, ...change }) =>
    effect === 'inPlace' ? change : { ...change, effect },
  );
}

function claim(path: string, holds: Claim['holds']): DiffRules {
  return { claims: [{ on: 'Service/a', path, by: 'ScalingPolicy/a', reason: 'r', holds }] };
}

describe('fields', () => {
  it.each<[string, Json, Json, unknown[]]>([
    ['equal trees have none', { a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }, []],
    ['a value that changed', { a: 1 }, { a: 2 }, [{ path: '/a', from: 1, to: 2 }]],
    ['a field that is new', {}, { a: null }, [{ path: '/a', to: null }]],
    ['a field that goes', { a: false }, {}, [{ path: '/a', from: false }]],
    ['the innermost field only', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ path: '/a/c', from: 2, to: 3 }]],
    ['a whole object that is new, as one', {}, { a: { b: 1 } }, [{ path: '/a', to: { b: 1 } }]],
    ['another type', { a: { b: 1 } }, { a: [1] }, [{ path: '/a', from: { b: 1 }, to: [1] }]],
    [
      'names that need escapes',
      { tags: { 'a/b~c': '1' } },
      { tags: { 'a/b~c': '2' } },
      [{ path: '/tags/a~1b~0c', from: '1', to: '2' }],
    ],
    [
      'sorted by path',
      { b: 1, a: 1 },
      { b: 2, a: 2 },
      [
        { path: '/a', from: 1, to: 2 },
        { path: '/b', from: 1, to: 2 },
      ],
    ],
  ])('%s', (_name, from, to, changes) => {
    expect(diff(from, to)).toEqual(changes);
  });
});

describe('lists', () => {
  it('keeps order where nothing else is said', () => {
    expect(diff({ command: ['a', 'b'] }, { command: ['b', 'a'] })).toEqual([
      { path: '/command', from: ['a', 'b'], to: ['b', 'a'] },
    ]);
  });

  it('compares objects of an ordered list of the same length one by one', () => {
    expect(diff({ x: [{ a: 1 }, { a: 2 }] }, { x: [{ a: 1 }, { a: 3 }] })).toEqual([
      { path: '/x/1/a', from: 2, to: 3 },
    ]);
    expect(diff({ x: [{ a: 1 }] }, { x: [{ a: 1 }, { a: 3 }] })).toEqual([
      { path: '/x', from: [{ a: 1 }], to: [{ a: 1 }, { a: 3 }] },
    ]);
  });

  it('takes no notice of the order of sets', () => {
    expect(diff({ subnets: ['a', 'b'] }, { subnets: ['b', 'a'] })).toEqual([]);
    expect(diff({ subnets: ['a'] }, { subnets: ['b', 'a'] })).toEqual([
      { path: '/subnets', from: ['a'], to: ['b', 'a'] },
    ]);
  });

  it('names the items of keyed lists by their key, whatever their order', () => {
    const from = {
      containers: [
        {
          name: 'web',
          image: '1',
          environment: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    };
    const to = {
      containers: [
        { name: 'sidecar', image: '9' },
        {
          name: 'web',
          image: '2',
          environment: [
            { name: 'B', value: '3' },
            { name: 'C', value: '4' },
          ],
        },
      ],
    };
    expect(diff(from, to)).toEqual([
      { path: '/containers/sidecar', to: { image: '9' }, effect: 'restartsTasks' },
      { path: '/containers/web/environment/A', from: { value: '1' }, effect: 'restartsTasks' },
      { path: '/containers/web/environment/B/value', from: '2', to: '3', effect: 'restartsTasks' },
      { path: '/containers/web/environment/C', to: { value: '4' }, effect: 'restartsTasks' },
      { path: '/containers/web/image', from: '1', to: '2', effect: 'restartsTasks' },
    ]);
    expect(diff({ listeners: [{ port: 80, a: 1 }] }, { listeners: [{ port: 80, a: 2 }] })).toEqual([
      { path: '/listeners/80/a', from: 1, to: 2 },
    ]);
  });

  it('falls back to the whole list when keys repeat or are missing', () => {
    const from = [
      { name: 'a', v: 1 },
      { name: 'a', v: 2 },
    ];
    const to = [{ name: 'a', v: 1 }];
    expect(diff({ containers: from }, { containers: to })).toEqual([
      { path: '/containers', from, to, effect: 'restartsTasks' },
    ]);
  });
});

describe('what is left alone, hidden, or weighs more', () => {
  it('leaves a field to AWS while Git says nothing of it', () => {
    expect(diff({ rebalancing: 'ENABLED' }, {})).toEqual([]);
    expect(diff({ rebalancing: 'ENABLED' }, { rebalancing: 'DISABLED' })).toHaveLength(1);
  });

  it('shows that a sensitive value changed, never the value', () => {
    expect(diff({ password: 'a' }, { password: 'b' })).toEqual([{ path: '/password', from: SENSITIVE, to: SENSITIVE }]);
    const added = diff({ containers: [] }, { containers: [{ name: 'web', token: 'secret', image: '1' }] });
    expect(JSON.stringify(added)).not.toContain('secret"');
    expect(added).toContainEqual({ path: '/containers/web/token', to: SENSITIVE, effect: 'restartsTasks' });
  });

  it('takes the effect of the longest pattern', () => {
    const from = { containers: [{ name: 'w', note: 'a', cpu: 1 }], vpc: 'a' };
    const to = { containers: [{ name: 'w', note: 'b', cpu: 2 }], vpc: 'b' };
    expect(diff(from, to)).toEqual([
      { path: '/containers/w/cpu', from: 1, to: 2, effect: 'restartsTasks' },
      { path: '/containers/w/note', from: 'a', to: 'b' },
      { path: '/vpc', from: 'a', to: 'b', effect: 'replaces' },
    ]);
  });
});

describe('values that are not known yet', () => {
  const unknown: readonly Unknown[] = [{ path: '/a', after: ['Cluster/main'] }];

  it('become known after apply, also when something stands there now', () => {
    expect(diff({ a: 'arn' }, { a: 'x-${Cluster/main:arn}' }, { unknown })).toEqual([
      { path: '/a', from: 'arn', to: { afterApply: ['Cluster/main'] } },
    ]);
  });

  it('are found inside of what is new, at their own place', () => {
    expect(diff({}, { o: { known: 1, a: '${Cluster/main:arn}' } }, { unknown })).toEqual([
      { path: '/o/a', to: { afterApply: ['Cluster/main'] } },
      { path: '/o/known', to: 1 },
    ]);
  });

  it('are not mistaken for literal text', () => {
    expect(diff({ a: '${Other/x:y}' }, { a: '${Other/x:y}' }, { unknown })).toEqual([]);
  });
});

describe('claims', () => {
  it('leave any value to the one who holds it', () => {
    expect(diff({ n: 7 }, { n: 2 }, claim('/n', 'any'))).toEqual([]);
    expect(diff({ n: { deep: 7 } }, { n: { deep: 1 } }, claim('/n', 'any'))).toEqual([]);
  });

  it('let a value move between two bounds, and bring it back to the nearer one', () => {
    const held = claim('/n', { between: [2, 5] });
    expect(diff({ n: 4 }, { n: 2 }, held)).toEqual([]);
    expect(diff({ n: 9 }, { n: 2 }, held)).toEqual([{ path: '/n', from: 9, to: 5 }]);
    expect(diff({ n: 0 }, { n: 3 }, held)).toEqual([{ path: '/n', from: 0, to: 2 }]);
    expect(diff({}, {}, held)).toEqual([{ path: '/n', to: 2 }]);
  });

  it('hold exactly one value against Git', () => {
    const held = claim('/weights', { exactly: { blue: 100 } });
    expect(diff({ weights: { blue: 100 } }, { weights: { blue: 50 } }, held)).toEqual([]);
    expect(diff({ weights: { blue: 90 } }, { weights: { blue: 50 } }, held)).toEqual([
      { path: '/weights', from: { blue: 90 }, to: { blue: 100 } },
    ]);
    expect(diff({}, {}, held)).toEqual([{ path: '/weights', to: { blue: 100 } }]);
  });

  it('reach into items of keyed lists', () => {
    const held = claim('/listeners/80/weight', 'any');
    expect(
      diff({ listeners: [{ port: 80, weight: 1, a: 1 }] }, { listeners: [{ port: 80, weight: 2, a: 2 }] }, held),
    ).toEqual([{ path: '/listeners/80/a', from: 1, to: 2 }]);
  });
});

describe('any two trees', () => {
  const tree = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

  it('have no changes exactly when they are equal', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(diffTrees('p', a, a)).toEqual([]);
        expect(diffTrees('p', a, b).length === 0).toBe(diffTrees('p', b, a).length === 0);
      }),
    );
  });

  it('are told apart: a change of any scalar is found', () => {
    const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.integer(), fc.string(), fc.boolean()));
    fc.assert(
      fc.property(flat, flat, (a, b) => {
        const changed = new Set([...Object.keys(a), ...Object.keys(b)].filter((key) => a[key] !== b[key]));
        expect(new Set(diffTrees('p', { x: a }, { x: b }).map((change) => change.path.split('/')[2]))).toEqual(changed);
      }),
    );
  });
});
