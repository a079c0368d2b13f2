import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired, Health, HealthStatus } from '../../../core/driver.ts';
import { HELD } from '../../../core/health.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { plural, unhealthyTargetsInWords } from '../causes.ts';
import type { ServiceLive } from '../live.ts';
import { stateIn } from './look.ts';
import { rolloutOf } from './rollout.ts';
import type { RolloutState, TaskSetState } from './state.ts';

/** The default of api/deployment.ts. */
const ABORT_WITHIN_SECONDS = 120;

/**
 * Health of the wanted revision. Healthy: its task set serves, with as many healthy tasks as are wanted. A rollout that
 * waits for a person is Suspended, as Argo CD has it.
 */
export function healthOf(desired: Desired<ServiceSpec>, live: ServiceLive, now: Date, place: Place): Health {
  if (live.service.status === 'DRAINING') return health('Progressing', 'Draining', 'the service is being deleted');
  const state = stateIn(live, desired, place);
  if (state === undefined)
    return health('Progressing', 'Waiting', 'the pair of target groups or the rule is not there yet');
  const { stable, next } = state;
  if (next?.marks?.ended !== undefined) return goingBack(desired, state, next, next.marks.ended, now);
  if (next !== undefined) return inFlight(live, place);
  if (state.held && stable?.wanted !== true) {
    return health(
      'Degraded',
      HELD,
      `its rollout failed and is not tried again: ${state.last?.cause ?? 'no cause is on record'}`,
    );
  }
  if (stable === undefined) return health('Progressing', 'NoTaskSet', 'it has no task set yet');
  if (!stable.wanted) {
    const runs = live.service.taskDefinition?.split('/').at(-1) ?? 'another revision';
    return health('Progressing', 'OtherRevision', `it runs ${runs}, which is not what Git says`);
  }
  return atRest(live, stable);
}

function goingBack(
  desired: Desired<ServiceSpec>,
  state: RolloutState,
  next: TaskSetState,
  ended: { readonly how: string; readonly at: Date; readonly cause: string },
  now: Date,
): Health {
  if (ended.how === 'Superseded')
    return health('Progressing', 'Superseded', `the last rollout is taken back: ${ended.cause}`);
  if (state.held && state.stable === undefined) {
    return health('Degraded', HELD, `its rollout failed and is not tried again: ${ended.cause}`);
  }
  const seconds = desired.spec.deployment?.progressive?.abortWithinSeconds ?? ABORT_WITHIN_SECONDS;
  const percent = state.production[next.targetGroup ?? ''] ?? 0;
  if (state.stable !== undefined && percent > 0 && now.getTime() - ended.at.getTime() > seconds * 1_000) {
    const message = `${percent} percent of the traffic still goes to the new revision, ${seconds} seconds after the rollout was given up: ${ended.cause}`;
    return health('Degraded', 'AbortOverdue', message);
  }
  return health('Degraded', 'RollingBack', ended.cause);
}

function inFlight(live: ServiceLive, place: Place): Health {
  const rollout = rolloutOf(live, place);
  const waitsFor = rollout?.waitsFor ?? 'the next step';
  if (rollout?.phase === 'Paused') return health('Suspended', 'Paused', `it waits for ${waitsFor}`);
  if (rollout?.phase === 'AwaitingPromotion')
    return health('Suspended', 'AwaitingPromotion', `it waits for ${waitsFor}`);
  const [index = 0, count = 0] = rollout?.step ?? [];
  return health('Progressing', 'Deploying', `step ${index} of ${count}; it waits for ${waitsFor}`);
}

function atRest(live: ServiceLive, { running, pending, desired, targets, trouble }: TaskSetState): Health {
  if (running < desired) {
    const count = `${running} of ${plural(desired, 'task')} run`;
    return health(
      'Progressing',
      'TasksStarting',
      `${count}, ${pending} start${trouble === undefined ? '' : `; ${trouble}`}`,
    );
  }
  if (running > desired) return health('Progressing', 'TasksStopping', `${running} tasks run, ${desired} are wanted`);
  const bad = unhealthyTargetsInWords(live);
  if (bad !== undefined) return health('Degraded', 'UnhealthyTargets', bad);
  if (targets.healthy < desired || targets.starting > 0) {
    return health('Progressing', 'TargetsStarting', `${targets.healthy} of ${plural(desired, 'target')} are healthy`);
  }
  return health('Healthy', 'DeploymentCompleted', `${plural(running, 'task')} run`);
}

function health(status: HealthStatus, reason: string, message: string): Health {
  return { status, reason, message };
}
