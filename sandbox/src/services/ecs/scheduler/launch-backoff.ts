const minute = 60_000;

/** Rounds that fail before launches are spaced out. */
const freeRounds = 3;

/** "up to a maximum of 27 minutes". */
const longestMs = 27 * minute;

/**
 * How long no task is launched after this many rounds of tasks in a row went from PENDING to STOPPED, in milliseconds.
 * Only the maximum is documented (developer guide, "Amazon ECS service throttle logic"); the steps double from a minute.
 */
export function launchBackoffMs(failedRounds: number): number {
  if (failedRounds < freeRounds) return 0;
  return Math.min(longestMs, minute * 2 ** (failedRounds - freeRounds));
}
