import { Readable } from 'node:stream';
import type { LogLine } from '../../api/http/streams.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import { keyOf } from '../auth/principal.ts';
import { keepUntilOver } from '../events/follow.ts';
import { eventText } from '../events/streams.ts';
import { redactText } from '../redaction.ts';
import { type Api, type ApplicationCall, applicationRoute } from '../route.ts';
import { SSE, whyOver } from './events.ts';

const DEFAULT_SINCE_S = 3_600;
const DEFAULT_TAIL = 1_000;

/** The logs of containers. */
export function logRoutes(api: Api): void {
  applicationRoute(api, 'GET /api/v1/applications/{name}/logs', 'application.read', {
    id: 'streamLogs',
    summary: 'What the containers of a Service or Job print.',
    tag: 'applications',
    produces: ['text/plain', SSE],
    handle: (call) => logsOf(api, call),
  });
}

async function logsOf(api: Api, call: ApplicationCall<'GET /api/v1/applications/{name}/logs'>): Promise<Readable> {
  const { state, query, request, reply, principal, signal } = call;
  const { clock, logs } = api.deps;
  const ref = refOf(query.resource);
  const slot = api.slots.take(keyOf(principal));
  signal.addEventListener('abort', () => slot.end('the client has gone'), { once: true });
  void keepUntilOver(slot, clock, () => whyOver(api, principal, state.name));
  try {
    const lines = await logs.read(
      state,
      {
        ref,
        since: new Date(clock.now().getTime() - (query.sinceSeconds ?? DEFAULT_SINCE_S) * 1000),
        tail: query.tail ?? DEFAULT_TAIL,
        follow: query.follow ?? false,
        ...(query.container !== undefined && { container: query.container }),
        ...(query.task !== undefined && { task: query.task }),
        ...(query.contains !== undefined && { contains: query.contains }),
      },
      slot.signal,
    );
    const isSse = (request.headers.accept ?? '').includes(SSE);
    reply.type(isSse ? SSE : 'text/plain; charset=utf-8').header('x-accel-buffering', 'no');
    const body = Readable.from(isSse ? asEvents(lines) : asText(lines));
    body.once('close', () => slot.end('there are no more lines'));
    return body;
  } catch (error) {
    slot.end('the logs cannot be read');
    throw error;
  }
}

async function* asEvents(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  for await (const line of lines) yield eventText({ code: 'log' }, { ...line, text: redactText(line.text) });
}

/** One line stays one line, whatever the container prints. */
async function* asText(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  for await (const { text } of lines) yield `${redactText(text).replaceAll(/[\r\n]+/gu, ' ')}\n`;
}

function refOf(resource: string): Ref {
  const { kind, name } = /^(?<kind>[A-Za-z]+)[/:](?<name>[a-z0-9-]+)$/u.exec(resource)?.groups ?? {};
  if (kind === undefined || name === undefined) {
    throw new TerminalError(
      'InvalidRequest',
      `query.resource: "${resource}" is no resource, expected Kind/name such as Service/web`,
    );
  }
  return `${kind}/${name}`;
}
