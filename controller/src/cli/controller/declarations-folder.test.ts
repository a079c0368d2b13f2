import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeclarationsFolder } from './declarations-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longshore-applications-'));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

async function write(file: string, ...applications: readonly string[]): Promise<void> {
  const documents = applications.map(
    (name) =>
      `apiVersion: longshore.dev/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec: {source: {repoURL: ./${name}}}\n`,
  );
  await writeFile(join(root, file), documents.join('---\n'));
}

async function names(folder: DeclarationsFolder): Promise<readonly string[]> {
  return (await folder.read()).applications.map((application) => application.name);
}

it('reads the Applications of every file, local paths resolved against the folder', async () => {
  await write('a.yaml', 'shop', 'mail');
  await write('b.yml', 'search');
  const { applications, refused } = await new DeclarationsFolder(root).read();
  expect(applications.map((application) => application.name)).toEqual(['shop', 'mail', 'search']);
  expect(applications[0]?.spec.source.repoURL).toBe(join(root, 'shop'));
  expect(refused).toEqual([]);
});

it('takes up new files and drops those that are gone', async () => {
  await write('a.yaml', 'shop');
  const folder = new DeclarationsFolder(root);
  expect(await names(folder)).toEqual(['shop']);
  await write('b.yaml', 'mail');
  expect(await names(folder)).toEqual(['shop', 'mail']);
  await rm(join(root, 'a.yaml'));
  expect(await names(folder)).toEqual(['mail']);
});

it('goes on with what a file held before it was broken, and says what is wrong with it', async () => {
  await write('a.yaml', 'shop');
  await write('b.yaml', 'mail');
  const folder = new DeclarationsFolder(root);
  await folder.read();
  await writeFile(join(root, 'a.yaml'), 'kind: Application\n  nonsense');
  const { applications, refused } = await folder.read();
  expect(applications.map((application) => application.name)).toEqual(['shop', 'mail']);
  expect(refused).toEqual([{ file: 'a.yaml', message: expect.stringMatching(/^a\.yaml:\d+:\d+: /u) }]);
});

it('refuses a second file with the same Application', async () => {
  await write('a.yaml', 'shop');
  await write('b.yaml', 'shop');
  const { applications, refused } = await new DeclarationsFolder(root).read();
  expect(applications).toHaveLength(1);
  expect(refused).toEqual([{ file: 'b.yaml', message: 'Application "shop" is in a.yaml already' }]);
});

it('leaves hidden files and files of other kinds alone', async () => {
  await write('.a.yaml', 'shop');
  await writeFile(join(root, 'README.md'), 'kind: Application');
  expect(await names(new DeclarationsFolder(root))).toEqual([]);
});

it('says so when the folder is not there', async () => {
  await expect(new DeclarationsFolder(join(root, 'nowhere')).read()).rejects.toThrow(/ENOENT/u);
});

it('reads ApplicationSets and Projects too, and gives the same object until a file changes', async () => {
  const set = `apiVersion: longshore.dev/v1alpha1
kind: ApplicationSet
metadata: {name: many}
spec:
  generators: [{gitDirectories: {repoURL: ./deploy, directories: [{path: "*"}]}}]
  template: {metadata: {name: "{{path}}"}, spec: {source: {repoURL: ./deploy, parameters: {repoURL: ./kept}}}}
---
apiVersion: longshore.dev/v1alpha1
kind: Project
metadata: {name: team}
spec: {sourceRepos: ["*"]}
`;
  await writeFile(join(root, 'sets.yaml'), set);
  const folder = new DeclarationsFolder(root);
  const content = await folder.read();
  expect(content.projects).toEqual([{ name: 'team', spec: { sourceRepos: ['*'] } }]);
  expect(content.applicationSets[0]?.spec).toMatchObject({
    generators: [{ gitDirectories: { repoURL: join(root, 'deploy') } }],
    template: { spec: { source: { repoURL: join(root, 'deploy'), parameters: { repoURL: './kept' } } } },
  });
  expect(await folder.read()).toBe(content);
  await write('a.yaml', 'shop');
  expect(await folder.read()).not.toBe(content);
});

it('is not complete while a file cannot be read of which nothing is known', async () => {
  await writeFile(join(root, 'a.yaml'), 'kind: Application\n  nonsense');
  expect((await new DeclarationsFolder(root).read()).complete).toBe(false);
});
