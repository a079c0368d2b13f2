import type { ScalingPolicySpec, ScheduledScaling } from '../../api/scalingpolicy.ts';
import { lastFiring, parseSchedule } from '../../core/schedule.ts';

/** How few and how many tasks there may be. */
export interface Capacity {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** Scheduled actions fire within a minute or two, and our clock is not AWS's. */
const LATE_MS = 120_000;
const EARLY_MS = 60_000;

/**
 * The limits at a moment, from the manifest alone: those of the last scheduled action that fired, field by field, else
 * the declared ones. While scheduled actions are suspended they do not fire, and the declared limits count.
 */
export function expectedCapacity(spec: ScalingPolicySpec, now: Date): Capacity {
  const { minCapacity, maxCapacity } = spec;
  if (spec.suspend?.scheduled === true) return { minCapacity, maxCapacity };
  const fired = (spec.scheduled ?? [])
    .map((action) => ({ action, at: lastFiring(parseSchedule(action.schedule), frameOf(action), now) }))
    .filter((one): one is { action: ScheduledScaling; at: Date } => one.at !== undefined)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return fired.reduce<Capacity>(
    (capacity, { action }) => ({
      minCapacity: action.minCapacity ?? capacity.minCapacity,
      maxCapacity: action.maxCapacity ?? capacity.maxCapacity,
    }),
    { minCapacity, maxCapacity },
  );
}

/** The limits to make so: the live ones where they are those of a moment ago or of a moment from now. */
export function wantedCapacity(spec: ScalingPolicySpec, live: Capacity | undefined, now: Date): Capacity {
  const around = [0, -LATE_MS, EARLY_MS].map((ms) => expectedCapacity(spec, new Date(now.getTime() + ms)));
  const same = around.find((one) => one.minCapacity === live?.minCapacity && one.maxCapacity === live.maxCapacity);
  return same ?? expectedCapacity(spec, now);
}

/** True when the action never fires again. AWS may have deleted it, and refuses to make it anew. */
export function isOver(action: ScheduledScaling, now: Date): boolean {
  const frame = frameOf(action);
  if (frame.endTime !== undefined && frame.endTime <= now) return true;
  const schedule = parseSchedule(action.schedule);
  return schedule.kind === 'at' && lastFiring(schedule, frame, now) !== undefined;
}

function frameOf({ timezone, startTime, endTime }: ScheduledScaling): Parameters<typeof lastFiring>[1] {
  return {
    timezone: timezone ?? DEFAULT_TIMEZONE,
    startTime: startTime === undefined ? undefined : new Date(startTime),
    endTime: endTime === undefined ? undefined : new Date(endTime),
  };
}

/** PutScheduledAction: at and cron use UTC by default. */
export const DEFAULT_TIMEZONE = 'Etc/UTC';
