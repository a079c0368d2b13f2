import { expect, it } from 'vitest';
import type { TokenRequest } from '../../api/http/access.ts';
import { memoryStore } from '../../engine/stores/memory.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { startWorld } from '../testing/world.ts';
import { hashOf } from './secrets.ts';
import { createToken, deleteToken, holderOf, listTokens } from './tokens.ts';

const DAY_MS = 86_400_000;
const REQUEST: TokenRequest = { name: 'ci', project: 'shop', access: 'deployer', applications: ['web-*'] };

it('is 256 random bits, is shown once, and only its hash is stored', async () => {
  const [store, clock] = [memoryStore(), manualClock()];
  const { token } = await createToken(store, clock, REQUEST, { name: 'ann' });
  expect(token).toMatch(/^lsp_[\w-]{43}$/u);
  const records = await store.list('token', '', 10);
  expect(records.map(({ key }) => key)).toEqual([`api/${hashOf(token)}`]);
  expect(JSON.stringify(records)).not.toContain(token);
});

it('is good for what it was made for, for 90 days unless it says otherwise', async () => {
  const [store, clock] = [memoryStore(), manualClock()];
  const { token, id } = await createToken(store, clock, REQUEST, { name: 'ann' });
  expect(await holderOf(store, clock, token)).toMatchObject({
    type: 'token',
    id,
    name: 'ci',
    grant: { project: 'shop', access: 'deployer', applications: ['web-*'] },
  });
  await clock.advance(90 * DAY_MS - 1);
  expect(await holderOf(store, clock, token)).toBeDefined();
  await clock.advance(1);
  expect(await holderOf(store, clock, token)).toBeUndefined();
});

it('is not found by anything but itself', async () => {
  const [store, clock] = [memoryStore(), manualClock()];
  const { token, id } = await createToken(store, clock, REQUEST, { name: 'ann' });
  for (const other of [`${token}x`, token.slice(0, -1), token.toUpperCase(), id, hashOf(token), 'lsp_', '']) {
    expect(await holderOf(store, clock, other)).toBeUndefined();
  }
});

it('remembers its last use to the minute, without a write for each request', async () => {
  const [store, clock] = [memoryStore(), manualClock(Date.UTC(2026, 0, 1))];
  const { token } = await createToken(store, clock, REQUEST, { name: 'ann' });
  const versionOf = async (): Promise<unknown> => (await store.list('token', '', 1))[0]?.version;
  await holderOf(store, clock, token);
  const version = await versionOf();
  await clock.advance(59_999);
  await holderOf(store, clock, token);
  expect(await versionOf()).toBe(version);
  await clock.advance(1);
  await holderOf(store, clock, token);
  expect((await listTokens(store, 10))[0]?.lastUsedAt).toBe('2026-01-01T00:01:00.000Z');
});

it('is refused from the moment that it is deleted', async () => {
  const [store, clock] = [memoryStore(), manualClock()];
  const { token, id } = await createToken(store, clock, REQUEST, { name: 'ann' });
  expect(await deleteToken(store, id)).toBe(true);
  expect(await deleteToken(store, id)).toBe(false);
  expect(await deleteToken(store, 'api/')).toBe(false);
  expect(await holderOf(store, clock, token)).toBeUndefined();
});

it('is made over the API by an admin, never for more than they have, and never to outlive the token that makes it', async () => {
  const world = await startWorld();
  const make = async (as: string, body: Partial<TokenRequest>): Promise<unknown> => {
    const { status, json } = await world.ask('POST', '/api/v1/tokens', {
      as,
      body: { name: 'x', access: 'viewer', ...body },
    });
    return status === 201 ? 201 : json['code'];
  };
  const admin = await world.token();
  const shopAdmin = await world.token({ project: 'shop', expiresInSeconds: 3_600 });
  const few = await world.token({ project: 'shop', applications: ['web'] });
  const deployer = await world.token({ access: 'deployer' });
  expect(await make(admin, { access: 'admin', expiresInSeconds: 60 })).toBe(201);
  expect(await make(shopAdmin, { project: 'shop', access: 'admin', expiresInSeconds: 60 })).toBe(201);
  expect(await make(shopAdmin, { project: 'shop', expiresInSeconds: 3_601 })).toBe('TokenOutlives');
  expect(await make(shopAdmin, { project: 'post', expiresInSeconds: 60 })).toBe('Forbidden');
  expect(await make(shopAdmin, { expiresInSeconds: 60 })).toBe('Forbidden');
  expect(await make(few, { project: 'shop', applications: ['web'], expiresInSeconds: 60 })).toBe('Forbidden');
  expect(await make(deployer, { project: 'shop', expiresInSeconds: 60 })).toBe('Forbidden');
  expect(await make(admin, { expiresInSeconds: 366 * 86_400 })).toBe('InvalidRequest');
  await world.close();
});

it('is listed and deleted by admins of its Project only', async () => {
  const world = await startWorld();
  const post = await world.token({ name: 'post', project: 'post' });
  const shop = await world.token({ name: 'shop', project: 'shop' });
  const listed = await world.ask('GET', '/api/v1/tokens?limit=1', { as: shop });
  expect(listed.json).toMatchObject({ metadata: {}, items: [{ name: 'shop', createdBy: 'test' }] });
  expect(listed.text).not.toContain('lsp_');
  const id = hashOf(post).slice(0, 16);
  expect((await world.ask('DELETE', `/api/v1/tokens/${id}`, { as: shop })).status).toBe(404);
  expect((await world.ask('DELETE', `/api/v1/tokens/${id}`, { as: post })).status).toBe(204);
  expect((await world.ask('GET', '/api/v1/tokens', { as: post })).status).toBe(401);
  await world.close();
});
