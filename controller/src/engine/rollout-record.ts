import type { Rollout, RolloutStep } from '../core/driver.ts';
import type { RecordedRollout, RecordedStep } from './engine.ts';
import { isOver } from './watch.ts';

/** Keeps what is worth keeping of a rollout while it is on its way. */
export interface RolloutRecord {
  /** The rollout, as it was seen at that time. */
  note(rollout: Rollout, at: Date): void;
  /** As it was seen last; undefined where none was. */
  get(): RecordedRollout | undefined;
}

/** A record of the rollouts of one resource; the last one counts. */
export function rolloutRecord(): RolloutRecord {
  let last: RecordedRollout | undefined;
  return {
    note: (rollout, at) => {
      // ECS names a deployment by another id before it is on record as a service deployment.
      const goesOn = last?.endedAt === undefined;
      const isNamed = last?.target === rollout.target || last?.id === rollout.id;
      const isSame = last !== undefined && isNamed && (goesOn || isOver(rollout));
      const startedAt = rollout.startedAt?.toISOString() ?? (isSame ? last?.startedAt : undefined) ?? at.toISOString();
      const { strategy, phase, cause } = rollout;
      // Of one that was given up AWS may keep nothing but its id.
      const target = rollout.target === '' && isSame ? (last?.target ?? '') : rollout.target;
      // Looked at again at rest, it has ended when it was first seen to.
      const before = isSame && last?.phase === phase ? last.endedAt : undefined;
      const endedAt = isOver(rollout) ? (rollout.endedAt?.toISOString() ?? before ?? at.toISOString()) : undefined;
      const steps = rollout.steps ?? [];
      // Of what is at rest the last look may know neither the deployment nor its steps any more.
      const isBare = isSame && steps.length === 0;
      last = {
        id: (isBare ? last?.id : undefined) ?? rollout.id,
        target,
        strategy,
        phase,
        startedAt,
        ...(cause !== undefined && { cause }),
        ...(endedAt !== undefined && { endedAt }),
        steps: isBare
          ? (last?.steps ?? []).map((step) => (endedAt === undefined ? step : closed(step, phase, endedAt)))
          : steps.map((step, index) => recorded(step, isSame ? last?.steps[index] : undefined, at)),
      };
    },
    get: () => last,
  };
}

function recorded(step: RolloutStep, before: RecordedStep | undefined, at: Date): RecordedStep {
  const { name, status, message } = step;
  const known = before?.name === name ? before : undefined;
  const hasBegun = status !== 'Pending' && status !== 'Skipped';
  const hasEnded = status === 'Succeeded' || status === 'Failed';
  // One that was over when it was first seen: nobody saw when.
  const seen = known === undefined && hasEnded ? undefined : at.toISOString();
  const startedAt = step.startedAt?.toISOString() ?? known?.startedAt ?? (hasBegun ? seen : undefined);
  const endedAt = hasEnded ? (step.endedAt?.toISOString() ?? known?.endedAt ?? seen) : undefined;
  return {
    name,
    status,
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(message !== undefined && { message }),
  };
}

/** A step that nobody saw the end of, when the rollout itself has ended. */
function closed(step: RecordedStep, phase: Rollout['phase'], endedAt: string): RecordedStep {
  const isGood = phase === 'Succeeded';
  if (step.status === 'InProgress') return { ...step, status: isGood ? 'Succeeded' : 'Failed', endedAt };
  if (step.status === 'Pending') return { ...step, status: isGood ? 'Succeeded' : 'Skipped' };
  return step;
}
