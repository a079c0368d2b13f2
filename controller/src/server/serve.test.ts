import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { serveApi } from './serve.ts';
import { createServer } from './server.ts';
import { readEvents } from './testing/event-reader.ts';
import { MemoryControl } from './testing/memory-control.ts';
import { operationOf, stateOf } from './testing/states.ts';
import { dependencies, startWorld, type World } from './testing/world.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function start(control = new MemoryControl(stateOf('web'))): Promise<World> {
  const world = await startWorld({ control });
  worlds.push(world);
  return world;
}

it('names the port that is in use, and the option that changes it', async () => {
  const port = Number(new URL((await start()).url).port);
  await expect(serveApi({ host: '127.0.0.1', port }, dependencies({}))).rejects.toThrow(
    `port ${port} of 127.0.0.1 is in use by another program: give another with --listen`,
  );
});

it('answers who waits, ends streams and closes idle connections when it stops', async () => {
  const control = new MemoryControl(stateOf('web', { operation: operationOf('web') }));
  const world = await start(control);
  const as = await world.token();
  const waiting = world.ask('GET', '/api/v1/applications/web?wait=healthy&timeoutSeconds=3600', { as });
  const stream = await readEvents(`${world.url}/api/v1/events`, { authorization: `Bearer ${as}` });
  const idle = connect(Number(new URL(world.url).port), '127.0.0.1');
  idle.on('error', () => undefined);
  const closed = new Promise((resolve) => idle.resume().once('close', resolve));
  await expect.poll(() => control.reads).toBeGreaterThan(1);
  await world.close();
  expect((await waiting).json['wait']).toEqual({ for: ['healthy'], met: false });
  expect(await stream.next()).toMatchObject({ event: 'stream.end' });
  await closed;
  await expect(world.ask('GET', '/healthz')).rejects.toThrow('fetch failed');
});

it('has a limit for how long a client may take to send its request', async () => {
  const app = await createServer(dependencies({}), () => 'http://127.0.0.1');
  const { headersTimeout, requestTimeout, keepAliveTimeout } = app.server;
  expect([headersTimeout, requestTimeout, keepAliveTimeout]).toEqual([10_000, 30_000, 65_000]);
  await app.close();
});
