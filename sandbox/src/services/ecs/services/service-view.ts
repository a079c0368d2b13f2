import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { exactPlatformVersion } from '../platform-versions.ts';
import { type DeploymentRecord, ecsState, type RevisionSpec, type ServiceRecord } from '../state.ts';
import { tagsOf } from '../tags.ts';
import { isPending, type TaskRecord } from '../task-record.ts';

/** The service as DescribeServices answers it, with its last 100 events. Source: API_Service. */
export function serviceView(world: World, scope: Scope, service: ServiceRecord, withTags: boolean): Service {
  const tasks = serviceTasks(world, scope, service);
  const inactive = service.status === 'INACTIVE';
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
    taskDefinition: service.spec.taskDefinition,
    platformVersion: service.spec.platformVersion,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: service.deploymentController,
    deployments: inactive ? [] : service.deployments.map((deployment) => deploymentView(deployment, tasks)),
    taskSets: [],
    roleArn: service.roleArn,
    events: service.events.map(({ id, createdAt, message }) => ({ id, createdAt: new Date(createdAt), message })),
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    currentServiceDeployment: inactive ? undefined : service.currentServiceDeployment,
    currentServiceRevisions: inactive
      ? []
      : service.deployments.map((deployment) => {
          const { revisionArn, status, desiredCount } = deployment;
          const own = tasks.filter((task) => task.deployment === deployment.id);
          return {
            arn: revisionArn,
            requestedTaskCount: status === 'PRIMARY' ? desiredCount : 0,
            runningTaskCount: own.filter(isRunning).length,
            pendingTaskCount: own.filter(isPending).length,
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

/** The tasks of the service that are not STOPPED. */
export function serviceTasks(world: World, scope: Scope, service: ServiceRecord): TaskRecord[] {
  const { tasks } = ecsState(world, scope);
  return service.taskIds.flatMap((id) => tasks[id] ?? []);
}

/** The members that a service, a deployment and a revision show alike. */
export function specView(spec: RevisionSpec) {
  return {
    launchType: spec.launchType,
    capacityProviderStrategy: spec.capacityProviderStrategy ? [...spec.capacityProviderStrategy] : undefined,
    platformFamily: spec.platformFamily,
    networkConfiguration: spec.network ? { awsvpcConfiguration: spec.network } : undefined,
  };
}

function deploymentView(deployment: DeploymentRecord, tasks: readonly TaskRecord[]): Deployment {
  const { spec } = deployment;
  const own = tasks.filter((task) => task.deployment === deployment.id);
  const primary = deployment.status === 'PRIMARY';
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: spec.taskDefinition,
    desiredCount: primary ? deployment.desiredCount : 0,
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
