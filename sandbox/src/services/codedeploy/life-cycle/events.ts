import type { EventState } from '../state.ts';

/**
 * The lifecycle events of an ECS deployment in their order; those of test traffic only with a test listener.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html#deployment-steps-what-happens
 */
const order = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const;

/** The events of a new deployment. */
export function newEvents(withTestTraffic: boolean): EventState[] {
  return order
    .filter((name) => withTestTraffic || !name.endsWith('AllowTestTraffic'))
    .map((name) => ({ name, status: 'Pending' }));
}

/** The event that runs or is next; undefined when all are over. */
export function currentEvent(events: readonly EventState[]): EventState | undefined {
  return events.find(({ status }) => status === 'Pending' || status === 'InProgress');
}

/** The event that runs fails, and those that had not begun are skipped. */
export function breakOff(events: readonly EventState[], now: number): void {
  for (const event of events) {
    if (event.status === 'InProgress') {
      event.status = 'Failed';
      event.endedAt = now;
    } else if (event.status === 'Pending') {
      event.status = 'Skipped';
    }
  }
}
