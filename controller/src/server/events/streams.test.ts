import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../core/json.ts';
import { deleteToken, listTokens } from '../auth/tokens.ts';
import { answerChecker } from '../openapi/validation.ts';
import { type EventReader, readEvents } from '../testing/event-reader.ts';
import { MemoryControl } from '../testing/memory-control.ts';
import { stateOf } from '../testing/states.ts';
import { startWorld, type World } from '../testing/world.ts';
import { createEventFeed } from './feed.ts';

let control: MemoryControl;
let world: World;
const readers: EventReader[] = [];
beforeEach(async () => {
  control = new MemoryControl(stateOf('mail', { project: 'post' }), stateOf('web'));
  world = await startWorld({ control });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await world.close();
});

async function open(path: string, as: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await readEvents(`${world.url}${path}`, { authorization: `Bearer ${as}`, ...headers });
  readers.push(reader);
  return reader;
}

function happen(message: string, application?: string, level: 'info' | 'debug' = 'info'): void {
  const data = application === undefined ? {} : { application };
  world.sink({ at: world.clock.now(), code: 'step.done', level, message, data });
}

describe('the stream of an Application', () => {
  it('has its events as they happen, with ids, and no others', async () => {
    const reader = await open('/api/v1/applications/web/events', await world.token());
    expect([reader.status, reader.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    happen('not this', 'mail');
    happen('too quiet', 'web', 'debug');
    happen('this', 'web');
    const event = await reader.next();
    expect(event).toMatchObject({ event: 'step.done', data: { message: 'this', code: 'step.done', level: 'info' } });
    expect(event?.id).toBe(event?.data['id']);
    expect(answerChecker()('StreamedEvent#', event?.data as Json)).toEqual([]);
  });

  it('goes on behind Last-Event-ID, by header or query', async () => {
    const as = await world.token();
    const first = await open('/api/v1/applications/web/events', as);
    happen('one', 'web');
    const { id = '' } = (await first.next()) ?? {};
    first.close();
    happen('two', 'web');
    happen('three', 'web');
    const byHeader = await open('/api/v1/applications/web/events', as, { 'last-event-id': id });
    expect([(await byHeader.next())?.data['message'], (await byHeader.next())?.data['message']]).toEqual([
      'two',
      'three',
    ]);
    const byQuery = await open(`/api/v1/applications/web/events?lastEventId=${id}`, as);
    expect((await byQuery.next())?.data['message']).toBe('two');
  });

  it('says so when events are missing', async () => {
    const reader = await open('/api/v1/applications/web/events', await world.token(), { 'last-event-id': 'other-12' });
    expect(await reader.next()).toMatchObject({ event: 'stream.gap' });
  });

  it('beats every 15 seconds, so that no proxy closes it', async () => {
    const reader = await open('/api/v1/applications/web/events', await world.token());
    expect(await reader.nextText()).toBe('retry: 3000\n: connected');
    await world.clock.advance(15_000);
    expect(await reader.nextText()).toBe(': alive');
  });

  it.each([
    [
      'the token is deleted',
      async () => void (await deleteToken(world.store, (await listTokens(world.store, 1))[0]?.id ?? '')),
    ],
    ['the Application is gone', () => void control.known.delete('web')],
    ['the Application comes into another Project', () => control.put(stateOf('web', { project: 'secret' }))],
  ])('ends when %s', async (_when, change) => {
    const reader = await open(
      '/api/v1/applications/web/events',
      await world.token({ project: 'shop', access: 'viewer' }),
    );
    await Promise.resolve(change());
    await world.clock.advance(15_000);
    expect(await reader.next()).toMatchObject({ event: 'stream.end' });
    expect(await reader.next()).toBeUndefined();
  });

  it('ends when the server stops, and says so', async () => {
    const reader = await open('/api/v1/applications/web/events', await world.token());
    const closed = world.close();
    expect(await reader.next()).toMatchObject({
      event: 'stream.end',
      data: { reason: expect.stringContaining('stops') },
    });
    await closed;
    world = await startWorld();
  });

  it('is not there for those who may not see it', async () => {
    const reader = await open('/api/v1/applications/web/events', await world.token({ project: 'post' }));
    expect(reader.status).toBe(404);
  });
});

describe('the stream of everything', () => {
  it('has what one may see at that moment, and what is of no Application for those who see everything', async () => {
    const all = await open('/api/v1/events', await world.token({ access: 'viewer' }));
    const shop = await open('/api/v1/events', await world.token({ project: 'shop', access: 'viewer' }));
    happen('of the controller');
    happen('of post', 'mail');
    happen('of shop', 'web');
    control.put(stateOf('web', { project: 'post' }));
    happen('moved', 'web');
    control.put(stateOf('mail', { project: 'shop' }));
    happen('last', 'mail');
    const messages = async (reader: EventReader, count: number): Promise<unknown> => {
      const read: unknown[] = [];
      while (read.length < count) read.push((await reader.next())?.data['message']);
      return read;
    };
    expect(await messages(all, 5)).toEqual(['of the controller', 'of post', 'of shop', 'moved', 'last']);
    expect(await messages(shop, 2)).toEqual(['of shop', 'last']);
  });

  it('may be open twenty times for one token', async () => {
    const as = await world.token();
    for (let count = 0; count < 20; count++) expect((await open('/api/v1/events', as)).status).toBe(200);
    const refused = await world.ask('GET', '/api/v1/events', { as });
    expect([refused.status, refused.json['code']]).toEqual([429, 'TooManyStreams']);
    expect((await open('/api/v1/events', await world.token({ name: 'other' }))).status).toBe(200);
    readers.shift()?.close();
    await expect.poll(async () => (await open('/api/v1/events', as)).status).toBe(200);
  });

  it('lets a client go that does not read', async () => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await world.token()}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const gone = new Promise((resolve) => socket.once('close', resolve));
    // More than the system's buffers of both sides hold: sent on until ours is full as well.
    for (let sent = 0; sent < 400; sent++) {
      happen('x'.repeat(50_000), 'web');
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resume();
    await gone;
  });
});

describe('the feed', () => {
  it('keeps so many events, and knows what is too old and what is of another process', () => {
    const feed = createEventFeed(10);
    const other = createEventFeed(10);
    const ids: string[] = [];
    const stop = feed.subscribe(({ id }) => void ids.push(id));
    for (let count = 0; count < 35; count++) {
      for (const { sink } of [feed, other])
        sink({ at: new Date(0), code: 'x', level: 'info', message: `${count}`, data: {} });
    }
    stop();
    expect(feed.after(ids[24])).toMatchObject({ gap: false, events: ids.slice(25).map((id) => ({ id })) });
    expect(feed.after(ids[34])).toEqual({ gap: false, events: [] });
    expect(feed.after(ids[23])).toEqual({ gap: true, events: [] });
    expect(other.after(ids[34])).toEqual({ gap: true, events: [] });
    expect(feed.after('nonsense')).toEqual({ gap: true, events: [] });
    expect(feed.after(undefined)).toEqual({ gap: false, events: [] });
  });
});
