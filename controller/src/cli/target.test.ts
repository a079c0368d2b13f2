import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { targetOf } from './target.ts';
import { recordingIo } from './testing/recording-io.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longshore-target-'));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<string> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  return file;
}

function application(name: string, source = '{repoURL: .}'): string {
  return `apiVersion: longshore.dev/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  source: ${source}\n`;
}

const CLUSTER = 'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: main}\nspec: {}\n';
const NONE = { param: {} };

function target(path: string, options: Parameters<typeof targetOf>[1] = NONE): ReturnType<typeof targetOf> {
  return targetOf(path, options, recordingIo({ cwd: root }));
}

it('reads an Application manifest, its local path resolved against the file', async () => {
  const file = await write('apps/shop.yaml', application('shop', '{repoURL: ../deploy, path: prod}'));
  expect(await target(file)).toMatchObject({
    name: 'shop',
    spec: { source: { repoURL: join(root, 'deploy'), path: 'prod' } },
  });
});

it('leaves addresses of repositories as they are', async () => {
  for (const repoURL of ['https://git.example.com/a.git', 'git@git.example.com:a.git', 'file:///srv/a.git']) {
    const file = await write('application.yaml', application('shop', `{repoURL: "${repoURL}"}`));
    expect((await target(file)).spec.source.repoURL).toBe(repoURL);
  }
});

it('takes the application.yaml of a folder', async () => {
  await write('application.yaml', application('shop'));
  expect((await target(root)).name).toBe('shop');
});

it('makes an Application of a folder of manifests, named after it', async () => {
  await write('web/cluster.yaml', CLUSTER);
  const { name, spec } = await target(join(root, 'web'));
  expect(name).toBe('web');
  expect(spec.source).toMatchObject({ repoURL: join(root, 'web'), directory: { recurse: true } });
  expect(spec.syncPolicy).toBeUndefined();
});

it('makes an Application of a single file of manifests, and of no other file beside it', async () => {
  const file = await write('cluster.yaml', CLUSTER);
  expect((await target(file)).spec.source).toMatchObject({ repoURL: root, directory: { include: 'cluster.yaml' } });
});

it('names the Application as --app says', async () => {
  const file = await write('cluster.yaml', CLUSTER);
  expect((await target(file, { param: {}, app: 'shop' })).name).toBe('shop');
});

it('refuses a name that AWS and Kubernetes would not take, and says what to do', async () => {
  await mkdir(join(root, 'My Folder'));
  await expect(target(join(root, 'My Folder'))).rejects.toThrow(/"My Folder" cannot name an Application.*--app/u);
});

it('lets --param and --region win over the manifest', async () => {
  const file = await write('application.yaml', application('shop', '{repoURL: ., parameters: {a: "1", b: "2"}}'));
  const { spec } = await target(file, { param: { b: '3' }, region: 'eu-west-1' });
  expect(spec.source.parameters).toEqual({ a: '1', b: '3' });
  expect(spec.destination).toEqual({ region: 'eu-west-1' });
});

it('asks which one when a file holds several Applications', async () => {
  const file = await write('apps.yaml', `${application('shop')}---\n${application('mail')}`);
  await expect(target(file)).rejects.toThrow(/shop, mail: choose one with --app/u);
  await expect(target(file, { param: {}, app: 'mial' })).rejects.toThrow(/did you mean "mail"\?/u);
  expect((await target(file, { param: {}, app: 'mail' })).name).toBe('mail');
});

it('refuses resources beside an Application, with the place', async () => {
  const file = await write('application.yaml', `${application('shop')}---\n${CLUSTER}`);
  await expect(target(file)).rejects.toThrow(/^application\.yaml:8:7: \/kind: found a Cluster beside an Application/u);
});

it('says what is wrong with an Application that is not valid', async () => {
  const file = await write('application.yaml', application('shop', '{repoUrl: .}'));
  await expect(target(file)).rejects.toThrow(/application\.yaml:5:12: .*did you mean "repoURL"/u);
});

it('names the file that is not there, and the one that is meant', async () => {
  await write('application.yaml', application('shop'));
  await expect(target(join(root, 'aplication.yaml'))).rejects.toThrow(
    /aplication\.yaml does not exist \(did you mean "application\.yaml"\?\)/u,
  );
});
