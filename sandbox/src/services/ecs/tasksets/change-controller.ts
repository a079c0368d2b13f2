import type { DeploymentConfiguration, DeploymentControllerType } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter } from '../errors.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { isOngoing } from '../service-deployment-record.ts';
import { addRevision } from '../services/add-revision.ts';
import { type DeploymentRecord, ecsState, type RevisionSpec, type ServiceRecord } from '../state.ts';
import { hasTaskSets, primaryTaskSet } from '../task-set-record.ts';
import { addTaskSet } from './make-task-set.ts';
import { checkControllerSupports } from './service-controller.ts';
import { checkTaskSetSpec } from './task-set-spec.ts';

/** "The following list provides the valid transitions". Source: developer guide, "Update Amazon ECS service parameters". */
const transitions: Readonly<Record<DeploymentControllerType, readonly DeploymentControllerType[]>> = {
  CODE_DEPLOY: ['ECS', 'EXTERNAL'],
  ECS: ['EXTERNAL'],
  EXTERNAL: ['ECS'],
};

/**
 * Throws when the service cannot change to the controller. `configuration` is the one that it would have then. Words of
 * the task sets: "Troubleshooting Amazon ECS deployment strategy updates"; of the rest the sandbox's own.
 */
export function checkControllerChange(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  to: DeploymentControllerType,
  configuration: DeploymentConfiguration,
): void {
  const from = service.deploymentController.type ?? 'ECS';
  if (!transitions[from].includes(to)) {
    throw invalidParameter(
      `Updating the deployment controller from ${from} to ${to} is not supported. Valid transitions are CODE_DEPLOY to ECS, ` +
        'CODE_DEPLOY to EXTERNAL, ECS to EXTERNAL, and EXTERNAL to ECS.',
    );
  }
  if (hasTaskSets(service)) return checkOneTaskSet(service);
  checkTaskSetSpec(service.spec, { type: to });
  checkControllerSupports(to, configuration, service.schedulingStrategy);
  const current = ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
  if (service.deployments.length > 1 || (current && isOngoing(current))) {
    throw invalidParameter('Updating the deployment controller is not supported during an ongoing service deployment.');
  }
}

/** Hands the running tasks over to the other controller; none is restarted. */
export function changeController(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  to: DeploymentControllerType,
): void {
  const hadTaskSets = hasTaskSets(service);
  service.deploymentController = { type: to };
  if (to === 'ECS') adoptAsDeployment(world, scope, service);
  else if (!hadTaskSets) adoptAsTaskSet(world, scope, service);
  wakeScheduler(world, scope, service);
}

function checkOneTaskSet(service: ServiceRecord): void {
  if (service.taskSets.length > 1) {
    throw invalidParameter(
      'Updating the deployment controller is not supported when there are multiple tasksets in the service. ' +
        'Please ensure your service has only one taskset and try again.',
    );
  }
  if (primaryTaskSet(service)) return;
  throw invalidParameter(
    'Updating the deployment controller requires a primary taskset in the service. ' +
      'Please ensure your service has a primary taskset and try again.',
  );
}

/** The PRIMARY task set becomes the completed deployment of a service revision, under its own id. */
function adoptAsDeployment(world: World, scope: Scope, service: ServiceRecord): void {
  const taskSet = primaryTaskSet(service);
  service.taskSets = [];
  if (!taskSet) return;
  world.resources.remove(taskSet.arn);
  const revision = addRevision(world, scope, service, taskSet.id, service.spec);
  const deployment: DeploymentRecord = {
    id: taskSet.id,
    revisionArn: revision.arn,
    spec: service.spec,
    createdAt: taskSet.createdAt,
    updatedAt: world.clock.now(),
    status: 'PRIMARY',
    desiredCount: service.desiredCount,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${taskSet.id} completed.`,
  };
  service.deployments = [deployment];
  service.lastCompleted = structuredClone(deployment);
}

/**
 * The deployment becomes the PRIMARY task set, under its own id. The service goes on to show it as a deployment: "the
 * UpdateService and DescribeService API responses will still return deployments instead of taskSets", and "any
 * advancedConfiguration that you specify with your load balancer configuration will be ignored". Source: developer
 * guide, "Update Amazon ECS service parameters".
 */
function adoptAsTaskSet(world: World, scope: Scope, service: ServiceRecord): void {
  const [deployment] = service.deployments;
  if (!deployment) return;
  const spec: RevisionSpec = {
    ...deployment.spec,
    loadBalancers: deployment.spec.loadBalancers.map(({ advancedConfiguration: _ignored, ...rest }) => ({
      ...rest,
      targetGroupArn: deployment.targetGroups?.[rest.targetGroupArn ?? ''] ?? rest.targetGroupArn,
    })),
  };
  addTaskSet(world, scope, service, {
    id: deployment.id,
    spec,
    createdAt: deployment.createdAt,
    status: 'PRIMARY',
    scale: 100,
    computedDesiredCount: service.desiredCount,
    stability: 'STABILIZING',
    failedTasks: 0,
  });
  service.spec = spec;
  delete service.lastCompleted;
  delete service.currentServiceDeployment;
}
