import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FolderOptions } from '../folder.ts';
import { defaultLimits, type SourceLimits } from '../limits.ts';
import type { Fetched, Source } from '../source.ts';
import { temporaryFolder, writeFiles } from './gitfixture.ts';

/** Makes a source of a folder as it lies there now. `scratch` is free for the source's own use. */
export type MakeSource = (
  place: { readonly folder: string; readonly scratch: string },
  options: FolderOptions & { readonly limits: SourceLimits },
) => Promise<Source>;

type Files = Readonly<Record<string, string>>;
type Options = FolderOptions & { readonly limits?: Partial<SourceLimits> };

/** What every source has to hold to. */
export function sourceContract(name: string, makeSource: MakeSource): void {
  const fetchFrom = async (
    files: Files,
    options: Options = {},
    prepare?: (folder: string) => Promise<void>,
  ): Promise<Fetched> => {
    await using root = await temporaryFolder();
    const folder = join(root.path, 'repository');
    await writeFiles(folder, files);
    await prepare?.(folder);
    const limits = { ...defaultLimits, ...options.limits };
    const source = await makeSource({ folder, scratch: join(root.path, 'scratch') }, { ...options, limits });
    return await source.fetch(new AbortController().signal);
  };
  const files = {
    'app/a.yaml': 'a: 1\n',
    'app/b.yml': 'b',
    'app/c.json': '{}',
    'app/readme.md': 'x',
    'app/sub/d.yaml': 'd',
    'z.yaml': 'z',
  };

  describe(`source contract: ${name}`, () => {
    test('gives YAML and JSON files of the folder, sorted, with their bytes', async () => {
      const fetched = await fetchFrom(files, { path: 'app' });
      expect(pathsOf(fetched)).toEqual(['a.yaml', 'b.yml', 'c.json']);
      expect(new TextDecoder().decode(fetched.files.get('a.yaml'))).toBe('a: 1\n');
    });

    test('goes into sub-folders only when told to', async () => {
      const fetched = await fetchFrom(files, { path: 'app/', directory: { recurse: true } });
      expect(pathsOf(fetched)).toEqual(['a.yaml', 'b.yml', 'c.json', 'sub/d.yaml']);
    });

    test('include takes the place of the usual endings, exclude leaves out', async () => {
      const directory = { recurse: true, include: '*.{yaml,md}', exclude: 'sub/**' };
      expect(pathsOf(await fetchFrom(files, { path: 'app', directory }))).toEqual(['a.yaml', 'readme.md']);
    });

    test('never sees names that begin with a dot', async () => {
      const hidden = { '.github/workflows/ci.yaml': 'x', '.hidden.yaml': 'x', 'a.yaml': 'a' };
      expect(pathsOf(await fetchFrom(hidden, { directory: { recurse: true } }))).toEqual(['a.yaml']);
    });

    test('an empty folder gives no files and no error', async () => {
      expect(pathsOf(await fetchFrom({ 'app/readme.md': 'x' }, { path: 'app' }))).toEqual([]);
    });

    test('the tree hash changes with the folder and with nothing else', async () => {
      const before = await fetchFrom(files, { path: 'app' });
      const elsewhere = await fetchFrom({ ...files, 'z.yaml': 'other' }, { path: 'app' });
      const changed = await fetchFrom({ ...files, 'app/a.yaml': 'a: 2\n' }, { path: 'app' });
      const renamed = await fetchFrom({ ...files, 'app/b.yml': 'a: 1\n', 'app/a.yaml': 'b' }, { path: 'app' });
      expect(elsewhere.treeHash).toBe(before.treeHash);
      expect(new Set([before.treeHash, changed.treeHash, renamed.treeHash]).size).toBe(3);
    });

    test('a folder that does not exist is an error that names the nearest', async () => {
      await expect(fetchFrom(files, { path: 'ap' })).rejects.toThrow(/"ap".*did you mean "app"/s);
    });

    test.each(['../other', '/etc', 'app/../../etc', '.git', 'app/.GIT', 'app\\sub', 'a\nb'])(
      'the path %j is refused',
      async (path) => {
        await expect(fetchFrom(files, { path })).rejects.toThrow(/path .* is refused/s);
      },
    );

    test('a link to a file within the folder is followed', async () => {
      const fetched = await fetchFrom({ 'app/.data/a': 'content' }, { path: 'app' }, (folder) =>
        symlink('.data/a', join(folder, 'app/a.yaml')),
      );
      expect(new TextDecoder().decode(fetched.files.get('a.yaml'))).toBe('content');
    });

    test.each(['../secret.yaml', '/etc/hostname', '../app-other/x.yaml', 'nowhere.yaml'])(
      'a link to %s is refused, not skipped',
      async (target) => {
        const outside = { ...files, 'secret.yaml': 'secret', 'app-other/x.yaml': 'x' };
        const linked = fetchFrom(outside, { path: 'app' }, (folder) => symlink(target, join(folder, 'app/link.yaml')));
        await expect(linked).rejects.toThrow(/link\.yaml is a symbolic link .*directory\.exclude/s);
      },
    );

    test('a linked folder is refused when sub-folders count, and does not matter otherwise', async () => {
      const recurse = { path: 'app', directory: { recurse: true } };
      await expect(fetchFrom(files, recurse, linkFolder)).rejects.toThrow(/linked is a link to a folder/);
      expect(pathsOf(await fetchFrom(files, { path: 'app' }, linkFolder))).toEqual(['a.yaml', 'b.yml', 'c.json']);
    });

    test('a broken link does not matter where neither files of its name nor sub-folders are looked at', async () => {
      const broken = (folder: string) => symlink('nowhere', join(folder, 'app/broken.yaml'));
      const only = { path: 'app', directory: { include: 'a.yaml' } };
      expect(pathsOf(await fetchFrom(files, only, broken))).toEqual(['a.yaml']);
      const deep = { path: 'app', directory: { include: 'a.yaml', recurse: true } };
      await expect(fetchFrom(files, deep, broken)).rejects.toThrow(/broken\.yaml is a symbolic link to nowhere/);
    });

    test('a link that is excluded, or to a file that is no manifest, does not matter', async () => {
      const fetched = await fetchFrom(files, { path: 'app', directory: { exclude: 'out.yaml' } }, linkFiles);
      expect(pathsOf(fetched)).toEqual(['a.yaml', 'b.yml', 'c.json']);
    });

    test.each([
      [{ maxFiles: 2 }, /c\.json is number 3, and more than 2 manifests/],
      [{ maxFileBytes: 4 }, /a\.yaml has 5 bytes, at most 4/],
      [{ maxTotalBytes: 6 }, /with c\.json they are \d+ bytes, and more than 6 bytes/],
      [{ maxEntries: 3 }, /it has [45] entries, and more than 3 entries/],
    ])('beyond the limit %o there is an error', async (limits, expected) => {
      await expect(fetchFrom(files, { path: 'app', limits })).rejects.toThrow(expected);
    });

    test('a fetch that is aborted throws the reason', async () => {
      await using root = await temporaryFolder();
      const folder = join(root.path, 'repository');
      await writeFiles(folder, files);
      const source = await makeSource({ folder, scratch: join(root.path, 'scratch') }, { limits: defaultLimits });
      await expect(source.fetch(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    });
  });
}

function pathsOf(fetched: Fetched): string[] {
  return [...fetched.files.keys()];
}

function linkFolder(folder: string): Promise<void> {
  return symlink('sub', join(folder, 'app/linked'));
}

async function linkFiles(folder: string): Promise<void> {
  await symlink('/etc/hostname', join(folder, 'app/out.yaml'));
  await symlink('readme.md', join(folder, 'app/other.md'));
}
