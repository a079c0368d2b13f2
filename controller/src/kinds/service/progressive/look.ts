import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { isMarked } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { failureThreshold } from '../threshold.ts';
import { isVerified } from '../verification/index.ts';
import { isWantedSet } from './comparing.ts';
import { lastGivenUp, MARK } from './marks.ts';
import { type LiveTaskSet, stateOfSet } from './sets.ts';
import { type Roles, type RolloutPlan, type RolloutState, rolesOf } from './state.ts';
import { weightsOf } from '../rules.ts';

const MINUTE_MS = 60_000;

/** What the manifest says of the rollout. The defaults are those of api/deployment.ts. */
function planOf({ deployment }: ServiceSpec, desiredCount: number): RolloutPlan {
  const { steps = [], bakeMinutes = 0, progressDeadlineMinutes = 30, failedTasks } = deployment?.progressive ?? {};
  return {
    steps,
    bakeMs: bakeMinutes * MINUTE_MS,
    deadlineMs: progressDeadlineMinutes * MINUTE_MS,
    failedTasks: failedTasks ?? failureThreshold(desiredCount),
    queues: deployment?.onNewRevision === 'Queue',
  };
}

/** The sets by what they are. Without a manifest each is taken to run what Git says. */
export function rolesIn(live: ServiceLive, desired: Desired<ServiceSpec> | undefined, place: Place): Roles {
  const sets = live.progressive?.sets ?? [];
  return rolesOf(sets.map((set) => stateOfSet(set, desired === undefined || isWantedSet(desired, live, set, place))));
}

/** All that a decision rests on; undefined while the pair or the production rule is not there. */
export function stateIn(live: ServiceLive, desired: Desired<ServiceSpec>, place: Place): RolloutState | undefined {
  const { pair, production, test, alarms, blind } = live.progressive ?? {};
  if (pair === undefined || production === undefined || alarms === undefined) return undefined;
  const last = lastGivenUp(live.tags);
  const restart = live.tags[MARK.restart];
  return {
    ...rolesIn(live, desired, place),
    plan: planOf(desired.spec, live.service.desiredCount ?? 0),
    pair,
    production: weightsOf(production),
    held: isMarked(desired, live, place),
    alarms,
    unverified: !isVerified(desired, live),
    ...(blind === undefined ? {} : { blind }),
    ...(test === undefined ? {} : { test: weightsOf(test) }),
    ...(last === undefined ? {} : { last }),
    ...(restart === undefined ? {} : { restart }),
  };
}

/** The live set of an id. */
export function setOf(live: ServiceLive, id: string | undefined): LiveTaskSet | undefined {
  return live.progressive?.sets.find(({ set }) => set.id === id);
}
