import type { Readable } from 'node:stream';
import type { EventsQuery, StreamedEvent } from '../../api/http/streams.ts';
import { isAllowed } from '../auth/permissions.ts';
import { keyOf, type Principal } from '../auth/principal.ts';
import { follow } from '../events/follow.ts';
import { type Api, applicationRoute, type Call, grantsNow, knownRoute } from '../route.ts';

/** Media type of server-sent events. */
export const SSE = 'text/event-stream';

/** What a stream of events needs of a request. */
type EventsCall = Pick<Call<'GET /api/v1/events'>, 'principal' | 'request' | 'reply'> & { readonly query: EventsQuery };

/** Streams of events. */
export function eventRoutes(api: Api): void {
  knownRoute(api, 'GET /api/v1/events', {
    id: 'streamEvents',
    summary: 'Events of every Application that you may see, as they happen.',
    tag: 'controller',
    produces: [SSE],
    handle: (call) => eventsOf(api, call, undefined),
  });

  applicationRoute(api, 'GET /api/v1/applications/{name}/events', 'application.read', {
    id: 'streamApplicationEvents',
    summary: 'Events of an Application, as they happen.',
    tag: 'applications',
    produces: [SSE],
    handle: (call) => eventsOf(api, call, call.state.name),
  });
}

/** Why somebody may not go on watching an Application (undefined: all that they see), or undefined. */
export async function whyOver(
  api: Api,
  principal: Principal,
  application: string | undefined,
): Promise<string | undefined> {
  if (!(await api.callers.isStill(principal))) return 'you are not logged in any more';
  if (application === undefined) return undefined;
  const isThere = api.deps.control.state(application) !== undefined;
  return isThere && maySee(api, principal, application) ? undefined : `"${application}" is gone, or you may not see it`;
}

function eventsOf(
  api: Api,
  { principal, query, request, reply }: EventsCall,
  application: string | undefined,
): Readable {
  const { deps, slots } = api;
  const header = request.headers['last-event-id'];
  const stream = follow(slots.take(keyOf(principal)), deps.feed, deps.clock, {
    level: query.level ?? 'info',
    lastEventId: typeof header === 'string' ? header : query.lastEventId,
    isVisible: (event) =>
      (application === undefined || event.data['application'] === application) && maySeeEvent(api, principal, event),
    isOver: () => whyOver(api, principal, application),
  });
  // Proxies that collect an answer before they pass it on (nginx) are asked not to.
  reply.type(SSE).header('x-accel-buffering', 'no');
  return stream.body;
}

/** What is of no Application is of the controller itself, and for those who may see everything. */
function maySeeEvent(api: Api, principal: Principal, { data }: StreamedEvent): boolean {
  const { application } = data;
  if (typeof application === 'string') return maySee(api, principal, application);
  return isAllowed(grantsNow(api, principal), 'application.read', {});
}

function maySee(api: Api, principal: Principal, application: string): boolean {
  const state = api.deps.control.state(application);
  // Of one that is gone it is not known any more in which Project it was.
  const target = state === undefined ? {} : { project: state.project, application };
  return isAllowed(grantsNow(api, principal), 'application.read', target);
}
