import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../core/errors.ts';
import type { StateStore } from '../store.ts';
import { memoryStore } from './memory.ts';
import { sqliteStore, StoreLockedError } from './sqlite.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'longshore-store-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function opened(store: StateStore): StateStore {
  cleanups.push(() => store.close());
  return store;
}

const implementations: Record<string, () => StateStore> = {
  memory: () => opened(memoryStore()),
  sqlite: () => opened(sqliteStore(join(folder(), 'state.db'))),
};

describe.each(Object.entries(implementations))('%s store', (_name, open) => {
  it('gives back what was put, with a version that changes with every write', async () => {
    const store = open();
    const first = await store.put('operation', 'shop/1', { phase: 'Running', n: [1, null, true] }, null);
    expect(await store.get('operation', 'shop/1')).toEqual({
      type: 'operation',
      key: 'shop/1',
      version: first,
      value: { phase: 'Running', n: [1, null, true] },
    });
    const second = await store.put('operation', 'shop/1', 'done', first);
    expect(second).not.toBe(first);
    expect((await store.get('operation', 'shop/1'))?.value).toBe('done');
  });

  it('has no record where none was put', async () => {
    const store = open();
    await store.put('operation', 'shop/1', 1, null);
    expect(await store.get('operation', 'shop')).toBeUndefined();
    expect(await store.get('token', 'shop/1')).toBeUndefined();
  });

  it('refuses a write or deletion by somebody who saw another version', async () => {
    const store = open();
    await expect(store.put('token', 'a', 1, 'no-such-version')).rejects.toThrow(ConflictError);
    const version = await store.put('token', 'a', 1, null);
    await expect(store.put('token', 'a', 2, null)).rejects.toThrow(/token a: expected no such record/);
    await store.put('token', 'a', 3, version);
    await expect(store.put('token', 'a', 4, version)).rejects.toThrow(ConflictError);
    await expect(store.delete('token', 'a', version)).rejects.toThrow(ConflictError);
    expect((await store.get('token', 'a'))?.value).toBe(3);
  });

  it('never gives a version again, also when a record is deleted and made anew', async () => {
    const store = open();
    const version = await store.put('sent', 'a', 1, null);
    await store.delete('sent', 'a', version);
    expect(await store.get('sent', 'a')).toBeUndefined();
    expect(await store.put('sent', 'a', 1, null)).not.toBe(version);
    await expect(store.delete('sent', 'b', version)).rejects.toThrow(ConflictError);
  });

  it('lets one of two writers that saw the same version win', async () => {
    const store = open();
    const version = await store.put('decision', 'a', 0, null);
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => store.put('decision', 'a', n, version)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('lists by prefix and type in key order, page by page', async () => {
    const store = open();
    for (const key of ['b/2', 'a/1', 'b/10', 'b/1', 'c/1', 'B/1', 'b%/1', 'b/é', 'b/😀', 'b/\uffee'])
      await store.put('inventory', key, key, null);
    await store.put('audit', 'b/3', 0, null);
    const all = (await store.list('inventory', 'b/', 100)).map((record) => record.key);
    expect(all).toEqual(['b/1', 'b/10', 'b/2', 'b/é', 'b/\uffee', 'b/😀']);
    const first = await store.list('inventory', 'b/', 2);
    expect(first.map((record) => record.key)).toEqual(['b/1', 'b/10']);
    const next = await store.list('inventory', 'b/', 2, first.at(-1)?.key);
    expect(next.map((record) => record.key)).toEqual(['b/2', 'b/é']);
    expect(await store.list('inventory', 'b/', 0)).toEqual([]);
    expect(await store.list('inventory', 'd', 10)).toEqual([]);
    expect(await store.list('inventory', '', 100)).toHaveLength(10);
  });

  it('keeps a copy: changing the value afterwards changes nothing', async () => {
    const store = open();
    const value = { phase: 'Running' };
    await store.put('operation', 'a', value, null);
    value.phase = 'Failed';
    expect((await store.get('operation', 'a'))?.value).toEqual({ phase: 'Running' });
  });
});

describe('sqlite store', () => {
  it('keeps records over a restart', async () => {
    const path = join(folder(), 'state.db');
    const before = sqliteStore(path);
    const version = await before.put('operation', 'a', { n: 1 }, null);
    await before.close();
    const after = opened(sqliteStore(path));
    expect(await after.get('operation', 'a')).toMatchObject({ version, value: { n: 1 } });
  });

  it('refuses a second opener, naming the file and the process that holds it', async () => {
    const path = join(folder(), 'state.db');
    const store = opened(sqliteStore(path));
    expect(() => sqliteStore(path)).toThrow(StoreLockedError);
    expect(() => sqliteStore(path)).toThrow(`${path} is in use by process ${process.pid}`);
    const module = new URL('./sqlite.ts', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then((m) => m.sqliteStore(process.argv[1])).then(() => console.log('opened'), (e) => console.log(e.message))`;
    const output = execFileSync(process.execPath, ['-e', script, path], { encoding: 'utf8' });
    expect(output).toContain(`is in use by process ${process.pid}`);
    await store.close();
    await opened(sqliteStore(path)).put('audit', 'a', 1, null);
  });

  it('can be opened again after its process died without closing it', async () => {
    const path = join(folder(), 'state.db');
    const module = new URL('./sqlite.ts', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(async (m) => { await m.sqliteStore(process.argv[1]).put('audit', 'a', 1, null); process.kill(process.pid, 'SIGKILL'); })`;
    expect(() => execFileSync(process.execPath, ['-e', script, path])).toThrow();
    expect((await opened(sqliteStore(path)).get('audit', 'a'))?.value).toBe(1);
  });
});
