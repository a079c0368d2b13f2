import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../api/http/access.ts';
import type { Event } from '../core/events.ts';
import { memoryStore } from '../engine/stores/memory.ts';
import { type AuditLog, type AuditNote, createAuditLog, STRANGER } from './audit.ts';
import { manualClock } from './testing/manual-clock.ts';
import { MemoryControl } from './testing/memory-control.ts';
import { stateOf } from './testing/states.ts';
import { startWorld } from './testing/world.ts';

const note = (name: string, action = 'application.sync'): AuditNote => ({
  actor: { type: 'user', name },
  action,
  from: '192.0.2.1',
});
const OK = { result: 'Succeeded' } as const;
const everything = (): boolean => true;
const namesIn = async (audit: AuditLog): Promise<readonly string[]> =>
  (await audit.list(1_000, undefined, everything)).items.map(({ actor }) => actor.name);

describe('the audit log', () => {
  it('has what began before it is known how it ended', async () => {
    const audit = createAuditLog(memoryStore(), manualClock(), () => undefined);
    const end = await audit.begin(note('ann'));
    expect((await audit.list(1, undefined, everything)).items).toMatchObject([{ sequence: 1, result: 'Started' }]);
    await end({ result: 'Failed', code: 'WindowClosed' });
    expect((await audit.list(1, undefined, everything)).items).toMatchObject([
      { sequence: 1, result: 'Failed', code: 'WindowClosed' },
    ]);
  });

  it('goes on counting after a restart, and lists the newest first, page by page', async () => {
    const store = memoryStore();
    for (const name of ['a', 'b', 'c']) {
      await createAuditLog(store, manualClock(), () => undefined).note(note(name), OK);
    }
    const audit = createAuditLog(store, manualClock(), () => undefined);
    const first = await audit.list(2, undefined, everything);
    expect(first.items.map(({ sequence }) => sequence)).toEqual([3, 2]);
    const second = await audit.list(2, first.last, everything);
    expect([second.items.map(({ sequence }) => sequence), second.last]).toEqual([[1], undefined]);
  });

  it('keeps so many entries and so many days', async () => {
    const clock = manualClock();
    const store = memoryStore();
    const audit = createAuditLog(store, clock, () => undefined, { entries: 3, days: 10 });
    for (const name of ['a', 'b', 'c', 'd']) await audit.note(note(name), OK);
    expect(await namesIn(audit)).toEqual(['d', 'c', 'b']);
    await clock.advance(11 * 86_400_000);
    await audit.note(note('e'), OK);
    expect(await namesIn(createAuditLog(store, clock, () => undefined))).toEqual(['e']);
  });

  it('is not washed away by strangers: they have a tenth of it', async () => {
    const audit = createAuditLog(memoryStore(), manualClock(), () => undefined, { entries: 20, days: 10 });
    for (const name of ['a', 'b']) await audit.note(note(name), OK);
    for (let attempt = 0; attempt < 50; attempt++) {
      await audit.note({ actor: STRANGER, action: 'session.refused', from: '192.0.2.9' }, { result: 'Refused' });
    }
    expect((await namesIn(audit)).toSorted()).toEqual(['a', 'b', 'unknown', 'unknown']);
  });

  it('says each entry as an event too, which is not streamed', async () => {
    const events: Event[] = [];
    const audit = createAuditLog(memoryStore(), manualClock(), (event) => void events.push(event));
    await audit.note({ ...note('ann'), application: 'web' }, OK);
    expect(events).toMatchObject([
      { code: 'audit', message: 'ann application.sync web: Succeeded', data: { sequence: 1 } },
    ]);
  });
});

describe('over the API', () => {
  it('every mutation and every refused one is noted, and reading is not', async () => {
    const control = new MemoryControl(stateOf('web'));
    const world = await startWorld({ control });
    const admin = await world.token({ name: 'root' });
    const viewer = await world.token({ name: 'looker', access: 'viewer' });
    await world.ask('POST', '/api/v1/applications/web/sync', { as: admin, body: { prune: true } });
    await world.ask('POST', '/api/v1/applications/web/sync', { as: viewer, body: {} });
    await world.ask('POST', '/api/v1/applications/none/release', { as: viewer });
    control.failure = new Error('git is gone');
    await world.ask('DELETE', '/api/v1/applications/web', { as: admin });
    await world.ask('POST', '/api/v1/tokens', { as: admin, body: { name: 'ci', access: 'viewer' } });
    await world.ask('GET', '/api/v1/applications', { as: viewer });
    await world.ask('GET', '/api/v1/applications', { as: 'lsp_wrong' });
    await world.ask('GET', '/api/v1/applications');
    const { json } = await world.ask('GET', '/api/v1/audit', { as: admin });
    const entries = (json as unknown as { items: AuditEntry[] }).items;
    const told = entries.map(({ actor, action, application, result, code, detail }) =>
      [actor.name, action, application, result, code, detail].filter((word) => word !== undefined).join(' '),
    );
    expect(told.toReversed()).toEqual([
      'root application.sync web Succeeded {"prune":true}',
      'looker application.sync web Refused Forbidden {}',
      'looker application.release none Refused NotFound',
      'root application.delete web Failed UpstreamFailed cascade=false',
      'root token.create Succeeded ci: viewer',
      'unknown session.refused Refused Unauthenticated GET /api/v1/applications',
    ]);
    expect(entries.every(({ from }) => from === '127.0.0.1')).toBe(true);
    await world.close();
  });

  it('is read by admins, each of what is theirs', async () => {
    const world = await startWorld({
      control: new MemoryControl(stateOf('mail', { project: 'post' }), stateOf('web')),
    });
    const admin = await world.token();
    for (const name of ['mail', 'web']) await world.ask('POST', `/api/v1/applications/${name}/refresh`, { as: admin });
    const read = async (as: string, query = ''): Promise<unknown> => {
      const { status, json } = await world.ask('GET', `/api/v1/audit${query}`, { as });
      return status === 200
        ? (json as unknown as { items: AuditEntry[] }).items.map(({ application }) => application)
        : status;
    };
    expect(await read(admin)).toEqual(['web', 'mail']);
    expect(await read(admin, '?application=mail')).toEqual(['mail']);
    expect(await read(admin, '?limit=1')).toEqual(['web']);
    expect(await read(await world.token({ project: 'post' }))).toEqual(['mail']);
    expect(await read(await world.token({ access: 'deployer' }))).toBe(403);
    await world.close();
  });

  it('nothing is done that cannot be noted', async () => {
    const control = new MemoryControl(stateOf('web'));
    const store = memoryStore();
    const world = await startWorld({
      control,
      dependencies: {
        store: {
          ...store,
          put: async (type, ...rest) => {
            if (type === 'audit') throw new Error('disk full');
            return await store.put(type, ...rest);
          },
        },
      },
    });
    const { status } = await world.ask('POST', '/api/v1/applications/web/sync', { as: await world.token(), body: {} });
    expect([status, control.asked]).toEqual([500, []]);
    await world.close();
  });
});
