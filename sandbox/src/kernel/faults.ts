/** What can be made to go wrong in the world itself, where no call meets it. */
export const worldEffects = [
  'capacityUnavailable',
  'imagePullFailure',
  'unhealthyTargets',
  'alarmOn',
  'targetUnavailable',
  'loseTrailEvent',
  'doubleTrailEvent',
] as const;

/** One of the effects that services ask for. */
export type WorldEffect = (typeof worldEffects)[number];

/** Faults as services ask for them at the moment when something may go wrong. */
export interface WorldFaults {
  /**
   * Whether a rule of this effect hits what goes by one of these names. Each `true` is one of the times that the rule
   * hits.
   */
  strikes(effect: WorldEffect, names: readonly string[]): boolean;
}

/** A world in which nothing is made to go wrong. */
export const noFaults: WorldFaults = { strikes: () => false };
