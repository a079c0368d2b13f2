import type { FastifyInstance } from 'fastify';
import type { TokenRequest } from '../../api/http/access.ts';
import type { Event, EventSink } from '../../core/events.ts';
import type { Control } from '../../engine/control.ts';
import type { StateStore } from '../../engine/store.ts';
import { memoryStore } from '../../engine/stores/memory.ts';
import { createToken } from '../auth/tokens.ts';
import type { AccessSettings, ServerDependencies } from '../dependencies.ts';
import { createEventFeed, type EventFeed } from '../events/feed.ts';
import { serveApi } from '../serve.ts';
import { createServer } from '../server.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { MemoryControl } from './memory-control.ts';

/** A server that listens, and everything around it that a test wants to look at. */
export interface World {
  readonly url: string;
  readonly clock: ManualClock;
  readonly store: StateStore;
  readonly feed: EventFeed;
  readonly events: Event[];
  /** What the server and the controller say. */
  readonly sink: EventSink;
  /** A token's text. */
  readonly token: (request?: Partial<TokenRequest>) => Promise<string>;
  /** A request to a path; `as` is a bearer token. */
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** How something is asked. */
export interface AskOptions {
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: Readonly<Record<string, never>> & Readonly<Record<string, unknown>>;
}

/** What a test brings. */
export interface WorldOptions {
  readonly control?: Control;
  readonly settings?: Partial<AccessSettings>;
  readonly dependencies?: Partial<ServerDependencies>;
  readonly clock?: ManualClock;
}

/** Starts a server on a free port. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { clock = manualClock() } = options;
  const events: Event[] = [];
  const feed = createEventFeed();
  const sink: EventSink = (event) => {
    events.push(event);
    feed.sink(event);
  };
  const deps = { ...dependencies(options, clock, sink, feed), ...options.dependencies };
  const endpoint = await serveApi({ host: '127.0.0.1', port: 0 }, deps);
  return {
    url: endpoint.url,
    clock,
    store: deps.store,
    feed,
    events,
    sink,
    token: async (request = {}) =>
      (await createToken(deps.store, clock, { name: 'robot', access: 'admin', ...request }, { name: 'test' })).token,
    ask: (method, path, asked) => ask(endpoint.url, method, path, asked),
    close: () => endpoint.close(),
  };
}

/** A server that listens nowhere: for its OpenAPI document. */
export function idleServer(version: string): Promise<FastifyInstance> {
  return createServer({ ...dependencies({}), version }, () => 'http://127.0.0.1');
}

/** Asks a server. Redirects are not followed. */
async function ask(
  url: string,
  method: string,
  path: string,
  { as, body, headers = {} }: AskOptions = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${as}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** What a server works with, where a test does not care. */
export function dependencies(
  { control = new MemoryControl(), settings = {} }: WorldOptions,
  clock: ManualClock = manualClock(),
  sink: EventSink = () => undefined,
  feed: EventFeed = createEventFeed(),
): ServerDependencies {
  return {
    control,
    store: memoryStore(),
    clock,
    sink,
    feed,
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => '# TYPE longshore_app_info gauge\n' },
    healthy: () => true,
    readiness: {},
    webhook: async () => 0,
    logs: {
      read: async () => {
        throw new Error('this test reads no logs');
      },
    },
    version: '0.0.0',
    settings: { access: [], ...settings },
  };
}
