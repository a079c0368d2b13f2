import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSources } from './sources.ts';
import { recordingIo } from './testing/recording-io.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'longshore-repository-')));
  mkdirSync(join(folder, 'samples/web/manifests'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function fetch(repoURL: string): Promise<unknown> {
  const sources = openSources(recordingIo({ env: process.env }), { cacheFolder: join(folder, 'cache') });
  const source = sources.open({ source: { repoURL, targetRevision: 'main', path: 'manifests' } }, { trusted: true });
  return source.fetch(new AbortController().signal);
}

test('a folder that is part of a repository: leave targetRevision out, or name that repository', async () => {
  execFileSync('git', ['init', '--quiet', folder]);
  const web = join(folder, 'samples/web');
  await expect(fetch(web)).rejects.toThrow(
    `repoURL: ${web} is not the root of a Git repository, and targetRevision needs one: leave targetRevision out to read the folder as it lies there, or name the repository that it is a part of (repoURL: ../.., path: samples/web/manifests)`,
  );
});

test('a folder without any repository: leave targetRevision out, or make one', async () => {
  await expect(fetch(join(folder, 'samples/web'))).rejects.toThrow(
    /leave targetRevision out .* or make one of it with "git init"/,
  );
});

test('a folder that is not there is named', async () => {
  await expect(fetch(join(folder, 'nowhere'))).rejects.toThrow(`repoURL: ${join(folder, 'nowhere')} does not exist`);
});

test('a repository goes to Git, bare or not', async () => {
  execFileSync('git', ['init', '--quiet', join(folder, 'tree')]);
  execFileSync('git', ['init', '--quiet', '--bare', join(folder, 'bare')]);
  for (const name of ['tree', 'bare']) {
    await expect(fetch(join(folder, name))).rejects.toThrow('the repository has no commits');
  }
});
