import type { Scope, World } from '../../kernel/world.ts';
import { selects } from './selectors.ts';
import { draw, type TrailEvent, type trailState, trailsOf } from './state.ts';

/** Name of the timer that hands an event to EventBridge. */
export const deliverTimer = 'cloudtrail/deliver';

/** Shortest and longest time until EventBridge gets an event when nothing is set, in milliseconds. */
const delayMs = [5_000, 90_000] as const;
/** Share of events that EventBridge gets twice when nothing is set. */
const doubledShare = 0.02;

/**
 * Sends an event to EventBridge when a trail logs it: each on its own time, so that they come in any order, and some of
 * them never or twice. "To record events with a detail-type value of AWS API Call via CloudTrail, you must have a
 * CloudTrail trail with logging enabled": https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function sendToEventBridge(
  world: World,
  scope: Scope,
  state: ReturnType<typeof trailState>,
  event: TrailEvent,
): void {
  if (!isLogged(world, scope, event)) return;
  const { lost = 0, doubled = doubledShare } = world.settings.cloudTrail;
  const names = [event.eventName, `${event.eventSource}:${event.eventName}`];
  // Both are drawn in any case: what happens to an event does not depend on what is set for others.
  const [forLoss, forDouble] = [draw(state), draw(state)];
  if (forLoss < lost || world.faults.strikes('loseTrailEvent', names)) return;
  const copies = forDouble < doubled || world.faults.strikes('doubleTrailEvent', names) ? 2 : 1;
  for (let copy = 0; copy < copies; copy++) {
    world.timers.set(scope, deliverTimer, delayOf(world, state), { event });
  }
}

/** Timer: EventBridge gets the event. */
export function deliver({ event }: { readonly event: TrailEvent }, scope: Scope, world: World): void {
  world.ports.events.emit(scope, () => ({
    source: `aws.${event.eventSource.replace(/\.amazonaws\.com$/, '')}`,
    detailType: 'AWS API Call via CloudTrail',
    resources: [],
    detail: event,
    at: Date.parse(event.eventTime),
    readOnly: event.readOnly,
  }));
}

/** Most events are quick, few are very late. */
function delayOf(world: World, state: ReturnType<typeof trailState>): number {
  const [shortest, longest] = world.settings.cloudTrail.delayMs ?? delayMs;
  return Math.round(shortest + draw(state) ** 3 * (longest - shortest));
}

/** Whether a trail of the account logs management events of this kind in this region. */
function isLogged(world: World, { accountId, region }: Scope, event: TrailEvent): boolean {
  return Object.values(trailsOf(world, accountId)).some(
    (trail) =>
      trail.logging &&
      (trail.multiRegion || trail.homeRegion === region) &&
      (event.eventSource !== 'iam.amazonaws.com' || trail.globalServices) &&
      selects(trail, event),
  );
}
