import type { Bootstrap } from './run.ts';

/** Whether calls reach EventBridge, and what it means when they do not. */
export function trailInWords({ trail, where: { region } }: Pick<Bootstrap, 'trail' | 'where'>): string {
  if (trail.is === 'logs') return `CloudTrail: ${trail.message}.`;
  if (trail.is === 'unknown') {
    return `CloudTrail: ${trail.message}. Calls reach EventBridge only where a trail logs management events.`;
  }
  return (
    `CloudTrail: ${trail.message}. Calls do not reach EventBridge in ${region}, so that changes by hand are seen by ` +
    'sweeps alone, minutes later; who made them is looked up in the event history. State changes of tasks and ' +
    'deployments arrive all the same. A trail that logs management events (write-only will do) changes that; the first ' +
    'copy of these events in a region is free of charge.'
  );
}
