import type { FaultRule, Sandbox } from '../index.ts';
import type { WorldState } from '../kernel/sandbox-world.ts';
import type { Answer, Received } from '../wire/protocols/protocol.ts';
import type { Calls } from './calls.ts';
import { parseFaultRule } from './fault-rule.ts';
import type { Faults } from './faults.ts';

/** What the control API shows and moves. */
export interface Controlled {
  readonly sandbox: Sandbox;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly problems: readonly string[];
  /** Names of the served APIs. */
  readonly services: readonly string[];
  readonly state: () => WorldState;
  /** Pushes an image to ECR, by its whole name. Throws when that is no name of an image there. */
  readonly pushImage: (image: string) => { readonly digest: string };
}

const prefix = '/_sandbox';

/** Whether a path belongs to the control API; no AWS API has such paths. */
export function isControlPath(path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

type Route = (controlled: Controlled, body: Record<string, unknown>) => unknown;

const routes: Readonly<Record<string, Route>> = {
  'GET ': ({ sandbox, services, problems }) => ({
    status: problems.length === 0 ? 'ok' : 'problems',
    now: new Date(sandbox.now()).toISOString(),
    services,
    problems,
    see: Object.keys(routes)
      .filter((route) => route !== 'GET ')
      .map((route) => route.replace(' ', ` ${prefix}/`)),
  }),
  'GET health': ({ problems }) => ({ status: problems.length === 0 ? 'ok' : 'problems', problems }),
  'GET state': ({ state }) => state(),
  'GET clock': ({ sandbox }) => clockOf(sandbox),
  'POST advance': async ({ sandbox }, { ms }) => {
    if (typeof ms !== 'number') throw new RequestError(`expected {"ms": milliseconds}, found ${JSON.stringify(ms)}`);
    await sandbox.advance(ms);
    return clockOf(sandbox);
  },
  'GET calls': ({ calls }) => calls.all(),
  'DELETE calls': ({ calls }) => {
    calls.reset();
    return {};
  },
  'GET faults': ({ faults }) => faults.list(),
  'POST faults': ({ sandbox, faults }, body) => {
    const rule: FaultRule | string = parseFaultRule(body);
    if (typeof rule === 'string') throw new RequestError(rule);
    sandbox.fault(rule);
    return faults.list();
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return [];
  },
  'POST images': ({ pushImage }, { image }) => {
    if (typeof image !== 'string') throw new RequestError(`expected {"image": text}, found ${JSON.stringify(image)}`);
    return pushImage(image);
  },
  'GET listeners': ({ sandbox }) => sandbox.listeners(),
  'POST snapshot': async ({ sandbox }, { folder }) => {
    if (typeof folder !== 'string')
      throw new RequestError(`expected {"folder": path}, found ${JSON.stringify(folder)}`);
    await sandbox.snapshot(folder);
    return { folder };
  },
};

/** A request that cannot be done as it is. */
class RequestError extends Error {}

/** Answers a request under `/_sandbox/`, always in JSON. */
export async function control(controlled: Controlled, request: Received): Promise<Answer> {
  if (isFromElsewhere(request, controlled.sandbox.url)) {
    return answer(403, { error: 'the control API is not for web pages of other origins' });
  }
  const name = request.path.slice(prefix.length).replace(/^\/|\/$/g, '');
  const route = routes[`${request.method} ${name}`];
  if (!route) {
    return answer(404, { error: `no ${request.method} ${request.path}; there are: ${Object.keys(routes).join(', ')}` });
  }
  try {
    return answer(200, await route(controlled, parseBody(request)));
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * Whether a page of another site sends the request, by its Origin or, after DNS rebinding, by the Host that it believes
 * to talk to. An endpoint on loopback has the names of loopback only.
 */
function isFromElsewhere({ headers }: Received, url: string): boolean {
  const { origin, host = '' } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;
  return loopback.test(new URL(url).host) && !loopback.test(host);
}

function parseBody(request: Received): Record<string, unknown> {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(request.body.toString()) as Record<string, unknown>;
  } catch {
    throw new RequestError('the body is not JSON');
  }
}

function clockOf(sandbox: Sandbox): { now: number; time: string } {
  return { now: sandbox.now(), time: new Date(sandbox.now()).toISOString() };
}

function answer(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body, null, 2)}\n` };
}
