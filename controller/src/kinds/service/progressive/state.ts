import type { ProgressiveStep } from '../../../api/deployment.ts';
import type { Weights } from '../rules.ts';
import type { Outcome } from '../verification/index.ts';
import type { LastGivenUp, Marks } from './marks.ts';

/** One task set as a decision needs it. */
export interface TaskSetState {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** Percent of the service's desired count. */
  readonly scale: number;
  /** How many tasks that is. */
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** ECS says STEADY_STATE: all tasks run and are healthy. */
  readonly steady: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** ARN; undefined for a set that somebody made without one. */
  readonly targetGroup?: string;
  readonly targets: { readonly healthy: number; readonly unhealthy: number; readonly starting: number };
  /** Tasks that stopped by themselves within the last hour. */
  readonly failed: number;
  /** Why they did, in words. */
  readonly trouble?: string;
  /** Undefined for a set that no rollout of ours made. */
  readonly marks?: Marks;
  /** It runs what Git says. */
  readonly wanted: boolean;
}

/** The sets of a service by what they are to its rollout. */
export interface Roles {
  /** What serves, or served before the rollout. Undefined: nothing has come through yet. */
  readonly stable?: TaskSetState;
  /** What the rollout in flight goes to. */
  readonly next?: TaskSetState;
  /** Sets that no rollout owns: made by hand. */
  readonly orphans: readonly TaskSetState[];
}

/** What the manifest says of the rollout, with the defaults filled in. */
export interface RolloutPlan {
  readonly steps: readonly ProgressiveStep[];
  readonly bakeMs: number;
  readonly deadlineMs: number;
  /** How many failed tasks are too many. */
  readonly failedTasks: number;
  /** Whether the rollout in flight ends before what Git says now begins. */
  readonly queues: boolean;
}

/** All that a decision rests on. */
export interface RolloutState extends Roles {
  readonly plan: RolloutPlan;
  /** ARNs of the pair. */
  readonly pair: { readonly primary: string; readonly alternate: string };
  readonly production: Weights;
  /** Undefined: there is no test rule. */
  readonly test?: Weights;
  /** The service carries the hold on what Git says. */
  readonly held: boolean;
  readonly last?: LastGivenUp;
  /** Id of the set that a person wants replaced by one of the same content; RETRY: what failed is to be tried again. */
  readonly restart?: string;
  /** What serves has not been marked as verified since the last rollout began. */
  readonly unverified: boolean;
  /** Alarms that began to fire since the rollout began. */
  readonly alarms: readonly string[];
  /** Why nobody knows whether alarms fire: then nothing goes on, and what else fails still goes back. */
  readonly blind?: string;
  /** How the analyses go that run for as long as the rollout. */
  readonly throughout?: Outcome;
  /** How the analysis of the step goes, or in Bake what is verified after. */
  readonly verification?: Outcome;
}

/** What has to be done to AWS. All of them can be done twice. */
export type Action =
  | { readonly do: 'shift'; readonly rule: 'production' | 'test'; readonly weights: Weights }
  | { readonly do: 'create'; readonly targetGroup: string; readonly from?: TaskSetState }
  | { readonly do: 'mark'; readonly set: TaskSetState; readonly phase: Marks['phase']; readonly traffic: boolean }
  | { readonly do: 'promote'; readonly set: TaskSetState }
  /** Marks the set as given up: the first thing of an abort, so that nobody forgets it. */
  | { readonly do: 'end'; readonly set: TaskSetState; readonly how: 'Failed' | 'Superseded'; readonly cause: string }
  /** Remembers on the service what was given up; with a hold, so that it is not tried again. */
  | { readonly do: 'remember'; readonly last: LastGivenUp; readonly hold: boolean }
  | { readonly do: 'verified' }
  /** What a person asked for has been done. */
  | { readonly do: 'answer' }
  | { readonly do: 'scale'; readonly set: TaskSetState; readonly percent: 0 | 100 }
  | { readonly do: 'delete'; readonly set: TaskSetState; readonly force: boolean };

/** What to do now, and what for. */
export type Decision =
  | { readonly is: 'act'; readonly actions: readonly Action[]; readonly waitsFor: string }
  | { readonly is: 'wait'; readonly waitsFor: string; readonly pollAfterMs: number }
  /** What Git says failed, and is not tried again. */
  | { readonly is: 'failed'; readonly cause: string }
  | { readonly is: 'done' };

/**
 * Which set is what. A set that was made from the one that serves is the rollout; after it has become PRIMARY, the one
 * that it was made from stays the old one for as long as it is there.
 */
export function rolesOf(sets: readonly TaskSetState[]): Roles {
  const there = sets.filter((set) => set.status !== 'DRAINING');
  const primary = there.find((set) => set.status === 'PRIMARY');
  const before = there.find((set) => set.id === primary?.marks?.from && set !== primary);
  if (primary !== undefined && before !== undefined) {
    return { stable: before, next: primary, orphans: there.filter((set) => set !== primary && set !== before) };
  }
  const made = there
    .filter((set) => set !== primary && set.marks?.from === (primary?.id ?? NONE))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
  if (made === undefined && primary?.marks?.phase.is === 'Bake') {
    // Somebody took the old set away before the new one had come through.
    return { next: primary, orphans: there.filter((set) => set !== primary) };
  }
  const next = made;
  return {
    ...(primary === undefined ? {} : { stable: primary }),
    ...(next === undefined ? {} : { next }),
    orphans: there.filter((set) => set !== primary && set !== next),
  };
}

/** What the first set of a service was made from. */
export const NONE = 'none';

/** The percent of production traffic that a set is to have in a phase. */
export function weightAt({ steps }: Pick<RolloutPlan, 'steps'>, phase: Marks['phase']): number {
  if (phase.is === 'ScaleUp') return 0;
  if (phase.is !== 'Step') return 100;
  const weights = steps.slice(0, phase.index).flatMap(({ weight }) => weight ?? []);
  return weights.at(-1) ?? 0;
}

/** The target group of the pair that a set does not use. */
export function otherOf({ primary, alternate }: RolloutState['pair'], targetGroup: string | undefined): string {
  return targetGroup === primary ? alternate : primary;
}

/** Weights of both target groups: `percent` for the second one. */
export function split(stable: string, next: string, percent: number): Weights {
  return { [stable]: 100 - percent, [next]: percent };
}

/** True when the same target groups have the same shares. */
export function sameWeights(a: Weights, b: Weights): boolean {
  const arns = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...arns].every((arn) => Object.hasOwn(a, arn) && Object.hasOwn(b, arn) && a[arn] === b[arn]);
}
