import type { DeploymentLifecycleHookDetail, ResolvedConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import { isOngoing, type ServiceDeploymentRecord } from '../service-deployment-record.ts';
import type { DeploymentRecord, RevisionRecord } from '../state.ts';
import type { HookRecord, LifecycleRecord } from './lifecycle-record.ts';
import { isWanted } from './on.ts';

/** The share of traffic that a revision was given: of services whose traffic ECS shifts. Source: API_ServiceRevisionSummary. */
export interface TrafficShare {
  readonly requestedProductionTrafficWeight?: number;
  readonly requestedTestTrafficWeight?: number;
}

/** The stage of a service deployment and its active hooks. Source: API_ServiceDeployment. */
export function lifecycleView({
  lifecycle,
}: ServiceDeploymentRecord): Pick<ServiceDeployment, 'lifecycleStage' | 'lifecycleHookDetails'> {
  if (!lifecycle) return {};
  return {
    lifecycleStage: lifecycle.stage as NonNullable<ServiceDeployment['lifecycleStage']>,
    ...(lifecycle.hooks.length > 0 ? { lifecycleHookDetails: lifecycle.hooks.map(hookView) } : {}),
  };
}

/** Percent of production and test traffic of a deployment of the service; nothing where ECS shifts none. */
export function trafficShare(
  lifecycle: LifecycleRecord | undefined,
  { id }: Pick<DeploymentRecord, 'id'>,
): TrafficShare {
  if (!lifecycle?.shifts) return {};
  const share = (green: number) => (id === lifecycle.green ? green : id === lifecycle.blue ? 100 - green : 0);
  return {
    requestedProductionTrafficWeight: share(lifecycle.production),
    ...(lifecycle.tests ? { requestedTestTrafficWeight: share(lifecycle.test) } : {}),
  };
}

/** How many tasks are asked for of a deployment that is not PRIMARY: none, unless it runs beside another one. */
export function requestedTasks(
  current: ServiceDeploymentRecord | undefined,
  deployment: Pick<DeploymentRecord, 'id'>,
  desiredCount: number,
): number {
  const beside = current?.lifecycle && isOngoing(current) && isWanted({ lifecycle: current.lifecycle }, deployment);
  return beside ? desiredCount : 0;
}

/** Which target groups the revision's tasks are in, and which rules send production traffic there. Source: API_ServiceRevision. */
export function resolvedConfiguration({ spec, targetGroups }: RevisionRecord): ResolvedConfiguration | undefined {
  if (spec.loadBalancers.length === 0) return undefined;
  return {
    loadBalancers: spec.loadBalancers.map(({ targetGroupArn = '', advancedConfiguration }) => ({
      targetGroupArn: targetGroups?.[targetGroupArn] ?? targetGroupArn,
      ...(advancedConfiguration?.productionListenerRule
        ? { productionListenerRule: advancedConfiguration.productionListenerRule }
        : {}),
    })),
  };
}

function hookView(hook: HookRecord): DeploymentLifecycleHookDetail {
  return {
    hookId: hook.hookId,
    targetType: hook.targetType,
    targetArn: hook.targetArn,
    status: hook.status,
    expiresAt: new Date(hook.expiresAt),
    timeoutAction: hook.timeoutAction,
  };
}
