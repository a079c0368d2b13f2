import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadFolder, run, runSmall, saysOf } from './entry.ts';
import { cluster, head } from './manifests.ts';

const MEBIBYTE = 1024 * 1024;

describe('duplicate keys', () => {
  test('in a mapping, in JSON and at the top: both places', async () => {
    expect(await saysOf(cluster('main', '{tags: {a: x, b: z, a: z}}'))).toEqual([
      'f.yaml:4:27: /spec/tags/a: the key "a" is here twice (first in line 4)',
    ]);
    expect(await saysOf('{\n"kind": "Cluster",\n"kind": "Cluster"}')).toContain(
      'f.yaml:3:1: /kind: the key "kind" is here twice (first in line 2)',
    );
    expect(await saysOf(`${cluster('main')}spec: {}\n`)).toEqual([
      'f.yaml:5:1: /spec: the key "spec" is here twice (first in line 4)',
    ]);
  });

  test('two manifests of one name, across files', async () => {
    using folder = new BadFolder().write({ 'a.yaml': cluster('main'), 'b.yaml': cluster('main') });
    expect(await run(folder, 'validate', '.')).toEqual({
      code: 2,
      lines: [
        'b.yaml:3:18: /metadata/name: Cluster/main is here twice (first at a.yaml:3:18)',
        '1 valid manifest in 2 files, 1 problem',
      ],
    });
  });
});

describe('alias bombs', () => {
  const laughs = (level: (below: string) => string) =>
    Array.from({ length: 30 }, (_, n) => `l${n}: &l${n} ${n === 0 ? '{x: 1}' : level(`*l${n - 1}`)}`).join('\n');

  test.each([
    ['lists of aliases', laughs((below) => `[${below}, ${below}, ${below}, ${below}]`)],
    ['mappings of aliases', laughs((below) => `{a: ${below}, b: ${below}, c: ${below}}`)],
    ['merge keys', laughs((below) => `{<<: ${below}, a: ${below}, b: ${below}}`)],
    ['a list that is merged ten thousand times', `a: &a {x: 1}\nb: &b [${'*a, '.repeat(10_000)}]\n${merges(200)}`],
  ])('%s end at the limit, within a small heap', async (_, text) => {
    using folder = new BadFolder().write({ 'f.yaml': text });
    const { code, lines, seconds } = await runSmall(folder, 'validate', 'f.yaml');
    expect(lines[0]).toBe('f.yaml:1:1: its aliases expand to more than 100000 values');
    expect(code).toBe(2);
    expect(seconds).toBeLessThan(10);
  });

  test('an alias inside of what it names, and one that names nothing', async () => {
    expect(await saysOf(cluster('main', '&s {tags: *s}'))).toEqual([
      'f.yaml:4:17: /spec/tags: this alias names a value that it is a part of',
    ]);
    expect(await saysOf(cluster('main', '{tags: *t}'))).toEqual([
      'f.yaml:4:14: /spec/tags: found *t, but nothing is named &t before it',
    ]);
  });

  test('a hundred thousand brackets are refused before anything recurses', async () => {
    expect(await saysOf(`a: ${'['.repeat(100_000)}`)).toEqual([
      'f.yaml:1:68: found more than 64 mappings and lists inside each other, expected no manifest so deep',
    ]);
  });
});

describe('200 MB files are refused by their size, unread', () => {
  const huge = 200 * MEBIBYTE;

  test.each([
    ['among others', 'deploy/a.yaml', ['validate', 'deploy'], /a\.yaml has 209715200 bytes, at most 4194304 are read/u],
    ['named itself', 'a.yaml', ['validate', 'a.yaml'], /a\.yaml has 209715200 bytes, at most 2097152 are read/u],
    ['as an Application', 'application.yaml', ['plan', '.'], /application\.yaml has 209715200 bytes, at most 2097152/u],
    [
      'as a saved plan',
      'p.json',
      ['apply', '--yes', 'p.json'],
      /p\.json has 209715200 bytes, at most 67108864 are read/u,
    ],
  ])('%s', async (_, file, args, message) => {
    using folder = new BadFolder().sparse(file, huge);
    const { code, lines, mebibytes } = await runSmall(folder, ...args);
    expect(lines).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
    expect(mebibytes).toBeLessThan(220);
  });

  test('and one of 3 MB has a place', async () => {
    using folder = new BadFolder().sparse('deploy/a.yaml', 3 * MEBIBYTE);
    expect((await run(folder, 'validate', 'deploy')).lines[0]).toBe(
      'deploy/a.yaml:1:1: found 3145728 bytes, expected at most 2097152 in a file',
    );
  });
});

describe('what is no file', () => {
  test.each([
    ['a pipe as PATH', 'f.yaml', 'f.yaml', /f\.yaml is neither a file nor a folder/u],
    ['a pipe as application.yaml', 'application.yaml', '.', /application\.yaml is not a regular file/u],
    ['a pipe among the manifests', 'deploy.yaml', '.', /deploy\.yaml is not a regular file/u],
  ])('%s is refused, not waited for', async (_, name, path, message) => {
    using folder = new BadFolder();
    execFileSync('mkfifo', [join(folder.path, name)]);
    const { code, lines } = await runSmall(folder, 'validate', path, '--app', 'web');
    expect(lines).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
  });
});

test('what lies beside the file that is named does not matter', async () => {
  using folder = new BadFolder().write({ 'f.yaml': cluster('main'), 'bad.yaml': '{{ x }}', 'worse.yaml': '\u{0}' });
  symlinkSync('nowhere', join(folder.path, 'link.yaml'));
  expect(await run(folder, 'validate', 'f.yaml')).toEqual({ code: 0, lines: ['1 valid manifest in 1 file'] });
});

describe('tabs, byte order marks, line ends', () => {
  test('a tab as indentation, with the remedy', async () => {
    expect(await saysOf(`${head('Cluster', 'main')}spec:\n\ttags: {}\n`)).toEqual([
      'f.yaml:5:1: not valid YAML: tabs are not allowed as indentation; indent with spaces',
    ]);
  });

  test('a byte order mark and CRLF change neither values nor places', async () => {
    const text = `\u{FEFF}${cluster('main', '{tgas: {}}')}`.replaceAll('\n', '\r\n');
    expect(await saysOf(text)).toEqual(['f.yaml:4:8: /spec/tgas: unknown field "tgas" (did you mean "tags"?)']);
    expect(await saysOf(text.replace('tgas', 'tags'))).toEqual([]);
  });
});

describe('wrong encodings, at the first byte that is wrong', () => {
  test.each([
    [
      'UTF-16 LE with its mark',
      Buffer.from(`\u{FEFF}${cluster('main')}`, 'utf16le'),
      '1:1: found UTF-16, expected UTF-8',
    ],
    [
      'UTF-16 LE without a mark',
      Buffer.from(cluster('main'), 'utf16le'),
      '1:2: found the byte 0x00, expected text in UTF-8: this is UTF-16 or no text at all',
    ],
    [
      'UTF-16 BE without a mark',
      Buffer.from(cluster('main'), 'utf16le').swap16(),
      '1:1: found the byte 0x00, expected text in UTF-8: this is UTF-16 or no text at all',
    ],
    [
      'Latin-1',
      Buffer.from(cluster('main', '{tags: {city: Z\u{FC}rich}}'), 'latin1'),
      '4:22: found the byte 0xfc, which is not UTF-8',
    ],
    [
      'gzip',
      gzipSync(cluster('main')),
      '1:4: found the byte 0x00, expected text in UTF-8: this is UTF-16 or no text at all',
    ],
    [
      'a zero in the middle',
      Buffer.from(cluster('main', '{tags: {a: "x\u{0}"}}')),
      '4:20: found the byte 0x00, expected text in UTF-8: this is UTF-16 or no text at all',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await saysOf(bytes)).toEqual([`f.yaml:${message}`]);
  });
});

test('YAML 1.1 booleans, octal numbers and large ones are what YAML 1.2 says, with a warning or a remedy', async () => {
  const spec = `{containerInsights: yes, tags: {no: a, a: off, b: 0755, c: 12345678901234567890, d: 1:30, e: 2026-01-31}}`;
  expect(await saysOf(cluster('main', spec))).toEqual([
    'warning f.yaml:4:39: /spec/tags/no: the key no is the text "no" here, and a boolean to kubectl: put it in quotes',
    'warning f.yaml:4:49: /spec/tags/a: off is the text "off" here, and a boolean to kubectl: put it in quotes, or write false',
    'f.yaml:4:27: /spec/containerInsights: found "yes", expected one of disabled, enabled, enhanced',
    'f.yaml:4:57: /spec/tags/b: found 755, expected a text: put it in quotes',
    'f.yaml:4:66: /spec/tags/c: found 12345678901234567890, which is too large for an exact number: put it in quotes if it is a text',
  ]);
});

test('empty files and documents are nothing, and that is valid', async () => {
  const empty = {
    'a.yaml': '',
    'b.yaml': '# only\n',
    'c.yaml': '---\n---\n...\n',
    'd.json': '  \n',
    'e.yaml': '\u{FEFF}',
  };
  using folder = new BadFolder().write(empty);
  expect(await run(folder, 'validate', '.', '--app', 'web')).toEqual({
    code: 0,
    lines: ['0 valid manifests in 5 files'],
  });
});

describe('unknown kinds and versions', () => {
  test.each([
    [
      'a mistyped kind',
      cluster('main').replace('Cluster', 'Clutser'),
      '2:7: /kind: unknown kind "Clutser" (did you mean "Cluster"?)',
    ],
    [
      'a newer version of ours',
      cluster('main').replace('v1alpha1', 'v1'),
      '1:13: /apiVersion: found "longshore.dev/v1", expected longshore.dev/v1alpha1',
    ],
    [
      'an object of Kubernetes',
      'apiVersion: apps/v1\nkind: Deployment\n',
      '1:13: /apiVersion: found "apps/v1", expected longshore.dev/v1alpha1: only manifests of Longshore belong here (directory.exclude leaves files out)',
    ],
    [
      'a version that is a number',
      cluster('main').replace(/longshore.*1/u, '1'),
      '1:13: /apiVersion: found 1, expected longshore.dev/v1alpha1: only manifests of Longshore belong here (directory.exclude leaves files out)',
    ],
    [
      'a kind that is a list',
      cluster('main').replace('Cluster', '[Cluster]'),
      '2:7: /kind: found a list, expected one of Application, ApplicationSet, Project, ControllerConfiguration, Cluster, Service, Job, LoadBalancer, ListenerRule, TargetGroup, ScalingPolicy',
    ],
  ])('%s', async (_, text, message) => {
    expect(await saysOf(text)).toEqual([`f.yaml:${message}`]);
  });
});

describe('kind: List', () => {
  const item = (text: string) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;

  test('is what stands in it, also a list in a list', async () => {
    const inner = `apiVersion: v1\nkind: List\nitems:\n${item(cluster('b'))}`;
    using folder = new BadFolder().write({
      'f.yaml': `apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n${item(cluster('a'))}${item(inner)}`,
    });
    expect((await run(folder, 'validate', 'f.yaml')).lines).toEqual(['2 valid manifests in 1 file']);
  });

  test('problems have the place and the path of the item', async () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n${item(cluster('a'))}${item(cluster('b', '{tgas: {}}'))}- 7\n`;
    expect(await saysOf(text)).toEqual([
      'f.yaml:11:10: /items/1/spec/tgas: unknown field "tgas" (did you mean "tags"?)',
      'f.yaml:12:3: /items/2: found 7, expected a manifest: a mapping with apiVersion, kind, metadata and spec',
    ]);
    expect(await saysOf('kind: List\nitems: {}\n')).toEqual(['f.yaml:2:8: /items: found a mapping, expected a list']);
  });
});

describe('cyclic references', () => {
  const tagged = (name: string, other: string) => cluster(name, `{tags: {a: "\${Cluster/${other}:name}"}}`);

  test('name the way round', async () => {
    expect(await saysOf([tagged('a', 'b'), tagged('b', 'c'), tagged('c', 'a')].join('---\n'))).toEqual([
      'f.yaml:4:7: /spec: circular references: Cluster/a -> Cluster/b -> Cluster/c -> Cluster/a',
    ]);
  });

  test('a resource that refers to itself', async () => {
    expect(await saysOf(tagged('a', 'a'))).toEqual(['f.yaml:4:7: /spec: circular references: Cluster/a -> Cluster/a']);
  });

  test('ten thousand resources in one row are no cycle, and closed to a ring they are one', async () => {
    const row = Array.from({ length: 10_000 }, (_, n) => (n === 0 ? cluster('c0') : tagged(`c${n}`, `c${n - 1}`)));
    using folder = new BadFolder().write({ 'row.yaml': row.join('---\n') });
    expect((await runSmall(folder, 'validate', 'row.yaml')).lines).toEqual(['10000 valid manifests in 1 file']);
    folder.write({ 'ring.yaml': [tagged('c0', 'c9999'), ...row.slice(1)].join('---\n') });
    const { lines } = await runSmall(folder, 'validate', 'ring.yaml');
    expect(lines[0]).toMatch(
      /^ring\.yaml:4:7: \/spec: circular references: Cluster\/c0 -> Cluster\/c9999 -> .*\(9989 more\) -> Cluster\/c1 -> Cluster\/c0$/u,
    );
  });
});

describe('many documents', () => {
  test('ten thousand in one file', async () => {
    const documents = Array.from({ length: 10_000 }, (_, n) => cluster(`c${n}`)).join('---\n');
    using folder = new BadFolder().write({ 'f.yaml': documents });
    const { lines, seconds, mebibytes } = await runSmall(folder, 'validate', 'f.yaml');
    expect(lines).toEqual(['10000 valid manifests in 1 file']);
    expect(seconds).toBeLessThan(20);
    expect(mebibytes).toBeLessThan(400);
  });

  test('ten thousand wrong ones are ten thousand places', async () => {
    const documents = Array.from({ length: 10_000 }, (_, n) => cluster(`c${n}`, '{tgas: {}}')).join('---\n');
    using folder = new BadFolder().write({ 'f.yaml': documents });
    const { code, lines } = await runSmall(folder, 'validate', 'f.yaml');
    expect(lines).toHaveLength(10_001);
    expect(lines[9_999]).toBe('f.yaml:49999:8: /spec/tgas: unknown field "tgas" (did you mean "tags"?)');
    expect(code).toBe(2);
  });

  test('more than twenty thousand, or five thousand files, are refused', async () => {
    using folder = new BadFolder().write({ 'f.yaml': `kind: List\nitems: [${'1, '.repeat(20_001)}]` });
    expect((await run(folder, 'validate', 'f.yaml')).lines).toContain('f.yaml:1:1: found more than 20000 documents');
    using files = new BadFolder().write(
      Object.fromEntries(Array.from({ length: 5_001 }, (_, n) => [`d/c${n}.yaml`, cluster(`c${n}`)])),
    );
    await expect(run(files, 'validate', 'd')).rejects.toThrow(/more than 5000 manifests are not read/u);
  });
});

function merges(count: number): string {
  return Array.from({ length: count }, (_, n) => `m${n}: {<<: *b}`).join('\n');
}
