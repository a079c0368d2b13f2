import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifests } from './parse.ts';
import { cluster, parse, problemsIn } from './testing.ts';

const isTotal = (bytes: Uint8Array) => {
  const { manifests, problems, warnings } = parseManifests(new Map([['f.yaml', bytes]]));
  for (const { position } of [...problems, ...warnings]) {
    expect(position.line).toBeGreaterThan(0);
    expect(position.column).toBeGreaterThan(0);
  }
  for (const manifest of manifests) expect(manifest.positionOf('/spec/nowhere').line).toBeGreaterThan(0);
};

test('aliases of aliases end at the limit, as one problem', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const items = level === 0 ? 'x' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array.from({ length: 10 }, () => items).join(', ')}]`;
  });
  expect(problemsIn(levels.join('\n'))).toEqual(['f.yaml:1:1: its aliases expand to more than 100000 values']);
});

test('an alias inside of what it names is a problem', () => {
  expect(problemsIn(cluster('&s {tags: *s}'))).toEqual([
    'f.yaml:4:17: /spec/tags: this alias names a value that it is a part of',
  ]);
});

test.each([
  ['lists in flow style', '['.repeat(100_000)],
  ['mappings in flow style', '{a: '.repeat(50_000)],
  ['lists in block style', '- '.repeat(50_000)],
  ['keys in keys', '? '.repeat(50_000)],
])('a hundred thousand %s inside each other are one problem, and the process lives', (_, text) => {
  expect(problemsIn(text)).toEqual([
    expect.stringContaining('found more than 64 mappings and lists inside each other'),
  ]);
});

test('the sizes of a file and of all files are limited', () => {
  const file = cluster('{}');
  expect(problemsIn(file, { limits: { fileBytes: 10 } })).toEqual([
    `f.yaml:1:1: found ${file.length} bytes, expected at most 10 in a file`,
  ]);
  const { manifests, problems } = parse(
    { a: cluster('{}', 'a'), b: cluster('{}', 'b') },
    { limits: { totalBytes: file.length } },
  );
  expect(manifests).toHaveLength(1);
  expect(problems).toMatchObject([{ position: { file: 'b' }, message: expect.stringContaining('more than') }]);
});

test('the number of documents is limited, and items of lists count', () => {
  const documents = ['a', 'b', 'c'].map((name) => cluster('{}', name)).join('---\n');
  expect(problemsIn(documents, { limits: { documents: 2 } })).toEqual(['f.yaml:11:1: found more than 2 documents']);
  expect(problemsIn('kind: List\nitems: [1, 2, 3]', { limits: { documents: 2 } })).toContainEqual(
    expect.stringContaining('found more than 2 documents'),
  );
});

describe('whatever the bytes are, it ends with manifests, problems and warnings', () => {
  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), isTotal), { numRuns: 500 });
  });

  test('random YAML', () => {
    const bits = [
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&x ',
      '*x',
      '<<: ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '? ',
      '!t ',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '\t',
      '\r\n',
      '${param.x}',
      '$${',
      '~',
      '0x1',
      '1e9',
      '\u{0}',
      '\u{FEFF}',
      '\u{1F600}',
    ];
    const text = fc.array(fc.constantFrom(...bits), { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (yaml) => isTotal(new TextEncoder().encode(yaml))),
      { numRuns: 1500 },
    );
  });

  test('a valid manifest with a few bytes changed', () => {
    const valid = new TextEncoder().encode(
      cluster('\n  tags: {a: b}\n  capacityProviders:\n  - FARGATE\n  nameOverride: "${Cluster/x:arn}"'),
    );
    const change = fc.record({ at: fc.nat({ max: valid.length - 1 }), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(valid);
        for (const { at, to } of changes) bytes[at] = to;
        isTotal(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
