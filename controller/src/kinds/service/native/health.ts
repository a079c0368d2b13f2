import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired, Health, HealthStatus, Rollout } from '../../../core/driver.ts';
import { HELD } from '../../../core/health.ts';
import { causeOf, plural, stoppedTasksInWords, troubleInEvents, unhealthyTargetsInWords } from '../causes.ts';
import { countHealth } from '../counts.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { wentForWanted } from './firststep.ts';
import { isHeldInFlight, rolloutOf, verdictOn } from './rollout.ts';
import { isStranded, strandedHealth } from './stranded.ts';
import { runsWanted } from '../target.ts';
import { failureThreshold } from '../threshold.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { isFailing, standingHealth } from '../verification/after.ts';

/**
 * Health of the wanted revision, never of an earlier one that still runs. Healthy: its deployment completed, as many
 * tasks run as are wanted, and every target passes its health checks.
 */
export function healthOf(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): Health {
  const { service } = live;
  if (service.status === 'DRAINING') return health('Progressing', 'Draining', 'the service is being deleted');
  const verification = standingHealth(live);
  if (verification !== undefined && isFailing(live)) return verification;
  const rollout = rolloutOf(live);
  const { held, failed } = verdictOn(desired, live, place);
  if (held) {
    // Whoever put the hold on it did not live to stop it: held is what is over.
    if (isHeldInFlight(desired, live, place))
      return health('Degraded', 'RollingBack', `it is taken back: ${causeOf(live)}`);
    return health('Degraded', HELD, `its rollout failed and is not tried again: ${causeOf(live)}`);
  }
  if (failed) return health('Degraded', 'RolloutFailed', rollout?.cause ?? causeOf(live));
  if (isStranded(desired, live, place)) return strandedHealth(live);
  if (rollout?.phase === 'RollingBack' && wentForWanted(desired, live, place)) {
    return health('Degraded', 'RollingBack', `ECS rolls back: ${rollout.cause ?? causeOf(live)}`);
  }
  if (!runsWanted(desired, live, place)) {
    const runs = service.taskDefinition?.split('/').at(-1) ?? 'nothing';
    return health('Progressing', 'OtherRevision', `it runs ${runs}, which is not what Git says`);
  }
  if (verification !== undefined) return verification;
  if (rollout?.phase === 'AwaitingPromotion') return awaiting(rollout);
  if (rollout?.phase === 'InProgress') return inProgress(desired, live, rollout);
  return atRest(live);
}

/** Argo CD's word for a rollout that a person has to let go on. */
function awaiting({ step: [index, of], waitsFor }: Rollout): Health {
  return health(
    'Suspended',
    'AwaitingPromotion',
    `step ${index} of ${of} waits for ${waitsFor ?? 'a person to promote'}`,
  );
}

/** With a circuit breaker ECS decides when enough tasks have failed; without one nobody does, so the same threshold counts. */
function inProgress(desired: Desired<ServiceSpec>, live: ServiceLive, rollout: Rollout): Health {
  const { service } = live;
  const primary = primaryDeployment(service);
  const failed = primary?.failedTasks ?? 0;
  const count = `${primary?.runningCount ?? 0} of ${plural(primary?.desiredCount ?? service.desiredCount ?? 0, 'task')} of the new revision run`;
  const trouble = [stoppedTasksInWords(live), unhealthyTargetsInWords(live)].filter((part) => part !== undefined);
  if (trouble.length === 0 && failed > 0) trouble.push(troubleInEvents(live) ?? `${plural(failed, 'task')} failed`);
  const stage = rollout.waitsFor === undefined ? [] : [`waits for ${rollout.waitsFor}`];
  const message = [count, ...stage, ...trouble].join('; ');
  const guarded = desired.spec.deployment?.rolling?.circuitBreaker?.enable === true;
  if (!guarded && failed >= failureThreshold(service.desiredCount ?? 0))
    return health('Degraded', 'TasksFail', message);
  return health('Progressing', 'Deploying', message);
}

function atRest(live: ServiceLive): Health {
  const { service } = live;
  const done = `${plural(service.runningCount ?? 0, 'task')} run`;
  return countHealth(live, service) ?? targetsHealth(live) ?? health('Healthy', 'DeploymentCompleted', done);
}

function targetsHealth(live: ServiceLive): Health | undefined {
  const bad = unhealthyTargetsInWords(live);
  if (bad !== undefined) return health('Degraded', 'UnhealthyTargets', bad);
  const wanted = live.service.desiredCount ?? 0;
  for (const { targetGroupArn, targets = [] } of live.targetGroups) {
    const healthy = targets.filter((target) => target.TargetHealth?.State === 'healthy').length;
    const starting = targets.some((target) => target.TargetHealth?.State === 'initial');
    if (healthy >= wanted && !starting) continue;
    const name = targetGroupArn.split('/').at(-2) ?? targetGroupArn;
    return health('Progressing', 'TargetsStarting', `${healthy} of ${plural(wanted, 'target')} in ${name} are healthy`);
  }
  return undefined;
}

function health(status: HealthStatus, reason: string, message: string): Health {
  return { status, reason, message };
}
