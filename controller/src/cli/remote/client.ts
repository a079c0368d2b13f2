import type { ProblemDetails } from '../../api/http/common.ts';
import type { ApiRoutes } from '../../api/http/routes.ts';
import { TerminalError } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { readEvents, type ServerSentEvent } from './server-sent-events.ts';

type Route = keyof ApiRoutes;
type QueryOf<R extends Route> = ApiRoutes[R] extends { query: infer Query } ? Query : never;
type AnswerOf<R extends Route> = ApiRoutes[R]['answer'];

/** What a request carries besides its route. */
export interface RequestOptions<R extends Route> {
  /** What stands for `{name}` in the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: QueryOf<R>;
  readonly body?: ApiRoutes[R] extends { body: infer Body } ? Body : never;
  readonly signal: AbortSignal;
}

/** A controller's HTTP API, typed by the table of its routes. */
export interface Client {
  readonly server: string;
  /** @throws RemoteError for what the controller refuses; TerminalError `Unreachable` */
  call<R extends Route>(route: R, options: RequestOptions<R>): Promise<AnswerOf<R>>;
  /** A text answer piece by piece, as it comes. */
  stream<R extends Route>(route: R, options: RequestOptions<R>): AsyncIterable<string>;
  /** Events as they come; ends when the controller ends it. `lastEventId` goes on after that one. */
  events<R extends Route>(
    route: R,
    options: RequestOptions<R> & { readonly lastEventId?: string },
  ): AsyncIterable<ServerSentEvent>;
}

/** The controller refused it. `code` is the problem's. */
export class RemoteError extends TerminalError {
  readonly status: number;
  /** In the controller's own words. */
  readonly detail: string;

  constructor({ code, status, detail }: Pick<ProblemDetails, 'code' | 'status' | 'detail'>, message = detail) {
    super(code, message);
    this.status = status;
    this.detail = detail;
  }
}

/** A client for the controller at `server`. `token` is asked for at each request: it may have been renewed. */
export function createClient(server: string, token: () => Promise<string | undefined>): Client {
  const send = async <R extends Route>(
    route: R,
    options: RequestOptions<R>,
    accept: string,
    more: Record<string, string> = {},
  ) => {
    const [method = 'GET', template = '/'] = route.split(' ');
    const url = new URL(`${server}${pathOf(template, options.path ?? {})}`);
    for (const [key, value] of Object.entries<string | number | boolean | undefined>(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const bearer = await token();
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        redirect: 'error',
        signal: options.signal,
        headers: {
          accept,
          'user-agent': 'longshore-cli',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(options.body !== undefined && { 'content-type': 'application/json' }),
          ...more,
        },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      });
    } catch (error) {
      options.signal.throwIfAborted();
      throw unreachable(server, error);
    }
    if (response.ok) return response;
    throw await refusal(server, response, bearer !== undefined);
  };
  return {
    server,
    async call(route, options) {
      const response = await send(route, options, 'application/json, application/yaml, text/plain;q=0.5');
      type Answer = AnswerOf<typeof route>;
      if (response.status === 204) return null;
      const json = (response.headers.get('content-type') ?? '').includes('json');
      return (json ? await response.json() : await response.text()) as Answer;
    },
    async *stream(route, options) {
      const response = await send(route, options, 'text/plain');
      yield* textOf(response);
    },
    async *events(route, { lastEventId, ...options }) {
      const more = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const response = await send(route, options, 'text/event-stream', more);
      yield* readEvents(textOf(response));
    },
  };
}

function pathOf(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

async function* textOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) yield decoder.decode(chunk as Uint8Array, { stream: true });
}

function unreachable(server: string, error: unknown): TerminalError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TerminalError('Unreachable', `the controller at ${server} cannot be reached: ${why}`, { cause });
}

async function refusal(server: string, response: Response, isLoggedIn: boolean): Promise<TerminalError> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const { code, detail } = isObject(body) ? body : {};
  if (typeof code !== 'string' || typeof detail !== 'string') {
    return new TerminalError(
      status === 503 ? 'Unavailable' : 'NotLongshore',
      `${server} answered ${status} and not as a Longshore controller does`,
    );
  }
  const problem = { code, status, detail };
  if (status !== 401) return new RemoteError(problem);
  const how = `"longshore login ${server}", or set LONGSHORE_TOKEN`;
  return new RemoteError(problem, isLoggedIn ? `${detail}: log in again, ${how}` : `log in first, ${how}`);
}
