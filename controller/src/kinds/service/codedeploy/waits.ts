import { eventsOf, isReady, isWayBack, movedSince, readySince, waitsForTermination } from './events.ts';
import type { Run } from './live.ts';

const MINUTE_MS = 60_000;

/** Who or what a deployment waits for, in words; undefined while it goes on by itself. */
export function waitInWords(run: Run, now: Date): string | undefined {
  if (isWayBack(run)) return 'CodeDeploy to roll back';
  if (isReady(run)) return readyInWords(run, now);
  if (!waitsForTermination(run)) return undefined;
  const { terminationWaitTimeInMinutes: minutes = 0 } =
    run.info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess ?? {};
  const since = movedSince(run) ?? now;
  const left = Math.max(0, Math.ceil(minutes - (now.getTime() - since.getTime()) / MINUTE_MS));
  return `${minutesInWords(left)} until blue goes`;
}

function readyInWords(run: Run, now: Date): string {
  const { then, minutes } = run.note?.ready ?? {};
  if (then === 'Manual') return 'a person to promote or abort';
  const passed = minutesSince(readySince(run) ?? now, now);
  if (minutes === undefined) return `ready wait: ${minutesInWords(passed)} so far`;
  const progress = `ready wait: ${Math.min(passed, minutes)} of ${minutesInWords(minutes)}`;
  return then === 'Stop' ? `${progress} for a person to promote, then it stops` : progress;
}

function minutesSince(since: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - since.getTime()) / MINUTE_MS));
}

function minutesInWords(minutes: number): string {
  return `${minutes} minute${minutes === 1 ? '' : 's'}`;
}

/** How far a deployment is, by its lifecycle events. */
export function eventsInWords(run: Run): string {
  const events = eventsOf(run);
  const current =
    events.find(({ status }) => status === 'InProgress') ?? events.find(({ status }) => status === 'Pending');
  const count = events.filter(({ status }) => status === 'Succeeded' || status === 'Skipped').length;
  if (current === undefined) return run.info.status ?? 'Created';
  return `${current.lifecycleEventName} (${count} of ${events.length} events are done)`;
}
