import type { ServiceRevision, ServiceRevisionSummary } from '@aws-sdk/client-ecs';
import type { RolloutSide } from '../../../core/driver.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { pairOf, targetGroupsOf } from './live.ts';
import { hasShifts } from './stages.ts';

/** What served before, and what the deployment goes to, with the traffic that ECS asked for. */
export function sidesOf(live: ServiceLive): readonly RolloutSide[] {
  const { deployment, target, service } = live;
  const next = deployment?.targetServiceRevision;
  if (deployment === undefined || next === undefined) return [];
  const shifts = hasShifts(live);
  const [own] = targetGroupsOf(target?.revision);
  const other = shifts ? pairOf(live)?.find((arn) => arn !== own) : undefined;
  const failed = primaryDeployment(service)?.failedTasks ?? 0;
  const [source] = deployment.sourceServiceRevisions ?? [];
  return [
    ...(source === undefined || source.arn === next.arn
      ? []
      : [side('stable', named(source, live.source), 0, shifts ? other : own, shifts)]),
    side('new', named(next, target?.revision), failed, own, shifts),
  ];
}

/** By its task definition, which people know, where the service revision could be read. */
function named(
  summary: ServiceRevisionSummary,
  revision: ServiceRevision | undefined,
): ServiceRevisionSummary & { readonly name: string } {
  return { ...summary, name: revision?.taskDefinition ?? summary.arn ?? '' };
}

function side(
  role: RolloutSide['role'],
  summary: ReturnType<typeof named>,
  failed: number,
  targetGroup: string | undefined,
  shifts: boolean,
): RolloutSide {
  const { requestedProductionTrafficWeight: weight, requestedTestTrafficWeight: testWeight } = summary;
  return {
    role,
    revision: summary.name,
    desired: summary.requestedTaskCount ?? 0,
    running: summary.runningTaskCount ?? 0,
    pending: summary.pendingTaskCount ?? 0,
    failed,
    ...(targetGroup === undefined ? {} : { targetGroup }),
    ...(shifts && weight !== undefined ? { weight } : {}),
    ...(shifts && testWeight !== undefined ? { testWeight } : {}),
  };
}

/** Share of production traffic by target group. */
export function weightsOf(sides: readonly RolloutSide[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    sides.flatMap(({ targetGroup, weight }) =>
      targetGroup === undefined || weight === undefined ? [] : [[targetGroup, weight]],
    ),
  );
}
