import { describe, expect, it } from 'vitest';
import type { ApplicationSetGenerator, ApplicationSetTemplate } from '../../api/applicationset.ts';
import { type GeneratorSources, listsAlone, parameterSets } from './generators.ts';
import { merged, pathParameters, slug } from './parameters.ts';
import { turnOf } from './strategy.ts';
import { fillTemplate } from './template.ts';

const never = new AbortController().signal;
const SET = { name: 'shops', origin: { kind: 'folder' } } as const;

function template(more: object = {}): ApplicationSetTemplate {
  return {
    metadata: { name: 'shop-{{name}}' },
    spec: { source: { repoURL: 'https://git.example.com/shop.git', path: '{{path}}' }, ...more },
  };
}

describe('a template', () => {
  it('has its parameters put in, in every text', () => {
    const made = fillTemplate(SET, template({ destination: { region: '{{region}}' } }), {
      name: 'eu',
      path: 'apps/eu',
      region: 'eu-west-1',
    });
    expect(made).toMatchObject({
      name: 'shop-eu',
      spec: { source: { path: 'apps/eu' }, destination: { region: 'eu-west-1' } },
      origin: { kind: 'ApplicationSet', name: 'shops' },
    });
  });

  it('names the parameters that there are when one is not', () => {
    expect(() => fillTemplate(SET, template(), { name: 'eu', paht: 'x' })).toThrow(
      '/spec/template/spec/source/path: there is no parameter "path", expected one of name, paht (did you mean "paht"?)',
    );
  });

  it.each([
    ['a value in YAML', '"\n  project: admin\n  #'],
    ['another parameter', '{{name}}'],
    ['an object', '{"project": "admin"}'],
  ])('takes what looks like %s for the text that it is', (_what, path) => {
    const made = fillTemplate(SET, template(), { name: 'eu', path });
    expect(made.spec.source.path).toBe(path);
    expect(made.spec.project).toBeUndefined();
  });

  it('whose result is no Application is refused, with the place', () => {
    expect(() => fillTemplate(SET, template(), { name: 'EU West', path: 'x' })).toThrow(
      /ApplicationSet\/shops.*\/metadata\/name/u,
    );
  });
});

describe('generators', () => {
  const files = new Map(
    Object.entries({
      'clusters/a.yaml': 'region: eu-west-1\nsize: 3\nzones: [a, b]\nnet: {cidr: 10.0.0.0/16}\n',
      'clusters/b.yaml': 'region: us-east-1\nsize: 1\n',
      'apps/web/service.yaml': '',
      'apps/web/deep/x.yaml': '',
      'apps/old/service.yaml': '',
    }).map(([path, text]) => [path, new TextEncoder().encode(text)]),
  );
  const sources: GeneratorSources = { ...listsAlone, tree: async () => ({ revision: 'c0ffee', files }) };
  const of = (...generators: ApplicationSetGenerator[]) =>
    parameterSets({ generators, template: template() }, sources, never);
  const repoURL = 'https://git.example.com/shop.git';

  it('give a set for each folder that matches, the last match decides', async () => {
    const found = await of({
      gitDirectories: { repoURL, directories: [{ path: 'apps/*' }, { path: 'apps/old', exclude: true }] },
    });
    expect(found).toEqual([
      { path: 'apps/web', 'path.basename': 'web', 'path[0]': 'apps', 'path[1]': 'web', revision: 'c0ffee' },
    ]);
  });

  it('give every scalar of a file by its path', async () => {
    const [first] = await of({ gitFiles: { repoURL, files: [{ path: 'clusters/*.yaml' }] } });
    expect(first).toMatchObject({
      region: 'eu-west-1',
      size: '3',
      'zones[1]': 'b',
      'net.cidr': '10.0.0.0/16',
      'path.filename': 'a.yaml',
    });
  });

  it('of a matrix are combined, the second with what the first found', async () => {
    const found = await of({
      matrix: {
        generators: [
          { list: { elements: [{ stage: 'test' }, { stage: 'prod' }] } },
          { list: { elements: [{ name: '{{stage}}-eu' }, { name: '{{stage}}-us' }] } },
        ],
      },
    });
    expect(found.map(({ name }) => name)).toEqual(['test-eu', 'test-us', 'prod-eu', 'prod-us']);
  });

  it('of a merge override where the keys agree, and add nothing', () => {
    const base = [
      { name: 'a', size: '1' },
      { name: 'b', size: '1' },
    ];
    expect(
      merged(
        ['name'],
        [
          base,
          [
            { name: 'b', size: '5' },
            { name: 'c', size: '9' },
          ],
        ],
      ),
    ).toEqual([
      { name: 'a', size: '1' },
      { name: 'b', size: '5' },
    ]);
    expect(() => merged(['name'], [[...base, { name: 'a', size: '2' }]])).toThrow('gives two sets with name=a');
    expect(() => merged(['region'], [base])).toThrow('gives a set without region (it has name, size)');
  });

  it('are multiplied by regions and accounts', async () => {
    const found = await parameterSets(
      {
        generators: [{ list: { elements: [{ name: 'a' }] } }],
        regions: ['eu-west-1', 'us-east-1'],
        accounts: ['111111111111'],
        template: template(),
      },
      sources,
      never,
    );
    expect(found).toEqual([
      { name: 'a', region: 'eu-west-1', accountId: '111111111111' },
      { name: 'a', region: 'us-east-1', accountId: '111111111111' },
    ]);
  });

  it('make names of branches, and parameters of paths', () => {
    expect(slug('feature/ABC-12_Größe!')).toBe('feature-abc-12-gr-e');
    expect(pathParameters('.')).toMatchObject({ path: '.', 'path.basename': '.' });
  });
});

describe('a strategy', () => {
  const steps = [
    { matchExpressions: [{ key: 'stage', operator: 'In' as const, values: ['test'] }] },
    { matchExpressions: [{ key: 'stage', operator: 'NotIn' as const, values: ['test', 'never'] }], maxUpdate: '50%' },
  ];
  const member = (name: string, stage: string, more: object = {}) => ({
    name,
    labels: { stage },
    ready: false,
    started: false,
    failed: false,
    ...more,
  });
  const prod = ['p1', 'p2', 'p3', 'p4'].map((name) => member(name, 'prod'));
  const permitted = (...members: ReturnType<typeof member>[]) => [...turnOf(steps, members).permitted].toSorted();

  it('lets the next step begin when everything before is ready, some at a time', () => {
    expect(permitted(member('t', 'test'), ...prod)).toEqual(['t']);
    expect(permitted(member('t', 'test', { ready: true }), ...prod)).toEqual(['p1', 'p2', 't']);
  });

  it('goes on with those that have begun before it begins others', () => {
    const [one, two, three, four] = prod;
    const test = member('t', 'test', { ready: true });
    const members = [one, two, three, { ...four, started: true }].filter((each) => each !== undefined);
    expect(permitted(test, ...(members as typeof prod))).toEqual(['p1', 'p4', 't']);
  });

  it('stops at the first that fails, and never syncs what no step chooses', () => {
    const failed = member('p1', 'prod', { started: true, failed: true });
    const test = member('t', 'test', { ready: true });
    expect(permitted(test, failed, ...prod.slice(1))).toEqual(['p1', 't']);
    const { waits } = turnOf(steps, [test, member('x', 'never')]);
    expect(waits.get('x')).toBe('no step of the strategy chooses it');
  });
});
