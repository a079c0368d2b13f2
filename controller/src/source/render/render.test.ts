import { chmod, mkdir, readdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { directorySource } from '../directory.ts';
import { GitSources, type GitOptions, type GitSourceOptions } from '../git.ts';
import { createRepository, temporaryFolder, writeFiles } from '../testing/gitfixture.ts';
import { hasProgram, programPath } from '../testing/renderers.ts';
import { findProgram } from '../programs.ts';
import { Renderers } from './renderers.ts';

const signal = new AbortController().signal;
const environment = { PATH: programPath };
const has = {
  kustomize: await hasProgram('kustomize'),
  kubectl: await hasProgram('kubectl'),
  helm: await hasProgram('helm'),
  prlimit: await hasProgram('prlimit'),
};

afterEach(() => vi.unstubAllEnvs());

async function setUp(files: Readonly<Record<string, string>>, options: Partial<GitOptions> = {}) {
  const root = await temporaryFolder();
  const repository = await createRepository(join(root.path, 'repository'));
  await repository.commit('first', files);
  const temporary = join(root.path, 'temporary');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const sources = new GitSources({ cacheFolder: join(root.path, 'cache'), allowFile: true, environment, ...options });
  const open = (spec: Partial<GitSourceOptions> = {}) => sources.open({ repoURL: repository.folder, ...spec });
  const render = async (spec: Partial<GitSourceOptions> = {}): Promise<string> => {
    const { files: rendered } = await open(spec).fetch(signal);
    expect(await readdir(temporary)).toEqual([]);
    return [...rendered.values()].map((bytes) => new TextDecoder().decode(bytes)).join('---\n');
  };
  const dispose = async (): Promise<void> => {
    vi.unstubAllEnvs();
    await root[Symbol.asyncDispose]();
  };
  return { root, repository, temporary, open, render, [Symbol.asyncDispose]: dispose };
}

const service = (name: string, image = 'api:1') =>
  `apiVersion: longshore.dev/v1alpha1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  task:\n    containers:\n    - name: app\n      image: ${image}\n`;

const base = { 'base/kustomization.yaml': 'resources: [api.yaml]\n', 'base/api.yaml': service('api') };
const overlays = {
  ...base,
  'prod/kustomization.yaml': 'namePrefix: prod-\nresources: [../base]\npatches: [{path: patch.yaml}]\n',
  'prod/patch.yaml':
    'apiVersion: longshore.dev/v1alpha1\nkind: Service\nmetadata: {name: api}\nspec: {desiredCount: 4}\n',
};

describe.skipIf(!has.kustomize && !has.kubectl)(
  'kustomize (skipped where neither kustomize nor kubectl is installed)',
  () => {
    test('a folder with a kustomization is rendered, with the folders that it is built upon', async () => {
      await using it = await setUp(overlays);
      const rendered = await it.render({ path: 'prod' });
      expect(rendered).toContain('name: prod-api');
      expect(rendered).toContain('desiredCount: 4');
    });

    test.skipIf(!has.kubectl)('kubectl does it where there is no kustomize', async () => {
      const root = await temporaryFolder();
      await symlink((await findProgram('kubectl', programPath)) ?? '', join(root.path, 'kubectl'));
      await writeFiles(join(root.path, 'in'), base);
      const renderers = () => Promise.resolve(new Renderers({ environment: { PATH: root.path } }));
      const source = directorySource({ folder: join(root.path, 'in'), path: 'base', renderers });
      const { files } = await source.fetch(signal);
      expect(new TextDecoder().decode(files.get('rendered-by-kustomize.yaml'))).toContain('name: api');
      await root[Symbol.asyncDispose]();
    });

    test('the spec sets names, images, labels and annotations', async () => {
      await using it = await setUp(base);
      const kustomize = {
        namePrefix: 'a-',
        nameSuffix: '-z',
        images: ['api=registry.example.com:5000/api:2'],
        commonLabels: { team: 'payments' },
        commonAnnotations: { owner: 'ann' },
      };
      const rendered = await it.render({ path: 'base', kustomize });
      for (const part of ['name: a-api-z', 'image: registry.example.com:5000/api:2', 'team: payments', 'owner: ann']) {
        expect(rendered).toContain(part);
      }
      const digest = `sha256:${'a'.repeat(64)}`;
      expect(await it.render({ path: 'base', kustomize: { images: [`api@${digest}`] } })).toContain(`api@${digest}`);
      await expect(it.render({ path: 'base', kustomize: { images: ['api'] } })).rejects.toThrow(
        /"api" is not name:newTag/,
      );
    });

    test('directory says that the files are read as they are', async () => {
      await using it = await setUp(overlays);
      expect(await it.render({ path: 'prod', directory: { include: 'patch.yaml' } })).toContain('name: api}');
    });

    test('the tree hash changes with every folder that counts, and with nothing else', async () => {
      await using it = await setUp(overlays);
      const source = it.open({ path: 'prod' });
      const first = await source.fetch(signal);
      await it.repository.commit('elsewhere', { 'other/a.yaml': 'x' });
      expect((await source.look(signal)).treeHash).toBe(first.treeHash);
      const elsewhere = await source.fetch(signal);
      expect(elsewhere).toMatchObject({ treeHash: first.treeHash, files: first.files });
      expect(elsewhere.revision).not.toBe(first.revision);
      await it.repository.commit('base', { 'base/api.yaml': service('api', 'api:2') });
      expect((await source.look(signal)).treeHash).not.toBe(first.treeHash);
      const changed = await source.fetch(signal);
      expect((await source.look(signal)).treeHash).toBe(changed.treeHash);
      expect((await it.open({ path: 'prod' }).look(signal)).treeHash).toBe(changed.treeHash);
      const other = await it.open({ path: 'prod', kustomize: { namePrefix: 'x-' } }).fetch(signal);
      expect(other.treeHash).not.toBe(changed.treeHash);
    });

    test.each([
      ['resources: ["https://127.0.0.1:1/x.yaml"]', /resources names "https:\/\/127\.0\.0\.1:1\/x\.yaml"/],
      ['resources: ["https://bot:canary@example.com/x.yaml"]', /resources names "https:\/\/example\.com\/x\.yaml"/],
      ['resources: ["github.com/kubernetes-sigs/kustomize?ref=v1"]', /not in the repository/],
      ['resources: ["git@github.com:a/b"]', /not in the repository/],
      ['bases: ["git::https://example.com/x"]', /bases names/],
      ['components: ["../../../etc"]', /components names/],
      ['resources: ["/etc/hostname"]', /resources names "\/etc\/hostname"/],
      ['resources: ["../base/api.yaml"]', /resources names "\.\.\/base\/api\.yaml"/],
      ['patches: [{path: "http://127.0.0.1:1/p"}]', /patches names/],
      ['configMapGenerator: [{name: x, files: ["k=http://127.0.0.1:1/p"]}]', /configMapGenerator names/],
      ['secretGenerator: [{name: x, envs: ["/proc/self/environ"]}]', /secretGenerator names "\/proc\/self\/environ"/],
      ['patches: ["http://127.0.0.1:1/p"]', /patches names/],
      ['patches: [{Path: "http://127.0.0.1:1/p"}]', /patches names/],
      ['commonAnnotations: &a {path: "http://127.0.0.1:1/p"}\npatches: [{<<: *a}]', /patches names/],
      ['Resources: ["https://127.0.0.1:1/x"]', /Resources is not supported/],
      ['openapi: {path: "https://127.0.0.1:1/s"}', /openapi names/],
      ['crds: ["https://127.0.0.1:1/s"]', /crds names/],
      ['generators: [exec.yaml]', /generators is not supported: it can run programs/],
      ['transformers: [exec.yaml]', /transformers is not supported/],
      ['helmCharts: [{name: x, repo: "https://example.com"}]', /helmCharts is not supported/],
      ['resources: [', /not valid YAML/],
      ['- a', /expected an object/],
    ])('%s is refused before kustomize runs', async (kustomization, expected) => {
      await using it = await setUp({ ...base, 'app/kustomization.yaml': kustomization, 'app/exec.yaml': 'x: 1' });
      await expect(it.render({ path: 'app' })).rejects.toThrow(expected);
      await expect(it.render({ path: 'app' })).rejects.toMatchObject({ code: 'RenderRefused' });
    });

    test('links, submodules and names that differ in case only are refused', async () => {
      await using it = await setUp(base);
      await symlink('/etc/hostname', join(it.repository.folder, 'base/secret.yaml'));
      await it.repository.commit('link');
      await expect(it.render({ path: 'base' })).rejects.toThrow(
        /secret\.yaml is a symbolic link to nowhere or out of the folder/,
      );
      await it.repository.git('rm', '--quiet', 'base/secret.yaml');
      await it.repository.commit('case', { 'base/API.yaml': 'x: 1' });
      await expect(it.render({ path: 'base' })).rejects.toThrow(/API\.yaml and base\/api\.yaml differ in case only/);
    });

    test('what kustomize says is told, without the folder that it ran in', async () => {
      await using it = await setUp({ 'kustomization.yaml': 'resources: [a.yaml]\nunknown: 1\n', 'a.yaml': 'kind: {' });
      await expect(it.render()).rejects.toThrow(/unknown is not supported/);
      await it.repository.commit('second', { 'kustomization.yaml': 'resources: [a.yaml]\n' });
      const error: unknown = await it.render().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'RenderFailed',
        message: expect.stringMatching(/path "\.": kustomize: .*a\.yaml/s),
      });
      expect(String(error)).not.toContain(it.temporary);
    });

    test('a plain folder is rendered as a commit is', async () => {
      const root = await temporaryFolder();
      await writeFiles(root.path, overlays);
      const renderers = () => Promise.resolve(new Renderers({ environment }));
      const { files } = await directorySource({ folder: root.path, path: 'prod', renderers }).fetch(signal);
      expect(new TextDecoder().decode(files.get('rendered-by-kustomize.yaml'))).toContain('name: prod-api');
      await expect(directorySource({ folder: root.path, path: 'prod' }).fetch(signal)).rejects.toThrow(
        /have to be rendered/,
      );
      await root[Symbol.asyncDispose]();
    });
  },
);

const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
  'chart/values.yaml': 'image: {tag: "1"}\ncount: 1\nname: plain\n',
  'chart/templates/api.yaml':
    'kind: Service\nmetadata: {name: {{ .Release.Name }}-{{ .Values.name }}}\nspec: {tag: {{ .Values.image.tag | quote }}, count: {{ .Values.count }}}\n',
  'values/prod.yaml': 'count: 3\n',
};

describe.skipIf(!has.helm)('helm (skipped where helm is not installed)', () => {
  test('a folder with a chart is rendered, named after the Application', async () => {
    await using it = await setUp(chart);
    expect(await it.render({ path: 'chart', name: 'payments' })).toContain('name: payments-plain');
  });

  test('parameters win over values, values over files, files over the chart', async () => {
    await using it = await setUp(chart);
    const helm = {
      releaseName: 'r',
      valueFiles: ['../values/prod.yaml'],
      values: 'name: inline\nimage: {tag: "2"}\n',
      parameters: [{ name: 'image.tag', value: '007', forceString: true }],
    };
    const rendered = await it.render({ path: 'chart', helm });
    expect(rendered).toContain('name: r-inline');
    expect(rendered).toContain('{tag: "007", count: 3}');
    const source = it.open({ path: 'chart', helm });
    const first = await source.fetch(signal);
    await it.repository.commit('elsewhere', { 'values/staging.yaml': 'count: 9\n' });
    expect((await source.look(signal)).treeHash).toBe(first.treeHash);
    await it.repository.commit('values', { 'values/prod.yaml': 'count: 4\n' });
    expect((await source.look(signal)).treeHash).not.toBe(first.treeHash);
  });

  test.each(['https://example.com/v.yaml', '/etc/hostname', '../../etc/hostname', 'secrets://x', 'missing.yaml'])(
    'the value file %s is refused',
    async (file) => {
      await using it = await setUp(chart);
      await expect(it.render({ path: 'chart', helm: { valueFiles: [file] } })).rejects.toThrow(
        /is not in the repository/,
      );
    },
  );

  test('a value file whose name is two for helm is refused', async () => {
    await using it = await setUp({ ...chart, 'chart/a': 'count: 1', 'chart/a,/etc/hostname': 'count: 2' });
    await expect(it.render({ path: 'chart', helm: { valueFiles: ['a,/etc/hostname'] } })).rejects.toThrow(
      /is not in the repository, or holds a comma/,
    );
  });

  test('a dependency that is not committed is refused, and nobody is asked for it', async () => {
    await using it = await setUp(chart);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const dependencies = `dependencies: [{name: lib, version: 1.0.0, repository: "${repository}"}]\n`;
    await it.repository.commit('dependency', { 'chart/Chart.yaml': chart['chart/Chart.yaml'] + dependencies });
    await expect(it.render({ path: 'chart' })).rejects.toThrow(
      /the dependency "lib" is not in charts\/, and nothing is fetched/,
    );
    await it.repository.commit('committed', {
      'chart/charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
    });
    expect(await it.render({ path: 'chart' })).toContain('kind: Service');
    expect(asked).toEqual([]);
    server.close();
  });

  test('templates see nothing of the controller and reach no host', async () => {
    vi.stubEnv('LONGSHORE_CANARY', 'canary');
    const template = 'a: {{ env "LONGSHORE_CANARY" | quote }}\n';
    await using it = await setUp({ ...chart, 'chart/templates/api.yaml': template });
    await expect(it.render({ path: 'chart' })).rejects.toThrow(/function "env" not defined/);
    await it.repository.commit('dns', { 'chart/templates/api.yaml': 'a: {{ getHostByName "localhost" | quote }}\n' });
    expect(await it.render({ path: 'chart' })).toContain('a: ""');
    await it.repository.commit('lookup', {
      'chart/templates/api.yaml': 'a: {{ lookup "v1" "Secret" "" "" | toJson }}\n',
    });
    expect(await it.render({ path: 'chart' })).toContain('a: {}');
  });

  test('a release name that is none is refused', async () => {
    await using it = await setUp(chart);
    await expect(it.render({ path: 'chart', name: '--post-renderer=/bin/sh' })).rejects.toThrow(
      /is not a name of at most 53/,
    );
  });

  test('a template that never ends is ended, and one that needs too much memory as well', async () => {
    const many = '{{ range until 100000000 }}{{ range until 100000000 }}{{ end }}{{ end }}';
    const renderers = new Renderers({ environment, timeoutMs: 1_000 });
    await using it = await setUp({ ...chart, 'chart/templates/api.yaml': many }, { renderers });
    await expect(it.render({ path: 'chart' })).rejects.toThrow(
      /helm: it (did not end within 1 s|needs more than|used the processor)/,
    );
  });
});

describe('renderers', () => {
  test('a folder that is a kustomization and a chart is neither until the spec says so', async () => {
    await using it = await setUp({ 'kustomization.yaml': 'resources: []', 'Chart.yaml': 'name: x' });
    await expect(it.render()).rejects.toThrow(/holds both Chart\.yaml and kustomization\.yaml; say one of/);
    await expect(it.render({ kustomize: {}, helm: {} })).rejects.toThrow(/names both kustomize and helm/);
  });

  test.each([
    ['kustomize', /install kustomize \(.*\) or kubectl/],
    ['helm', /install helm/],
  ])('a missing %s says what to install', async (kind, expected) => {
    await using root = await temporaryFolder();
    await using it = await setUp({ 'a.yaml': 'x' });
    const renderers = new Renderers({ environment: { PATH: root.path } });
    const sources = new GitSources({ cacheFolder: join(root.path, 'cache'), allowFile: true, environment, renderers });
    const fetching = sources.open({ repoURL: it.repository.folder, [kind]: {} }).fetch(signal);
    await expect(fetching).rejects.toThrow(expected);
  });

  /** Renders with a program that does what we say. */
  async function withProgram(
    script: string,
    limits: { readonly timeoutMs?: number; readonly memoryBytes?: number } = {},
  ) {
    const it = await setUp(base);
    const bin = join(it.root.path, 'bin');
    await writeFiles(bin, { kustomize: `#!/bin/sh\n${script}\n` });
    await chmod(join(bin, 'kustomize'), 0o755);
    const renderers = new Renderers({ environment: { PATH: `${bin}:${programPath}` }, ...limits });
    const cacheFolder = join(it.root.path, 'other');
    const sources = new GitSources({ cacheFolder, allowFile: true, environment, renderers });
    const source = sources.open({ repoURL: it.repository.folder, path: 'base' });
    return { ...it, source };
  }

  test('one that hangs is ended, and leaves nothing', async () => {
    await using it = await withProgram('exec /bin/sleep 60', { timeoutMs: 200 });
    await expect(it.source.fetch(signal)).rejects.toThrow(/kustomize: it did not end within 0\.2 s/);
    expect(await readdir(it.temporary)).toEqual([]);
  });

  test('an abort ends it, and leaves nothing', async () => {
    await using it = await withProgram('/usr/bin/touch "$HOME/../started"; exec /bin/sleep 60');
    const leaving = new AbortController();
    const fetching = it.source.fetch(leaving.signal);
    await vi.waitFor(async () => {
      const [folder = ''] = await readdir(it.temporary);
      expect(await readdir(join(it.temporary, folder))).toContain('started');
    });
    leaving.abort(new Error('leaving'));
    await expect(fetching).rejects.toThrow('leaving');
    await vi.waitFor(async () => expect(await readdir(it.temporary)).toEqual([]));
  });

  test('endless output is cut off', async () => {
    await using it = await withProgram('exec /bin/cat /dev/zero');
    await expect(it.source.fetch(signal)).rejects.toThrow(/it wrote more than \d+ bytes/);
  });

  test('it gets an environment of its own, and nothing on PATH', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary');
    await using it = await withProgram('/usr/bin/env; /bin/ls -la "$PATH"');
    const { files } = await it.source.fetch(signal);
    const seen = new TextDecoder().decode(files.get('rendered-by-kustomize.yaml'));
    const names = [...seen.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(names).toContain('GOMEMLIMIT');
    expect(seen).not.toContain('canary');
    expect(seen).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m);
    expect(seen).toMatch(/^drwx------ .* \.$/m);
  });

  test('a long complaint is cut', async () => {
    await using it = await withProgram('/usr/bin/head -c 100000 /dev/zero | /usr/bin/tr "\\\\0" x >&2; exit 3');
    const error: unknown = await it.source.fetch(signal).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/xxx\.\.\. \(100000 characters\)/);
    expect(String(error).length).toBeLessThan(2_500);
  });

  test.skipIf(!has.prlimit)('memory is capped where there is prlimit', async () => {
    const hungry = 'exec /bin/dd if=/dev/zero of=/dev/null bs=1G count=1';
    await using it = await withProgram(hungry, { memoryBytes: 256 * 1024 * 1024 });
    await expect(it.source.fetch(signal)).rejects.toThrow(/it needs more than 268435456 bytes of memory/);
  });
});
