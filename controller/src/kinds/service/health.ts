import type { ServiceSpec } from '../../api/service.ts';
import type { Desired, Health, HealthStatus } from '../../core/driver.ts';
import { HELD } from '../../core/health.ts';
import { causeOf, plural, stoppedTasksInWords, troubleInEvents, unhealthyTargetsInWords } from './causes.ts';
import { primaryDeployment, type ServiceLive } from './live.ts';
import { rolloutOf, verdictOn } from './rollout.ts';
import { runsWanted, wentToWanted } from './target.ts';
import type { Place } from '../../ecs/capacity.ts';

/**
 * Health of the wanted revision, never of an earlier one that still runs. Healthy: its deployment completed, as many
 * tasks run as are wanted, and every target passes its health checks.
 */
export function healthOf(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): Health {
  const { service } = live;
  if (service.status === 'DRAINING') return health('Progressing', 'Draining', 'the service is being deleted');
  const rollout = rolloutOf(live);
  const { held, failed } = verdictOn(desired, live, place);
  if (held) {
    return health('Degraded', HELD, `its rollout failed and is not tried again: ${causeOf(live)}`);
  }
  if (failed) return health('Degraded', 'RolloutFailed', rollout?.cause ?? causeOf(live));
  if (rollout?.phase === 'RollingBack' && wentToWanted(desired, live, place)) {
    return health('Degraded', 'RollingBack', `ECS rolls back: ${rollout.cause ?? causeOf(live)}`);
  }
  if (!runsWanted(desired, live, place)) {
    const runs = service.taskDefinition?.split('/').at(-1) ?? 'nothing';
    return health('Progressing', 'OtherRevision', `it runs ${runs}, which is not what Git says`);
  }
  if (rollout?.phase === 'InProgress') return inProgress(desired, live);
  return atRest(live);
}

/** With a circuit breaker ECS decides when enough tasks have failed; without one nobody does, so the same threshold counts. */
function inProgress(desired: Desired<ServiceSpec>, live: ServiceLive): Health {
  const { service } = live;
  const primary = primaryDeployment(service);
  const failed = primary?.failedTasks ?? 0;
  const count = `${primary?.runningCount ?? 0} of ${plural(primary?.desiredCount ?? service.desiredCount ?? 0, 'task')} of the new revision run`;
  const trouble = [stoppedTasksInWords(live), unhealthyTargetsInWords(live)].filter((part) => part !== undefined);
  if (trouble.length === 0 && failed > 0) trouble.push(troubleInEvents(live) ?? `${plural(failed, 'task')} failed`);
  const message = [count, ...trouble].join('; ');
  const guarded = desired.spec.deployment?.rolling?.circuitBreaker?.enable === true;
  if (!guarded && failed >= failureThreshold(service.desiredCount ?? 0))
    return health('Degraded', 'TasksFail', message);
  return health('Progressing', 'Deploying', message);
}

/**
 * Half of the desired count, from 3 to 200: the threshold of ECS's circuit breaker.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

function atRest(live: ServiceLive): Health {
  const { service } = live;
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = service;
  if (runningCount < desiredCount) {
    const why = stoppedTasksInWords(live) ?? troubleInEvents(live);
    const count = `${runningCount} of ${plural(desiredCount, 'task')} run`;
    if (why !== undefined) return health('Degraded', 'TasksMissing', `${count}; ${why}`);
    return health('Progressing', 'TasksStarting', `${count}, ${pendingCount} start`);
  }
  if (runningCount > desiredCount) {
    return health('Progressing', 'TasksStopping', `${runningCount} tasks run, ${desiredCount} are wanted`);
  }
  return targetsHealth(live) ?? health('Healthy', 'DeploymentCompleted', `${plural(runningCount, 'task')} run`);
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
