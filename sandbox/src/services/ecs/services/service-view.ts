import type { Deployment, Service, TaskSet } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { exactPlatformVersion } from '../platform-versions.ts';
import { requestedTasks, trafficShare } from '../native/lifecycle-view.ts';
import type { ServiceDeploymentRecord } from '../service-deployment-record.ts';
import { type DeploymentRecord, ecsState, type ServiceRecord } from '../state.ts';
import { tagsOf } from '../tags.ts';
import { isPending, type TaskRecord } from '../task-record.ts';
import { hasTaskSets } from '../task-set-record.ts';
import { taskSetView } from '../tasksets/task-set-view.ts';
import { serviceTasks } from './service-tasks.ts';
import { specView } from './spec-view.ts';

/** The service as DescribeServices answers it, with its last 100 events. Source: API_Service. */
export function serviceView(world: World, scope: Scope, service: ServiceRecord, withTags: boolean): Service {
  const tasks = serviceTasks(world, scope, service);
  const inactive = service.status === 'INACTIVE';
  const current = ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: ecsArn(scope, `cluster/${service.cluster}`),
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    ...specView(service.spec),
    loadBalancers: [...service.spec.loadBalancers],
    serviceRegistries: [...service.spec.serviceRegistries],
    taskDefinition: service.spec.taskDefinition || undefined,
    platformVersion: shownPlatformVersion(service),
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: service.deploymentController,
    deployments: inactive
      ? []
      : service.deployments.map((deployment) => deploymentView(deployment, tasks, current, service.desiredCount)),
    taskSets: inactive ? [] : shownTaskSets(world, scope, service),
    roleArn: service.roleArn,
    events: service.events.map(({ id, createdAt, message }) => ({ id, createdAt: new Date(createdAt), message })),
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    currentServiceDeployment: inactive ? undefined : service.currentServiceDeployment,
    currentServiceRevisions:
      inactive || hasTaskSets(service)
        ? []
        : service.deployments.map((deployment) => {
            const { revisionArn, status, desiredCount } = deployment;
            const own = tasks.filter((task) => task.deployment === deployment.id);
            return {
              arn: revisionArn,
              requestedTaskCount:
                status === 'PRIMARY' ? desiredCount : requestedTasks(current, deployment, service.desiredCount),
              runningTaskCount: own.filter(isRunning).length,
              pendingTaskCount: own.filter(isPending).length,
              ...trafficShare(current?.lifecycle, deployment),
            };
          }),
    placementConstraints: [...service.placementConstraints],
    placementStrategy: [...service.placementStrategy],
    healthCheckGracePeriodSeconds:
      service.healthCheckGracePeriodSeconds ?? (service.spec.loadBalancers.length > 0 ? 0 : undefined),
    schedulingStrategy: service.schedulingStrategy,
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
    tags: withTags ? tagsOf(world, service.arn) : undefined,
  };
}

/** A task set has the version that LATEST meant, and so has its service; under ECS the service keeps the word. */
function shownPlatformVersion(service: ServiceRecord): string | undefined {
  const { platformVersion } = service.spec;
  return platformVersion === undefined || !hasTaskSets(service)
    ? platformVersion
    : exactPlatformVersion(platformVersion);
}

/** A task set that was a deployment is still shown as that. Source: developer guide, "Update Amazon ECS service parameters". */
function shownTaskSets(world: World, scope: Scope, service: ServiceRecord): TaskSet[] {
  return service.taskSets
    .filter(({ id }) => !service.deployments.some((deployment) => deployment.id === id))
    .map((taskSet) => taskSetView(world, scope, service, taskSet, false));
}

function deploymentView(
  deployment: DeploymentRecord,
  tasks: readonly TaskRecord[],
  current: ServiceDeploymentRecord | undefined,
  desiredCount: number,
): Deployment {
  const { spec } = deployment;
  const own = tasks.filter((task) => task.deployment === deployment.id);
  const primary = deployment.status === 'PRIMARY';
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: spec.taskDefinition,
    desiredCount: primary ? deployment.desiredCount : requestedTasks(current, deployment, desiredCount),
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    ...specView(spec),
    platformVersion: spec.platformVersion === undefined ? undefined : exactPlatformVersion(spec.platformVersion),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    serviceConnectConfiguration: primary ? spec.serviceConnectConfiguration : undefined,
    volumeConfigurations: primary && spec.volumeConfigurations ? [...spec.volumeConfigurations] : undefined,
    vpcLatticeConfigurations: spec.vpcLatticeConfigurations ? [...spec.vpcLatticeConfigurations] : undefined,
  };
}

function isRunning(task: TaskRecord): boolean {
  return task.lastStatus === 'RUNNING';
}
