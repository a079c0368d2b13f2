// "Secrets in logs, diffs and API answers", of the audits of Argo CD and Flux.
import { expect, it } from 'vitest';
import type { Change } from '../core/driver.ts';
import { TerminalError } from '../core/errors.ts';
import { routeKeys } from './openapi/schemas.ts';
import { readEvents } from './testing/event-reader.ts';
import { startIdentityProvider } from './testing/identity-provider.ts';
import { MemoryControl } from './testing/memory-control.ts';
import { operationOf, planOf, stateOf } from './testing/states.ts';
import { startWorld } from './testing/world.ts';

it('secrets in logs, diffs and API answers: what is planted everywhere is found nowhere', async () => {
  const CANARY = 'canary-7f3a';
  const address = `https://bot:${CANARY}@git.example.com/web.git`;
  const change: Change = {
    part: 'ecs:service',
    path: '/x',
    from: `postgres://app:${CANARY}@db/shop`,
    to: `Bearer ${CANARY}-x`,
    effect: 'inPlace',
  };
  const plan = {
    ...planOf('web'),
    waves: [[{ ...planOf('web').waves[0]?.[0], changes: [change], notes: [address] }]],
  } as ReturnType<typeof planOf>;
  const operation = operationOf('web', {
    message: `could not read ${address}`,
    plan,
    initiator: { kind: 'person', name: address },
  });
  const control = new MemoryControl(
    stateOf('web', {
      spec: { source: { repoURL: address, parameters: { db: `mysql://u:${CANARY}@db` } } },
      labels: { note: `redis://:${CANARY}@cache` },
      problem: `git fetch ${address} failed`,
      operation,
      drift: [{ ref: 'Service/web', path: '/x', principal: address }],
      conditions: [
        { type: 'Ready', status: 'False', reason: 'X', message: address, lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    }),
  );
  control.operations = [operation];
  control.projectStates = [{ name: 'shop', spec: { description: address, sourceRepos: [address] } }];
  control.manifests = async () => `kind: Service\nspec: {env: "${address}"}\n`;
  control.plan = async () => plan;
  const provider = await startIdentityProvider(`${CANARY}-client`);
  const world = await startWorld({
    control,
    settings: { oidc: provider.client, rateLimits: { requestsPerMinute: 1_000 } },
    dependencies: {
      logs: {
        read: async () =>
          (async function* () {
            yield { at: '', container: 'web', task: 'a', text: address };
          })(),
      },
    },
  });
  const admin = await world.token();
  const texts: string[] = [];
  const events = await readEvents(`${world.url}/api/v1/events`, { authorization: `Bearer ${admin}` });
  world.sink({
    at: world.clock.now(),
    code: 'source.failed',
    level: 'error',
    message: address,
    data: { application: 'web', nested: [{ address }] },
  });
  texts.push(JSON.stringify(await events.next()));
  events.close();

  for (const failure of [
    undefined,
    new TerminalError('WindowClosed', address),
    new Error(address),
    new TypeError(address),
  ]) {
    control.failure = failure;
    for (const key of routeKeys().filter((one) => !one.endsWith('/events'))) {
      const [method = '', path = ''] = key.split(' ');
      const query = path.endsWith('/logs') ? '?resource=Service/web' : '';
      const { text, headers } = await world.ask(
        method,
        `${path.replace('{name}', 'web').replace('{id}', '1').replace('{kind}/{resource}', 'Service/web')}${query}`,
        {
          as: admin,
          headers: { cookie: `longshore=${CANARY}`, referer: address },
          ...(path.endsWith('/tokens') && method === 'POST' && { body: { name: `for ${address}`, access: 'viewer' } }),
        },
      );
      texts.push(text, JSON.stringify([...headers]));
    }
  }
  for (const as of [`lsp_${CANARY}`, `eyJhbGciOiJub25lIn0.${CANARY}.x`, CANARY])
    texts.push((await world.ask('GET', '/api/v1/audit', { as })).text);
  texts.push((await world.ask('GET', `/auth/callback?code=${CANARY}&state=${CANARY}`)).text);
  texts.push((await world.ask('GET', `/api/v1/${CANARY}?token=${CANARY}`)).text);
  texts.push((await world.ask('GET', '/metrics')).text, (await world.ask('GET', '/readyz')).text);

  expect(texts.length).toBeGreaterThan(200);
  expect(texts.filter((text) => text.includes(CANARY))).toEqual([]);
  const own = world.events.filter(({ code }) => code !== 'source.failed');
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter((event) => JSON.stringify(event).includes(CANARY))).toEqual([]);
  const kept = [...(await world.store.list('audit', '', 1_000)), ...(await world.store.list('token', '', 1_000))];
  expect(JSON.stringify(kept)).not.toContain(admin);
  expect(kept.filter(({ type, value }) => type === 'audit' && JSON.stringify(value).includes(CANARY))).toEqual([]);
  await world.close();
  await provider.close();
});
