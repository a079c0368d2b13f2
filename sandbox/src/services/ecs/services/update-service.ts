import type { UpdateServiceRequest, UpdateServiceResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter, serviceNotActive } from '../errors.ts';
import { activeCluster, existingService } from '../lookup.ts';
import { checkShiftableLoadBalancers } from '../native/check-load-balancers.ts';
import { checkStrategyChange } from '../native/check-strategy-change.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import type { ServiceRecord } from '../state.ts';
import { checkDaemonPlacement } from './daemon.ts';
import { changeController, checkControllerChange } from '../tasksets/change-controller.ts';
import { checkControllerSupports, checkUpdate } from '../tasksets/service-controller.ts';
import { unsettle } from '../tasksets/update-task-set.ts';
import { deploymentConfiguration } from './deployment-configuration.ts';
import { echoedPlacement } from './echo.ts';
import { isSameRevision, updatedSpec } from './revision-spec.ts';
import { serviceView } from './service-view.ts';
import { startDeployment } from './start-deployment.ts';

/**
 * UpdateService: what is omitted stays. A change of what a revision pins, or forceNewDeployment, starts a deployment;
 * the rest holds at once. Source: API_UpdateService.
 */
export function updateService(input: UpdateServiceRequest, { world, scope }: Call): UpdateServiceResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const service = existingService(world, scope, input.cluster, input.service ?? '');
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  const controller = input.deploymentController?.type ?? service.deploymentController.type ?? 'ECS';
  const changesController = controller !== service.deploymentController.type;
  checkUpdate(controller, input, changesController);
  const configuration = deploymentConfiguration(
    input.deploymentConfiguration,
    service.deploymentConfiguration,
    service.schedulingStrategy,
  );
  if (changesController) checkControllerChange(world, scope, service, controller, configuration);
  else checkControllerSupports(controller, configuration, service.schedulingStrategy);
  checkDaemonPlacement(service.schedulingStrategy, input.placementStrategy);
  if ((input.desiredCount ?? 0) < 0) throw invalidParameter('Desired count cannot be negative.');
  const spec = controller === 'ECS' ? updatedSpec(world, scope, cluster, service.spec, input) : service.spec;
  if (controller === 'ECS') {
    checkStrategyChange(world, scope, service, configuration);
    checkShiftableLoadBalancers(world, scope, configuration, spec);
  }
  const force = input.forceNewDeployment ?? false;
  const strategyChanges = !sameStrategy(service, spec.capacityProviderStrategy);
  if (strategyChanges && !force) {
    throw invalidParameter(
      'When switching from launch type to capacity provider strategy on an existing service, or making a change to a ' +
        'capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );
  }

  if (changesController) changeController(world, scope, service, controller);
  service.deploymentConfiguration = configuration;
  if (input.healthCheckGracePeriodSeconds !== undefined) {
    service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds;
  }
  if (input.placementConstraints) service.placementConstraints = input.placementConstraints;
  if (input.placementStrategy) service.placementStrategy = echoedPlacement(input.placementStrategy);
  service.enableECSManagedTags = input.enableECSManagedTags ?? service.enableECSManagedTags;
  service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand;
  service.propagateTags = input.propagateTags ?? service.propagateTags;
  service.availabilityZoneRebalancing = input.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing;
  if (input.desiredCount !== undefined) changeDesiredCount(world, scope, service, input.desiredCount);
  if (controller === 'ECS' && (force || !isSameRevision(service.spec, spec))) {
    startDeployment(world, scope, service, spec);
  }
  return { service: serviceView(world, scope, service, true) };
}

/** Sets how many tasks the service should run. No deployment: the PRIMARY one and the task sets follow. */
export function changeDesiredCount(world: World, scope: Scope, service: ServiceRecord, count: number): void {
  if (service.desiredCount === count) return;
  service.desiredCount = count;
  service.steady = false;
  const [primary] = service.deployments;
  if (primary) {
    primary.desiredCount = count;
    primary.updatedAt = world.clock.now();
  }
  for (const taskSet of service.taskSets) unsettle(world, scope, service, taskSet);
  wakeScheduler(world, scope, service);
}

function sameStrategy(service: ServiceRecord, after: ServiceRecord['spec']['capacityProviderStrategy']): boolean {
  const text = (strategy: typeof after) =>
    JSON.stringify((strategy ?? []).map((item) => [item.capacityProvider, item.weight ?? 0, item.base ?? 0]));
  return text(service.spec.capacityProviderStrategy) === text(after);
}
