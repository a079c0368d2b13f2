import { stopReason } from '../../ecs/stops.ts';
import { primaryDeployment, type ServiceLive } from './live.ts';
import { CAUSE_TAG, HOLD_TAG } from './names.ts';

/** How many different reasons are named. */
const MAX_REASONS = 3;

/** Stops that belong to every deployment and every change of the count. */
const USUAL_STOP = /^Scaling activity initiated by/i;

/** Service events that report trouble. */
const TROUBLE = /unable to|failed|failing|unhealthy|error|rolling back|not able/i;

/**
 * Why a deployment does not succeed: what ECS says of it, of the tasks that stopped, and of the targets. Of one that is
 * held, what was the cause when the hold was put on.
 */
export function causeOf(live: ServiceLive): string {
  const written = live.tags[HOLD_TAG] === undefined ? undefined : live.tags[CAUSE_TAG];
  if (written !== undefined && written !== '') return written;
  const { deployment, service } = live;
  const primary = primaryDeployment(service);
  const told = deployment?.statusReason ?? deployment?.rollback?.reason ?? failedReason(primary);
  const found = [told, alarmsInWords(live), stoppedTasksInWords(live), unhealthyTargetsInWords(live)];
  const parts = found.filter((part) => part !== undefined);
  if (parts.length === 0) parts.push(troubleInEvents(live) ?? 'ECS gives no reason');
  return parts.map((part) => part.replace(/\.$/, '')).join('; ');
}

/** Which alarms ended the deployment: its reason says only that there was one. */
function alarmsInWords({ deployment }: ServiceLive): string | undefined {
  const names = deployment?.alarms?.triggeredAlarmNames ?? [];
  return names.length === 0 ? undefined : `${names.length === 1 ? 'alarm' : 'alarms'} ${names.join(', ')} fired`;
}

function failedReason(primary: ReturnType<typeof primaryDeployment>): string | undefined {
  return primary?.rolloutState === 'FAILED' ? primary.rolloutStateReason : undefined;
}

/** `3 tasks stopped: exit 137 OutOfMemoryError...`; undefined when none stopped by itself. */
export function stoppedTasksInWords(live: ServiceLive): string | undefined {
  const wanted = live.target?.revision.taskDefinition ?? live.service.taskDefinition;
  const reasons = live.stopped
    .filter((task) => task.taskDefinitionArn === wanted && !USUAL_STOP.test(task.stoppedReason ?? ''))
    .map(stopReason);
  if (reasons.length === 0) return undefined;
  const counts = Map.groupBy(reasons, (reason) => reason);
  const named = [...counts].toSorted((a, b) => b[1].length - a[1].length).slice(0, MAX_REASONS);
  const words = named.map(([reason, all]) => (counts.size === 1 ? reason : `${reason} (${all.length})`));
  return `${plural(reasons.length, 'task')} stopped: ${words.join('; ')}`;
}

/** Targets that do not pass their health checks; undefined when all do. */
export function unhealthyTargetsInWords(live: ServiceLive): string | undefined {
  const words = live.targetGroups.flatMap(({ targetGroupArn, targets }) => {
    const name = targetGroupArn.split('/').at(-2) ?? targetGroupArn;
    if (targets === undefined) return [`target group ${name} is gone`];
    const bad = targets.filter((target) => isBad(target.TargetHealth?.State));
    const first = bad[0]?.TargetHealth;
    if (first === undefined) return [];
    const why = [first.Reason, first.Description].filter(Boolean).join(' ');
    return [
      `${bad.length} of ${plural(targets.length, 'target')} in ${name} ${first.State}${why === '' ? '' : `: ${why}`}`,
    ];
  });
  return words.length === 0 ? undefined : words.join('; ');
}

/** Neither healthy nor on the way to or from it. */
function isBad(state: string | undefined): boolean {
  return state !== 'healthy' && state !== 'initial' && state !== 'draining' && state !== 'unhealthy.draining';
}

/** The newest event that reports trouble since the deployment began. */
export function troubleInEvents({ service }: ServiceLive): string | undefined {
  const since = primaryDeployment(service)?.createdAt?.getTime() ?? 0;
  return service.events?.find(
    (event) => (event.createdAt?.getTime() ?? 0) >= since && TROUBLE.test(event.message ?? ''),
  )?.message;
}

/** `1 task`, `2 tasks`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
