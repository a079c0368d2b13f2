import { describe, expect, it } from 'vitest';
import { API_VERSION, type Manifest } from './manifest.ts';
import { missingReferences, referencesIn, resolveReferences } from './references.ts';

const spec = {
  name: 'a-${Cluster/main:arn}-${LoadBalancer/public:listenerArn(443)}',
  list: [{ value: '${Cluster/main:name}' }, { value: 'plain' }],
  literal: '$${HOME}',
  number: 3,
} as const;

const outputs: Readonly<
  Record<string, Readonly<Record<string, string | number | { readonly [key: string]: string }>>>
> = {
  'Cluster/main': { arn: 'arn:c', name: 'main', count: 2 },
  'LoadBalancer/public': { listenerArn: { 443: 'arn:l' }, 'listenerArn(80)': 'arn:80', 'Endpoint.Address': 'x' },
};

function manifest(kind: string, name: string, body: object): Manifest {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name },
    spec: body as Manifest['spec'],
    positionOf: (path) => ({ file: path, line: 2, column: 3 }),
  };
}

describe('references', () => {
  it('are found with their places', () => {
    expect(referencesIn(spec).map(({ ref, output, argument, path }) => ({ ref, output, argument, path }))).toEqual([
      { ref: 'Cluster/main', output: 'arn', argument: undefined, path: '/name' },
      { ref: 'LoadBalancer/public', output: 'listenerArn', argument: '443', path: '/name' },
      { ref: 'Cluster/main', output: 'name', argument: undefined, path: '/list/0/value' },
    ]);
  });

  it('are replaced, and escapes taken out', () => {
    expect(resolveReferences(spec, (ref) => outputs[ref])).toEqual({
      spec: { name: 'a-arn:c-arn:l', list: [{ value: 'main' }, { value: 'plain' }], literal: '${HOME}', number: 3 },
      unknown: [],
      problems: [],
    });
  });

  it('stand as they are while what they refer to does not exist', () => {
    const { spec: resolved, unknown } = resolveReferences(spec, (ref) =>
      ref === 'Cluster/main' ? outputs[ref] : undefined,
    );
    expect(resolved['name']).toBe(spec.name);
    expect(resolved['list']).toEqual([{ value: 'main' }, { value: 'plain' }]);
    expect(unknown).toEqual([{ path: '/name', after: ['LoadBalancer/public'] }]);
  });

  it.each([
    ['${Cluster/main:count}', '2'],
    ['${LoadBalancer/public:listenerArn(80)}', 'arn:80'],
    ['${LoadBalancer/public:Endpoint.Address}', 'x'],
    ['${LoadBalancer/public:listenerArn.443}', 'arn:l'],
  ])('%s gives %s', (text, value) => {
    expect(resolveReferences({ text }, (ref) => outputs[ref])).toMatchObject({ spec: { text: value }, problems: [] });
  });

  it('to an output that is not there are a problem that names what is', () => {
    expect(resolveReferences({ text: '${Cluster/main:ran}' }, (ref) => outputs[ref]).problems).toEqual([
      {
        path: '/text',
        message:
          '"${Cluster/main:ran}": Cluster/main has no output "ran"; it has arn, count, name (did you mean "arn"?)',
      },
    ]);
    expect(resolveReferences({ text: '${Cluster/main:constructor}' }, (ref) => outputs[ref]).problems).toHaveLength(1);
    expect(
      resolveReferences({ text: '${LoadBalancer/public:listenerArn}' }, (ref) => outputs[ref]).problems[0]?.message,
    ).toContain('gives an object');
  });

  it('to resources that are not there are problems with place and nearest name', () => {
    const problems = missingReferences([
      manifest('Cluster', 'main', {}),
      manifest('Service', 'api', { a: { b: '${Cluster/mian:arn}' } }),
    ]);
    expect(problems).toEqual([
      {
        position: { file: '/spec/a/b', line: 2, column: 3 },
        path: '/spec/a/b',
        message:
          '"${Cluster/mian:arn}" refers to Cluster/mian, which this Application does not have (did you mean "main"?)',
      },
    ]);
  });
});
