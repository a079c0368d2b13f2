// The API on a real controller with a real engine; only AWS is a fake.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { manifest } from '../../test/applications.ts';
import { ControllerWorld } from '../../test/controller-world.ts';
import type { OperationSummary } from '../api/http/operation.ts';
import { routeKeys, schemasOf } from './openapi/schemas.ts';
import { answerChecker } from './openapi/validation.ts';
import { readEvents } from './testing/event-reader.ts';
import { type Answer, startWorld, type World } from './testing/world.ts';

const V1 = [manifest('Base/main'), manifest('Thing/api', { version: 'v1' })];
const V2 = [manifest('Base/main'), manifest('Thing/api', { version: 'v2' })];

let kept: ControllerWorld;
let world: World;
let admin: string;
beforeEach(async () => {
  kept = new ControllerWorld();
  kept.projects.set('team', { sourceRepos: ['*'], destinations: [{ accountId: '*', regions: ['*'] }] });
  kept.declare('shop', { project: 'team', syncPolicy: {} }, { tier: 'web' });
  kept.declare('other', { syncPolicy: {} });
  kept.repository().commit({ shop: V1, other: [manifest('Base/other')] });
  const control = kept.start();
  world = await startWorld({ control });
  kept.deps = { sink: world.sink };
  admin = await world.token({ name: 'ada' });
  await expect.poll(() => control.state('shop')?.status?.sync).toBe('OutOfSync');
});
afterEach(async () => {
  await world.close();
  await kept.stop();
});

const shop = (method: string, path: string, body?: object): Promise<Answer> =>
  world.ask(method, `/api/v1/applications/shop${path}`, { as: admin, body });

/** Syncs, and waits for the end. */
async function synced(body: object = {}): Promise<void> {
  const begun = await shop('POST', '/sync', body);
  expect([begun.status, begun.json['phase']]).toEqual([202, 'Running']);
  expect((await shop('GET', '?wait=synced,healthy')).json).toMatchObject({ wait: { met: true } });
}

it('plans, syncs, waits, and shows what became of it', async () => {
  const plan = await shop('GET', '/plan');
  expect(plan.json).toMatchObject({ kind: 'Plan', plan: { revision: 'r1' } });
  await synced();
  expect((await shop('GET', '/resources')).json).toMatchObject({
    items: [
      { ref: 'Base/main', sync: 'Synced', health: { status: 'Healthy' } },
      { ref: 'Thing/api', sync: 'Synced', parts: [{ type: 'fake:Thing' }] },
    ],
  });
  const history = (await shop('GET', '/history')).json as unknown as { items: OperationSummary[] };
  expect(history.items).toMatchObject([{ id: '1', phase: 'Succeeded', initiator: { kind: 'person', name: 'ada' } }]);
  expect((await shop('GET', '/operations/1')).json).toMatchObject({
    results: [{ status: 'Synced' }, { status: 'Synced' }],
  });
  expect((await shop('GET', '/manifests?operation=1')).text).toContain('kind: Thing');
});

it('streams what happens in a sync, to those who may see it', async () => {
  const reader = await readEvents(`${world.url}/api/v1/events`, {
    authorization: `Bearer ${await world.token({ project: 'team', access: 'viewer' })}`,
  });
  await synced();
  const codes: string[] = [];
  while (codes.at(-1) !== 'operation.finished') {
    const event = await reader.next();
    expect(event?.data['data']).toMatchObject({ application: 'shop' });
    codes.push(event?.event ?? 'operation.finished');
  }
  expect(codes).toEqual(expect.arrayContaining(['operation.started', 'step.done', 'operation.finished']));
  reader.close();
});

it('rolls back, holds what was taken back, and lets automation go on', async () => {
  await synced();
  kept.repository().commit({ shop: V2 });
  await shop('POST', '/refresh');
  await synced();
  const back = await shop('POST', '/rollback', { id: '1' });
  expect([back.status, back.json['initiator']]).toEqual([202, { kind: 'rollback', name: 'ada' }]);
  await shop('GET', '?wait=operation');
  expect((await shop('GET', '/manifests?operation=3')).text).toContain('version: v1');
  expect((await shop('POST', '/release')).status).toBe(204);
});

it('terminates what runs, and says so when nothing does', async () => {
  kept.world.cloud.rolloutMs = 1e12;
  await shop('POST', '/sync');
  expect((await shop('POST', '/sync')).json).toMatchObject({ status: 409, code: 'OperationInProgress' });
  expect((await shop('DELETE', '/operations/current')).status).toBe(204);
  await shop('GET', '?wait=operation');
  expect((await shop('GET', '/operations/1')).json).toMatchObject({ phase: 'Failed' });
  expect((await shop('DELETE', '/operations/current')).json).toMatchObject({ status: 409, code: 'NoOperation' });
});

it('refuses with the reason of the engine', async () => {
  expect((await shop('DELETE', '')).json).toMatchObject({ status: 409, code: 'StillDeclared' });
  expect((await shop('POST', '/rollback', { id: '7' })).json).toMatchObject({ status: 409, code: 'NoHistory' });
  expect((await shop('POST', '/sync', { approvePlan: 'old' })).json).toMatchObject({ code: 'ApprovalNeeded' });
  kept.repository().broken = new Error('could not read from https://bot:hunter2@git.example.com/shop.git');
  expect((await shop('GET', '/plan')).json).toMatchObject({
    status: 502,
    code: 'UpstreamFailed',
    detail: 'could not read from https://git.example.com/shop.git',
  });
});

it('gives people what the roles of the Projects say, as they are at that moment', async () => {
  const viewer = await world.token({ project: 'team', access: 'viewer' });
  const list = await world.ask('GET', '/api/v1/applications', { as: viewer });
  expect(list.json['items']).toMatchObject([{ metadata: { name: 'shop', labels: { tier: 'web' } } }]);
  const projects = await world.ask('GET', '/api/v1/projects', { as: admin });
  expect(projects.json['items']).toMatchObject([{ metadata: { name: 'default' } }, { metadata: { name: 'team' } }]);
});

it('answers as its schemas say, with what a real engine gives', async () => {
  await synced();
  kept.repository().commit({ shop: V2 });
  await shop('POST', '/refresh');
  const check = answerChecker();
  const streams = /\/(?:events|logs|manifests)$/u;
  for (const key of routeKeys().filter(
    (one) => one.startsWith('GET ') && !streams.test(one) && !one.includes('applicationsets'),
  )) {
    const path = key
      .slice(4)
      .replace('projects/{name}', 'projects/team')
      .replace('{name}', 'shop')
      .replace('{id}', '1')
      .replace('{kind}/{resource}', 'Thing/api');
    const { status, json } = await world.ask('GET', path, { as: admin });
    expect([key, status, check(schemasOf(key).answer?.['$ref'] as string, json)]).toEqual([key, 200, []]);
  }
});
