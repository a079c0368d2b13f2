import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired, Health, HealthStatus } from '../../../core/driver.ts';
import { HELD } from '../../../core/health.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { plural, stoppedTasksInWords, unhealthyTargetsInWords } from '../causes.ts';
import { countHealth } from '../counts.ts';
import type { ServiceLive } from '../live.ts';
import { failureThreshold } from '../threshold.ts';
import { isVerified } from '../verification/index.ts';
import { causeOf } from './causes.ts';
import { servesWanted } from './comparing.ts';
import { greenSet, isWayBack } from './events.ts';
import { primarySet, type Run } from './live.ts';
import { rolloutOf } from './rollout.ts';
import { straySets } from './strays.ts';
import { goesToWanted, verdictOn } from './verdict.ts';
import { eventsInWords, waitInWords } from './waits.ts';

/** Health of the wanted revision: it serves alone, is verified, and as many of its tasks run as are wanted. */
export function healthOf(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): Health {
  if (live.service.status === 'DRAINING') return health('Progressing', 'Draining', 'the service is being deleted');
  const active = live.codeDeploy?.active;
  const { held, failed } = verdictOn(desired, live, place);
  if (active !== undefined) {
    if (isWayBack(active) && (held || failed)) {
      return health('Degraded', 'RollingBack', `${active.id} takes it back: ${causeOf(live)}`);
    }
    if (goesToWanted(desired, live, active, place)) return inProgress(live, active);
    return health('Progressing', 'OtherRevision', `${active.id} is under way, which does not go to what Git says`);
  }
  if (held) return health('Degraded', HELD, `its rollout failed and is not tried again: ${standing(live)}`);
  if (failed) return health('Degraded', 'RolloutFailed', standing(live));
  if (!servesWanted(desired, live, place)) {
    const runs = live.service.taskDefinition?.split('/').at(-1) ?? 'nothing';
    return health('Progressing', 'OtherRevision', `it runs ${runs}, which is not what Git says`);
  }
  const rest = atRest(live);
  if (rest.status === 'Healthy' && !isVerified(desired, live)) {
    return health('Progressing', 'Verifying', 'the deployment is over, and is being verified');
  }
  return rest;
}

/** The cause, and what stands now where nothing took it back. */
function standing(live: ServiceLive): string {
  const sets = straySets(live);
  const left = sets.length === 0 ? '' : `; ${plural(sets.length, 'task set')} of it is left over, and goes`;
  return `${causeOf(live)}${left}`;
}

function inProgress(live: ServiceLive, run: Run): Health {
  const green = greenSet(live, run);
  const at = waitInWords(run, live.codeDeploy?.at ?? new Date(0)) ?? eventsInWords(run);
  const count = green && `${green.runningCount ?? 0} of ${plural(green.computedDesiredCount ?? 0, 'new task')} run`;
  const trouble = [newTasksInWords(live, green?.id), unhealthyTargetsInWords(live)];
  const message = [at, count, ...trouble].filter((part) => part !== undefined).join('; ');
  if (rolloutOf(live)?.phase === 'AwaitingPromotion') return health('Suspended', 'AwaitingPromotion', message);
  const failed = live.stopped.filter(({ startedBy }) => startedBy !== undefined && startedBy === green?.id).length;
  if (failed >= failureThreshold(live.service.desiredCount ?? 0)) return health('Degraded', 'TasksFail', message);
  return health('Progressing', 'Deploying', message);
}

function newTasksInWords(live: ServiceLive, id: string | undefined): string | undefined {
  const stopped = live.stopped.filter(({ startedBy }) => startedBy !== undefined && startedBy === id);
  const taskDefinition = stopped[0]?.taskDefinitionArn;
  return taskDefinition === undefined
    ? undefined
    : stoppedTasksInWords({ ...live, stopped, service: { ...live.service, taskDefinition } });
}

function atRest(live: ServiceLive): Health {
  const primary = primarySet(live.service) ?? {};
  const done = `${plural(primary.runningCount ?? 0, 'task')} run`;
  return (
    countHealth(live, primary) ??
    targetsHealth(live, live.service.desiredCount ?? 0) ??
    health('Healthy', 'DeploymentCompleted', done)
  );
}

function targetsHealth(live: ServiceLive, wanted: number): Health | undefined {
  const bad = unhealthyTargetsInWords(live);
  if (bad !== undefined) return health('Degraded', 'UnhealthyTargets', bad);
  const serving = primarySet(live.service)?.loadBalancers?.[0]?.targetGroupArn;
  const { targets = [] } = live.targetGroups.find(({ targetGroupArn }) => targetGroupArn === serving) ?? {};
  const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
  if (healthy >= wanted) return undefined;
  return health('Progressing', 'TargetsStarting', `${healthy} of ${plural(wanted, 'target')} are healthy`);
}

function health(status: HealthStatus, reason: string, message: string): Health {
  return { status, reason, message };
}
