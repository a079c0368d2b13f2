import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RecordingIo, recordingIo } from '../testing/recording-io.ts';
import { register } from './validate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-validate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function validate(...args: readonly string[]): Promise<RecordingIo> {
  const io = recordingIo({ cwd: folder });
  const program = new Command().exitOverride();
  register(program, io);
  await program.parseAsync(['validate', ...args], { from: 'user' });
  return io;
}

const head = (kind: string, name: string) =>
  `apiVersion: longshore.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
const cluster = `${head('Cluster', 'main')}spec: {}\n`;
const service = (name: string) => `${head('Service', 'api')}spec:
  cluster: ${name}
  task:
    containers:
      - {name: web, image: "example/web@sha256:${'0'.repeat(64)}"}
`;

const application = (source: string) => `${head('Application', 'web')}spec:\n  source: ${source}\n`;

test('a valid folder: says how many manifests in how many files, and exits 0', async () => {
  write({ 'manifests/a.yaml': cluster, 'manifests/deep/b.yaml': service('main') });
  const io = await validate('manifests');
  expect(io.errText()).toBe('');
  expect(io.outText()).toBe('2 valid manifests in 2 files\n');
  expect(io.code()).toBe(0);
});

test('problems of all files, with paths from the working directory, and exit 2', async () => {
  write({ 'manifests/a.yaml': `${head('Cluster', 'main')}spec: {tgas: {}}\n`, 'manifests/b.yaml': 'kind: Nothing\n' });
  const io = await validate('manifests');
  expect(io.errText()).toBe(
    [
      'manifests/a.yaml:4:8: /spec/tgas: unknown field "tgas" (did you mean "tags"?)',
      'manifests/b.yaml:1:1: the field "apiVersion" is missing, expected longshore.dev/v1alpha1',
      'manifests/b.yaml:1:7: /kind: unknown kind "Nothing", expected one of Application, ApplicationSet, Project, ControllerConfiguration, Cluster, Service, Job, LoadBalancer, ListenerRule, TargetGroup, ScalingPolicy',
      '0 valid manifests in 2 files, 3 problems',
      '',
    ].join('\n'),
  );
  expect(io.outText()).toBe('');
  expect(io.code()).toBe(2);
});

describe('references', () => {
  test('a resource that is named bare and is not there, with the nearest name', async () => {
    write({ 'a.yaml': cluster, 'b.yaml': service('mian') });
    const io = await validate('.');
    expect(io.errText()).toContain(
      'b.yaml:5:12: /spec/cluster: "mian" refers to Cluster/mian, which this Application does not have (did you mean "main"?)',
    );
    expect(io.code()).toBe(2);
  });

  test('an expression that names what is not there', async () => {
    write({ 'a.yaml': `${head('Cluster', 'main')}spec: {tags: {a: "\${Service/api:name}"}}\n` });
    expect((await validate('.')).errText()).toContain('refers to Service/api, which this Application does not have');
  });

  test('resources that wait for each other', async () => {
    write({ 'a.yaml': cluster.replace('{}', '{tags: {a: "${Service/api:name}"}}'), 'b.yaml': service('main') });
    const io = await validate('.');
    expect(io.errText()).toContain('circular references: ');
    expect(io.code()).toBe(2);
  });
});

describe('lint', () => {
  const moving = service('main').replace(/example[^"]*/, 'example/web:latest');

  test('a finding has its code and place; a warning alone exits 0', async () => {
    write({ 'a.yaml': cluster, 'b.yaml': moving });
    const io = await validate('.');
    expect(io.errText()).toMatch(/^warning LS1002 b\.yaml:8:\d+: \/spec\/task\/containers\/0\/image: /m);
    expect(io.outText()).toBe('2 valid manifests in 2 files, 1 warning\n');
    expect(io.code()).toBe(0);
  });

  test('an annotation with a reason silences it', async () => {
    const reason = 'name: api, annotations: {longshore.dev/ignore-LS1002: "a demo"}';
    write({ 'a.yaml': cluster, 'b.yaml': moving.replace('name: api', reason) });
    expect((await validate('.')).errText()).toBe('');
  });
});

describe('an Application', () => {
  test('leads to its manifests, with its parameters', async () => {
    const source = '{repoURL: ., path: manifests, parameters: {tag: enabled}}';
    write({
      'application.yaml': application(source),
      'manifests/a.yaml': cluster.replace('{}', '{containerInsights: "${param.tga}"}'),
    });
    const io = await validate('application.yaml');
    expect(io.errText()).toContain(
      'manifests/a.yaml:4:27: /spec/containerInsights: found ${param.tga}, expected ${param.tag} (did you mean "tag"?)',
    );
  });

  test('whose repository is elsewhere is checked by itself, and that is said', async () => {
    write({ 'application.yaml': application('{repoURL: https://git.example.com/x.git}') });
    const io = await validate('application.yaml');
    expect(io.errText()).toContain('its manifests in https://git.example.com/x.git are not looked at');
    expect(io.code()).toBe(0);
  });

  test('that is not valid itself is a problem, and other paths are still looked at', async () => {
    write({ 'application.yaml': application('{repoUrl: .}'), 'manifests/a.yaml': 'a: 1\n' });
    const io = await validate('application.yaml', 'manifests');
    expect(io.errText()).toContain(
      'application.yaml:5:12: /spec/source/repoUrl: unknown field "repoUrl" (did you mean "repoURL"?)',
    );
    expect(io.errText()).toContain('manifests/a.yaml:1:1: found a mapping with a, expected a manifest');
    expect(io.code()).toBe(2);
  });
});

test('parameters of the command line count; without any, every parameter stands for anything', async () => {
  write({ 'a.yaml': cluster.replace('{}', '{containerInsights: "${param.insights}"}') });
  expect((await validate('.')).code()).toBe(0);
  expect((await validate('.', '--param', 'insights=enhanced')).code()).toBe(0);
  expect((await validate('.', '--param', 'insights=nope')).errText()).toContain('found "nope", expected one of');
  expect((await validate('.', '--param', 'other=1')).errText()).toContain(
    'found ${param.insights}, expected ${param.other}',
  );
});

test('without parameters it says which ones the manifests need, so that a mistyped one is seen', async () => {
  const spec = '{nameOverride: "${param.name}-$${param.no}", tags: {a: "${param.name}", b: "${param.nmae}"}}';
  write({ 'a.yaml': cluster.replace('{}', () => spec) });
  const io = await validate('.');
  expect(io.errText()).toBe(
    'note: no parameters are given, and the manifests need name (a.yaml:4:22), nmae (a.yaml:4:82)\n',
  );
  expect(io.code()).toBe(0);
  expect((await validate('.', '--param', 'name=x')).errText()).toContain('found ${param.nmae}, expected ${param.name}');
  expect(JSON.parse((await validate('.', '-o', 'json')).outText())).toMatchObject({
    parameters: [{ name: 'name', file: 'a.yaml', line: 4, column: 22 }, { name: 'nmae' }],
  });
});

test('-o json is one object with places', async () => {
  write({ 'a.yaml': `${head('Cluster', 'main')}spec: {containerInsights: enabeld, tags: {on: x}}\n` });
  const io = await validate('.', '-o', 'json');
  expect(JSON.parse(io.outText())).toEqual({
    valid: false,
    manifests: 0,
    files: 1,
    problems: [
      {
        file: 'a.yaml',
        line: 4,
        column: 27,
        path: '/spec/containerInsights',
        message: 'found "enabeld", expected one of disabled, enabled, enhanced (did you mean "enabled"?)',
      },
    ],
    warnings: [expect.objectContaining({ file: 'a.yaml', line: 4, path: '/spec/tags/on' })],
    findings: [],
    parameters: [],
  });
  expect(io.errText()).toBe('');
  expect(io.code()).toBe(2);
});
