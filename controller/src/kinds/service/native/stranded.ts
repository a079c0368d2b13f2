import type { ServiceSpec } from '../../../api/service.ts';
import type { Change, Desired, Health } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { causeOf, plural } from '../causes.ts';
import type { ServiceLive } from '../live.ts';
import { runsWanted } from '../target.ts';
import { wentForWanted } from './firststep.ts';

type Want = Desired<ServiceSpec>;

/**
 * True where ECS has given a deployment up in the middle (its rollback failed, or it was stopped without one), and the
 * service says by itself what Git says: tasks and traffic of several revisions stand, nothing differs, and ECS does
 * nothing more about it. A new deployment does. Level-based: that one is the last deployment from then on, so that there
 * is no second, and if it fails it is held, since it went to what Git says.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html (status, ROLLBACK_FAILED)
 */
export function isStranded(desired: Want, live: ServiceLive, place: Place): boolean {
  const { status } = live.deployment ?? {};
  const gaveUp = status === 'ROLLBACK_FAILED' || status === 'STOPPED';
  return gaveUp && runsWanted(desired, live, place) && !wentForWanted(desired, live, place);
}

/** What the plan shows: the fields are as Git says, and what runs is not. */
export function strandedChange(live: ServiceLive): Change {
  return {
    part: 'ecs:service',
    path: '/deployment',
    from: `${live.deployment?.status}: tasks of ${revisionsInWords(live)} run`,
    to: 'a new deployment',
    effect: 'restartsTasks',
  };
}

/** Degraded until the new deployment has begun. */
export function strandedHealth(live: ServiceLive): Health {
  const how =
    live.deployment?.status === 'STOPPED' ? 'ECS stopped the last deployment' : 'ECS could not roll back the last one';
  const message = `${how}: ${causeOf(live)}; tasks of ${revisionsInWords(live)} run until a new deployment to what Git says`;
  return { status: 'Degraded', reason: 'RollbackFailed', message };
}

function revisionsInWords({ service }: ServiceLive): string {
  const running = (service.deployments ?? []).filter(({ runningCount = 0 }) => runningCount > 0);
  return plural(new Set(running.map(({ taskDefinition }) => taskDefinition)).size, 'revision');
}
