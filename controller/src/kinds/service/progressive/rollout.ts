import type { ProgressiveStep } from '../../../api/deployment.ts';
import type { Rollout, RolloutAction, RolloutSide, RolloutStep } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { HOLD_TAG } from '../names.ts';
import type { ServiceLive } from '../live.ts';
import { isReady } from './failing.ts';
import { pauseMs } from './duration.ts';
import { rolesIn, setOf } from './look.ts';
import { lastGivenUp, MARK, type Marks, RETRY } from './marks.ts';
import { type Weights, weightsOf } from '../rules.ts';
import { NONE, type Roles, type TaskSetState } from './state.ts';

/** The rollout in flight, or the last one. Undefined for a service that has never had a task set. */
export function rolloutOf(live: ServiceLive, place: Place): Rollout | undefined {
  const roles = rolesIn(live, undefined, place);
  const { stable, next } = roles;
  if (next !== undefined) return inFlight(live, roles, next);
  const last = lastGivenUp(live.tags);
  const asked = live.tags[MARK.restart];
  if (stable !== undefined && (asked === stable.id || asked === RETRY)) return asking(live, stable, asked);
  if (live.tags[HOLD_TAG] !== undefined && last?.how === 'Failed') {
    return { ...over(live, last.id, ''), phase: 'Failed', cause: last.cause, allows: ['retry', 'restart'] };
  }
  if (stable === undefined) return undefined;
  const { set } = setOf(live, stable.id) ?? {};
  return {
    ...over(live, stable.id, set?.taskDefinition ?? ''),
    phase: 'Succeeded',
    allows: ['restart'],
    ...sidesOf(live, roles),
  };
}

/** A rollout that is over: all steps are behind it. */
function over(live: ServiceLive, id: string, target: string): Omit<Rollout, 'phase' | 'allows'> {
  const count = stepsOf(live, undefined).length;
  return { id, target, step: [count, count], strategy: 'Progressive', weights: weightsIn(live) };
}

/** A person asked for new tasks of the same revision, or for another attempt, and nothing has begun yet. */
function asking(live: ServiceLive, stable: TaskSetState, asked: string): Rollout {
  const target = setOf(live, stable.id)?.set.taskDefinition ?? '';
  return {
    ...over(live, `${stable.id} ${asked === RETRY ? asked : 'restart'}`, target),
    phase: 'InProgress',
    step: [1, stepsOf(live, undefined).length],
    allows: [],
    waitsFor: 'the new task set to start',
    needsUs: true,
  };
}

function inFlight(live: ServiceLive, roles: Roles, next: TaskSetState): Rollout {
  const { marks } = next;
  const steps = stepsOf(live, marks);
  const index = indexOf(marks, live);
  const phase = phaseOf(live, roles, next);
  const { ended } = marks ?? {};
  const waitsFor = waitsForOf(live, roles, next);
  return {
    id: next.id,
    target: setOf(live, next.id)?.set.taskDefinition ?? '',
    phase,
    step: [Math.min(index + 1, steps.length), steps.length],
    strategy: 'Progressive',
    weights: weightsIn(live),
    allows: allowed(phase, roles, marks),
    ...(ended === undefined ? {} : { cause: ended.cause }),
    steps: steps.map((name, at) => stepAt(name, at, index, marks)),
    ...sidesOf(live, roles),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    startedAt: next.createdAt,
    ...(phase === 'Failed' ? {} : { needsUs: true }),
  };
}

function phaseOf(live: ServiceLive, { stable }: Roles, { id, marks }: TaskSetState): Rollout['phase'] {
  if (marks?.ended !== undefined) {
    const remembered = lastGivenUp(live.tags)?.id === id && live.tags[HOLD_TAG] !== undefined;
    // The first set of a service stays where it is: there is nothing to go back to.
    return stable === undefined && remembered ? 'Failed' : 'RollingBack';
  }
  if (marks?.paused !== undefined) return 'Paused';
  return isManual(current(live, marks)) ? 'AwaitingPromotion' : 'InProgress';
}

function current(live: ServiceLive, marks: Marks | undefined): ProgressiveStep | undefined {
  if (marks?.phase.is !== 'Step') return undefined;
  return live.progressive?.manifest?.steps[marks.phase.index - 1];
}

function isManual(step: ProgressiveStep | undefined): boolean {
  return step?.pause !== undefined && pauseMs(step.pause) === undefined;
}

/** Promoted can be what waits; aborted what can go back. */
function allowed(phase: Rollout['phase'], { stable }: Roles, marks: Marks | undefined): readonly RolloutAction[] {
  if (phase === 'Failed') return ['retry'];
  if (phase === 'RollingBack' || marks?.phase.is === 'Cleanup') return [];
  const promote: readonly RolloutAction[] = marks?.phase.is === 'Step' || marks?.phase.is === 'Bake' ? ['promote'] : [];
  const abort: readonly RolloutAction[] = stable === undefined ? [] : ['abort'];
  return [...promote, phase === 'Paused' ? 'resume' : 'pause', ...abort];
}

function waitsForOf(live: ServiceLive, { stable }: Roles, next: TaskSetState): string | undefined {
  const { marks } = next;
  if (marks?.ended !== undefined) return stable === undefined ? undefined : 'the old tasks to have all traffic again';
  if (marks?.paused !== undefined) return 'a person to resume';
  const step = current(live, marks);
  if (isManual(step)) return 'a person to promote';
  if (step?.pause !== undefined) {
    const until = (marks?.since?.getTime() ?? 0) + (pauseMs(step.pause) ?? 0);
    return `the pause until ${new Date(until).toISOString()}`;
  }
  if (step?.analysis !== undefined) return `the analysis ${step.analysis}`;
  if (!isReady(next)) return `the new tasks: ${next.targets.healthy} of ${next.desired} are healthy`;
  if (marks?.phase.is === 'Bake') return 'the verification, and the time that the old tasks stay';
  return marks?.phase.is === 'Cleanup' ? 'the old tasks to stop' : undefined;
}

/**
 * Names of everything that happens, in its order: the steps of the manifest, and what is around them. The first set of a
 * service has nothing to take traffic from, and no steps.
 */
function stepsOf(live: ServiceLive, marks: Marks | undefined): readonly string[] {
  const steps = marks?.from === NONE ? [] : (live.progressive?.manifest?.steps ?? []);
  return ['scale up', ...steps.map(nameOf), 'bake', 'clean up'];
}

function nameOf({ weight, pause, analysis }: ProgressiveStep): string {
  if (weight !== undefined) return `weight ${weight}`;
  return pause === undefined ? `analysis ${analysis}` : `pause ${pause}`;
}

/** Which of `stepsOf` it is at, from 0. */
function indexOf(marks: Marks | undefined, live: ServiceLive): number {
  const count = stepsOf(live, marks).length;
  switch (marks?.phase.is) {
    case 'Step':
      return Math.min(marks.phase.index, count - 3);
    case 'Bake':
      return count - 2;
    case 'Cleanup':
      return count - 1;
    default:
      return 0;
  }
}

function stepAt(name: string, at: number, index: number, marks: Marks | undefined): RolloutStep {
  const { ended } = marks ?? {};
  // The manifest may have got other steps meanwhile: then the times of those before are nobody's.
  const times = marks?.times.length === index + 1 ? marks.times : [];
  const startedAt = at === index ? (marks?.since ?? times[at]) : times[at];
  const endedAt = at < index ? times[at + 1] : at === index ? ended?.at : undefined;
  const status = statusAt(at - index, ended);
  return {
    name,
    status,
    ...(startedAt === undefined || at > index ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(at === index && ended !== undefined ? { message: ended.cause } : {}),
  };
}

/** `distance`: how far a step is from where the rollout is. */
function statusAt(distance: number, ended: Marks['ended']): RolloutStep['status'] {
  if (distance < 0) return 'Succeeded';
  if (ended === undefined) return distance === 0 ? 'InProgress' : 'Pending';
  return distance === 0 && ended.how === 'Failed' ? 'Failed' : 'Skipped';
}

function sidesOf(live: ServiceLive, { stable, next }: Roles): Pick<Rollout, 'sides'> {
  const production = weightsIn(live);
  const test = live.progressive?.test === undefined ? undefined : weightsOf(live.progressive.test);
  const side = (role: RolloutSide['role'], set: TaskSetState | undefined): readonly RolloutSide[] => {
    if (set === undefined) return [];
    const { targetGroup, desired, running, pending, failed } = set;
    const weight = targetGroup === undefined ? undefined : production[targetGroup];
    const testWeight = targetGroup === undefined ? undefined : test?.[targetGroup];
    return [
      {
        role,
        revision: setOf(live, set.id)?.set.taskDefinition ?? '',
        desired,
        running,
        pending,
        failed,
        ...(targetGroup === undefined ? {} : { targetGroup }),
        ...(weight === undefined ? {} : { weight }),
        ...(testWeight === undefined ? {} : { testWeight }),
      },
    ];
  };
  return { sides: [...side('stable', stable), ...side('new', next)] };
}

function weightsIn({ progressive }: ServiceLive): Weights {
  return progressive?.production === undefined ? {} : weightsOf(progressive.production);
}
