import type { ExecAnswer, RecordedRolloutView, RolloutStepView, RolloutView, Task } from '../api/http/rollout.ts';
import type { Claim, ExecSession, RolloutStep, TaskState } from '../core/driver.ts';
import type { RolloutState } from './control.ts';
import type { Operation } from './engine.ts';

/** How many events of AWS are shown. */
const EVENTS = 10;

/** A rollout as the API and the command line show it. */
export function rolloutView(application: string, state: RolloutState): RolloutView {
  const { ref, rollout, health, events, parts, claims, operation } = state;
  const { id, strategy, phase, target, weights, cause, waitsFor, startedAt, endedAt } = rollout;
  return {
    kind: 'Rollout',
    application,
    ref,
    id,
    strategy,
    phase,
    target,
    step: rollout.step[0],
    stepsOf: rollout.step[1],
    weights: { ...weights },
    allows: [...rollout.allows],
    steps: (rollout.steps ?? []).map(stepView),
    sides: (rollout.sides ?? []).map((side) => ({ ...side })),
    needsController: rollout.needsUs ?? false,
    health: { ...health },
    events: events.slice(0, EVENTS).map(({ at, message }) => ({ at: at.toISOString(), message })),
    parts: parts.map((part) => ({ ...part })),
    holds: claims.map(holdInWords),
    ...(cause !== undefined && { cause }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(endedAt !== undefined && { endedAt: endedAt.toISOString() }),
    ...(operation !== undefined && { operation }),
  };
}

/** A task as the API and the command line show it. */
export function taskView({ createdAt, startedAt, stoppedAt, containers, ...task }: TaskState): Task {
  return {
    ...task,
    containers: containers.map((container) => ({ ...container })),
    ...(createdAt !== undefined && { createdAt: createdAt.toISOString() }),
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(stoppedAt !== undefined && { stoppedAt: stoppedAt.toISOString() }),
  };
}

/** A session as the API gives it. */
export function execView(session: ExecSession): ExecAnswer {
  return { kind: 'ExecSession', ...session };
}

/** The rollouts that an operation saw on their way. */
export function recordedRollouts({ results }: Pick<Operation, 'results'>): RecordedRolloutView[] {
  return results.flatMap(({ ref, rollout }) =>
    rollout === undefined ? [] : [{ ref, ...rollout, steps: rollout.steps.map((step) => ({ ...step })) }],
  );
}

function stepView({ startedAt, endedAt, ...step }: RolloutStep): RolloutStepView {
  return {
    ...step,
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(endedAt !== undefined && { endedAt: endedAt.toISOString() }),
  };
}

function holdInWords({ path, by, reason }: Claim): string {
  return `${path} is held by ${by}: ${reason}`;
}
