import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { ecsState, type ServiceRecord } from '../state.ts';

/**
 * The strategy changes between deployments only: "The service has no active deployments (wait for any current deployments
 * to complete)". Source: developer guide, "Update the deployment strategy from Amazon ECS blue/green to rolling update" and
 * its counterpart; the words are the sandbox's own.
 */
export function checkStrategyChange(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  { strategy = 'ROLLING' }: DeploymentConfiguration,
): void {
  const before = service.deploymentConfiguration.strategy ?? 'ROLLING';
  const current = ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
  if (strategy === before || !current || !isOngoing(current)) return;
  throw invalidParameter(
    `The deployment strategy can not be changed from ${before} to ${strategy} while a deployment of the service is in progress.`,
  );
}
