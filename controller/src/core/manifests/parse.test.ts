import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../errors.ts';
import { parseManifests } from './parse.ts';
import { cluster, parse, problemsIn, specOf, warningsIn } from './testing.ts';

const testdata = join(import.meta.dirname, 'testdata');

const parsed = (bytes: Uint8Array) => parseManifests(new Map([['f.yaml', bytes]])).problems.map(formatProblem);

test('twelve mistakes in one specification are twelve positioned errors in one run', async () => {
  const bytes = readFileSync(join(testdata, 'twelve-mistakes.yaml'));
  const { problems } = parseManifests(new Map([['twelve-mistakes.yaml', bytes]]), {
    variables: { param: { conditon: 'START' } },
  });
  expect(problems).toHaveLength(12);
  await expect(`${problems.map(formatProblem).join('\n')}\n`).toMatchFileSnapshot(
    join(testdata, 'twelve-mistakes.golden.txt'),
  );
});

describe('what is read', () => {
  test('documents, lists and JSON, in the order of files and places', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${cluster('{}', 'b1').trimEnd().replaceAll('\n', '\n  ')}\n`;
    const json = JSON.stringify({
      apiVersion: 'longshore.dev/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'c' },
      spec: { nameOverride: 'a_b' },
    });
    const { manifests, problems } = parse({
      'b.yaml': `${list}---\n${cluster('{}', 'b2')}`,
      'a.yaml': `---\n# nothing\n---\n${cluster('{}', 'a1')}---\n${cluster('{}', 'a2')}...\n`,
      'c.json': json.replaceAll('_', String.raw`\u005f`),
    });
    expect(problems).toEqual([]);
    expect(manifests.map(({ metadata }) => metadata.name)).toEqual(['a1', 'a2', 'b1', 'b2', 'c']);
    expect(manifests.at(-1)?.spec).toEqual({ nameOverride: 'a_b' });
  });

  test('a byte order mark, CRLF and tabs inside of JSON change nothing', () => {
    const text = `\u{FEFF}${cluster('\n  containerInsights: enabled')}`.replaceAll('\n', '\r\n');
    expect(specOf(text)).toEqual({ containerInsights: 'enabled' });
    const json =
      '{\n\t"apiVersion": "longshore.dev/v1alpha1",\n\t"kind": "Cluster",\n\t"metadata": {"name": "x"},\n\t"spec": {}\n}';
    expect(specOf(json)).toEqual({});
  });

  test('an explicit null means "not set", and nothing else is changed', () => {
    expect(specOf(cluster('{containerInsights: null, capacityProviders: ~, nameOverride: x, tags: {}}'))).toEqual({
      nameOverride: 'x',
      tags: {},
    });
    expect(problemsIn(cluster('{capacityProviders: [FARGATE, null]}'))).toEqual([
      'f.yaml:4:37: /spec/capacityProviders/1: found nothing, expected a text',
    ]);
  });

  test('empty files, empty documents and comments are nothing', () => {
    expect(parse({ a: '', b: '# only\n', c: '---\n---\n' })).toEqual({ manifests: [], problems: [], warnings: [] });
  });

  test('aliases and merge keys are expanded', () => {
    const text = cluster(
      '\n  tags: &shared {team: web}\n  defaultCapacityProviderStrategy:\n  - &item {capacityProvider: FARGATE}\n  - {<<: *item, weight: 2}',
    );
    expect(specOf(text)).toEqual({
      tags: { team: 'web' },
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE' }, { capacityProvider: 'FARGATE', weight: 2 }],
    });
  });
});

describe('places', () => {
  const text = cluster('\n  tags:\n    team: web\n  capacityProviders:\n  - FARGATE');
  const [manifest] = parse({ 'f.yaml': text }).manifests;

  test.each([
    ['', 1, 1],
    ['/kind', 2, 7],
    ['/spec', 5, 3],
    ['/spec/tags/team', 6, 11],
    ['/spec/capacityProviders/0', 8, 5],
    ['/spec/capacityProviders/7', 8, 3],
    ['/spec/containerInsights', 5, 3],
  ])('%s stands at %i:%i', (pointer, line, column) => {
    expect(manifest?.positionOf(pointer)).toEqual({ file: 'f.yaml', line, column });
  });

  test('after a parameter they are those of the text', () => {
    const { manifests } = parse(
      { 'f.yaml': cluster('\n  nameOverride: ${param.long}-x\n  containerInsights: enabled') },
      { variables: { param: { long: 'y'.repeat(200) } } },
    );
    expect(manifests[0]?.positionOf('/spec/containerInsights')).toMatchObject({ line: 6, column: 22 });
  });
});

describe('what is refused', () => {
  test('a key that is there twice, with both places', () => {
    expect(problemsIn(cluster('\n  tags: {a: x}\n  tags: {b: y}'))).toEqual([
      'f.yaml:6:3: /spec/tags: the key "tags" is here twice (first in line 5)',
    ]);
  });

  test('a resource that is there twice, with both places, across files', () => {
    const { manifests, problems } = parse({ 'a.yaml': cluster('{}'), 'b.yaml': cluster('{}') });
    expect(problems.map(formatProblem)).toEqual([
      'b.yaml:3:18: /metadata/name: Cluster/main is here twice (first at a.yaml:3:18)',
    ]);
    expect(manifests).toHaveLength(1);
  });

  test('tabs as indentation', () => {
    expect(problemsIn(cluster('\n\tnameOverride: x'))).toEqual([
      'f.yaml:5:1: not valid YAML: tabs are not allowed as indentation; indent with spaces',
    ]);
  });

  test('an expression without quotes inside of braces, with the remedy', () => {
    expect(problemsIn(cluster('{nameOverride: ${param.x}}'))[0]).toContain('put quotes around "${...}"');
  });

  test('tags of other tools', () => {
    expect(problemsIn(cluster('{nameOverride: !Ref Name}'))[0]).toContain('manifests take no tags');
  });

  test('bytes that are not UTF-8, at their place', () => {
    expect(parsed(Buffer.from('a: 1\nb: caf\u{E9}\n', 'latin1'))).toEqual([
      'f.yaml:2:7: found the byte 0xe9, which is not UTF-8',
    ]);
    expect(parsed(Buffer.from('\u{FEFF}a: 1', 'utf16le'))).toEqual(['f.yaml:1:1: found UTF-16, expected UTF-8']);
  });

  test('an unknown kind or version, with the nearest right word', () => {
    expect(problemsIn(cluster('{}').replace('kind: Cluster', 'kind: Clutser'))).toEqual([
      'f.yaml:2:7: /kind: unknown kind "Clutser" (did you mean "Cluster"?)',
    ]);
    expect(problemsIn(cluster('{}').replace('v1alpha1', 'v1'))).toEqual([
      'f.yaml:1:13: /apiVersion: found "longshore.dev/v1", expected longshore.dev/v1alpha1',
    ]);
  });

  test.each([
    ['hello', 'found "hello", expected a manifest'],
    ['- a', 'found a list, expected a manifest'],
    ['{"family": "x", "containerDefinitions": []}', 'found an ECS task definition, expected a manifest'],
    ['Resources: {}', 'found a CloudFormation template, expected a manifest'],
    ['apiVersion: v1\nkind: ConfigMap\n', 'only manifests of Longshore belong here'],
    ['a: 1\nb: 2', 'found a mapping with a, b, expected a manifest'],
  ])('%s is no manifest and it says what it is', (text, message) => {
    expect(problemsIn(text)).toEqual([expect.stringContaining(message)]);
  });

  test('names that are no DNS labels, references in metadata, unknown sections', () => {
    expect(problemsIn(cluster('{}', 'Main'))[0]).toContain('found "Main", expected a text that matches');
    expect(problemsIn(cluster('{}', 'a'.repeat(64)))[0]).toContain('64 characters, expected 1 to 63 characters');
    expect(problemsIn(cluster('{}', '"${Cluster/x:name}"'))[0]).toContain('references can stand in spec only');
    expect(problemsIn(`${cluster('{}')}sepc: {}\n`)).toEqual([
      'f.yaml:5:1: /sepc: unknown field "sepc" (did you mean "spec"?)',
    ]);
  });

  test('numbers that JSON cannot carry exactly', () => {
    expect(problemsIn(cluster('{tags: {id: 12345678901234567890}}'))).toEqual([
      'f.yaml:4:19: /spec/tags/id: found 12345678901234567890, which is too large for an exact number: put it in quotes if it is a text',
    ]);
    expect(problemsIn(cluster('{tags: {id: .inf}}'))[0]).toContain('expected a number that JSON has');
  });
});

describe('what is warned of', () => {
  test('plain words that kubectl reads as booleans, as keys and as values', () => {
    expect(warningsIn(cluster('{tags: {on: "x", answer: no}}'))).toEqual([
      'f.yaml:4:15: /spec/tags/on: the key on is the text "on" here, and a boolean to kubectl: put it in quotes',
      'f.yaml:4:32: /spec/tags/answer: no is the text "no" here, and a boolean to kubectl: put it in quotes, or write false',
    ]);
  });

  test('nothing, where a problem at the same place says it', () => {
    const { problems, warnings } = parse({ 'f.yaml': cluster('{executeCommand: {encrypted: yes}}') });
    expect(problems.map(formatProblem)[0]).toContain('expected true or false: write true, without quotes');
    expect(warnings).toEqual([]);
  });

  test('annotations of ours that mean nothing, with the nearest that does', () => {
    const text = cluster('{}').replace(
      '{name: main}',
      '{name: main, annotations: {longshore.dev/adpt: "true", longshore.dev/adopt: "true", longshore.dev/ignore-LS1001: why, other: x}}',
    );
    expect(warningsIn(text)).toEqual([
      'f.yaml:3:38: /metadata/annotations/longshore.dev~1adpt: the annotation "longshore.dev/adpt" has no meaning (did you mean "longshore.dev/adopt"?)',
    ]);
  });

  test('a status, which nobody reads', () => {
    expect(warningsIn(`${cluster('{}')}status: {}\n`)).toEqual([
      'f.yaml:5:1: /status: status is what Longshore reports; in a file it is not read',
    ]);
  });
});
