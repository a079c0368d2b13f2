import { parseArn } from '../../../kernel/arn.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import type { ServiceDeploymentRecord } from '../service-deployment-record.ts';
import { type DeploymentRecord, ecsState, type ServiceRecord } from '../state.ts';
import type { LifecycleRecord } from './lifecycle-record.ts';
import { shiftsTraffic } from './strategy.ts';

/** A service deployment with a lifecycle, where it stands. */
export interface On {
  readonly world: World;
  readonly scope: Scope;
  readonly service: ServiceRecord;
  readonly current: ServiceDeploymentRecord;
  readonly lifecycle: LifecycleRecord;
}

/** The last service deployment of the service, when it has or had a lifecycle. */
export function lifecycleOf(world: World, scope: Scope, service: ServiceRecord): On | undefined {
  const current = ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
  return current?.lifecycle && { world, scope, service, current, lifecycle: current.lifecycle };
}

/** The deployment of an id, while the service has it. */
export function deploymentOf({ service }: On, id: string | undefined): DeploymentRecord | undefined {
  return service.deployments.find((deployment) => deployment.id === id);
}

/** Whether a deployment of the service should have tasks at this stage. */
export function isWanted({ lifecycle }: Pick<On, 'lifecycle'>, { id }: Pick<DeploymentRecord, 'id'>): boolean {
  return (id === lifecycle.green && lifecycle.greenWanted) || (id === lifecycle.blue && lifecycle.blueWanted);
}

/** ARN of the session that ECS opens of a role: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export function sessionArn(roleArn: string, session: string): string {
  const { accountId = '', resource = '' } = parseArn(roleArn) ?? {};
  return `arn:aws:sts::${accountId}:assumed-role/${resource.split('/').at(-1) ?? ''}/${session}`;
}

/**
 * Whether the lifecycle decides what runs: not with the strategy ROLLING, whose lifecycle only calls hooks, and not when
 * another controller has had the service since.
 */
export function decidesTasks({ service, current, lifecycle }: On): boolean {
  const [primary] = service.deployments;
  if (!primary || !shiftsTraffic(current.deploymentConfiguration)) return false;
  return primary.id === lifecycle.green || primary.id === lifecycle.blue;
}
