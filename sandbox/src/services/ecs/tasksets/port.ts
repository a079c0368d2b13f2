import type { TaskSetLook, TaskSetRequest, TaskSets } from '../../../kernel/ports.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { activeCluster, findService } from '../lookup.ts';
import { createdSpec } from '../services/revision-spec.ts';
import type { RevisionSpec, ServiceRecord } from '../state.ts';
import { type TaskSetRecord, wantedCount } from '../task-set-record.ts';
import { removeTaskSet } from './delete-task-set.ts';
import { existingTaskSet, serviceWithTaskSets } from './lookup.ts';
import { makeTaskSet } from './make-task-set.ts';
import { checkTaskSetSpec } from './task-set-spec.ts';
import { taskSetCounts } from './task-set-view.ts';
import { makePrimary } from './update-task-set.ts';

/** Task sets, for CodeDeploy. */
export function taskSetsPort(world: World): TaskSets {
  return {
    service(scope, cluster, reference) {
      const service = findService(world, scope, cluster, reference);
      if (service?.status !== 'ACTIVE') return undefined;
      return {
        arn: service.arn,
        controller: service.deploymentController.type ?? 'ECS',
        desiredCount: service.desiredCount,
        taskSets: service.taskSets.map((taskSet) => look(world, scope, service, taskSet)),
      };
    },
    create(scope, request) {
      const service = serviceWithTaskSets(world, scope, request.cluster, request.service);
      const taskSet = makeTaskSet(world, scope, service, {
        spec: requestedSpec(world, scope, service, request),
        scale: 100,
        status: 'ACTIVE',
        startedBy: 'CODE_DEPLOY',
        externalId: request.externalId,
      });
      return look(world, scope, service, taskSet);
    },
    setPrimary(scope, cluster, reference, taskSet) {
      const service = serviceWithTaskSets(world, scope, cluster, reference);
      makePrimary(world, service, existingTaskSet(service, taskSet));
    },
    remove(scope, cluster, reference, taskSet) {
      const service = serviceWithTaskSets(world, scope, cluster, reference);
      removeTaskSet(world, scope, service, existingTaskSet(service, taskSet));
    },
  };
}

/**
 * What an AppSpec asks for; where it says nothing, the service's own platform version, network and capacity hold.
 * The target group may be one that no listener uses yet: of an all-at-once deployment its health checks only begin
 * after AllowTraffic. Sources: CodeDeploy user guide, "AppSpec 'resources' section (Amazon ECS)" and "Troubleshoot
 * Amazon ECS deployment issues".
 */
function requestedSpec(world: World, scope: Scope, service: ServiceRecord, request: TaskSetRequest): RevisionSpec {
  const { launchType, capacityProviderStrategy, platformVersion, network, serviceRegistries } = service.spec;
  const strategy = request.capacityProviderStrategy ?? capacityProviderStrategy;
  const awsvpcConfiguration = request.subnets
    ? {
        subnets: [...request.subnets],
        securityGroups: [...(request.securityGroups ?? [])],
        assignPublicIp: request.assignPublicIp,
      }
    : network;
  const { targetGroupArn, containerName, containerPort } = request;
  const spec = createdSpec(world, scope, activeCluster(world, scope, request.cluster), {
    serviceName: service.name,
    taskDefinition: request.taskDefinition,
    ...(strategy?.length ? { capacityProviderStrategy: [...strategy] } : { launchType }),
    platformVersion: request.platformVersion ?? platformVersion,
    ...(awsvpcConfiguration ? { networkConfiguration: { awsvpcConfiguration } } : {}),
    loadBalancers: [{ targetGroupArn, containerName, containerPort }],
    serviceRegistries: [...serviceRegistries],
  });
  checkTaskSetSpec(spec, service.deploymentController);
  return spec;
}

function look(world: World, scope: Scope, service: ServiceRecord, taskSet: TaskSetRecord): TaskSetLook {
  const { id, arn, status, spec, externalId, createdAt, stability, failedTasks } = taskSet;
  const targetGroupArn = spec.loadBalancers[0]?.targetGroupArn;
  return {
    id,
    arn,
    status,
    taskDefinition: spec.taskDefinition,
    ...(targetGroupArn === undefined ? {} : { targetGroupArn }),
    ...(externalId === undefined ? {} : { externalId }),
    createdAt,
    stability,
    desiredCount: wantedCount(service, taskSet),
    ...taskSetCounts(world, scope, service, taskSet),
    failedTasks,
  };
}
