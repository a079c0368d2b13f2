import * as sdk from '@aws-sdk/client-ecs';
import type { Call, Service } from '../../kernel/service.ts';
import {
  deleteAccountSetting,
  listAccountSettings,
  putAccountSetting,
  putAccountSettingDefault,
} from './account-settings.ts';
import { describeCapacityProviders } from './capacity-strategy.ts';
import {
  createCluster,
  deleteCluster,
  describeClusters,
  listClusters,
  putClusterCapacityProviders,
  updateCluster,
  updateClusterSettings,
} from './clusters.ts';
import { describeContainerInstances, listContainerInstances } from './container-instances.ts';
import { continueServiceDeployment } from './native/continue.ts';
import { checkServiceQuota, checkTaskDefinitionQuotas } from './quotas.ts';
import {
  checkPassedRoles,
  checkRunTaskRoles,
  checkServiceRoles,
  checkUpdatedRoles,
  makeServiceLinkedRole,
} from './role-checks.ts';
import { schedule } from './scheduler/schedule.ts';
import { sendMetrics } from './service-metrics.ts';
import { createService } from './services/create-service.ts';
import { deleteService, forgetService } from './services/delete-service.ts';
import { describeServices, listServices } from './services/describe-services.ts';
import {
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
  stopServiceDeployment,
} from './services/service-deployments.ts';
import { updateService } from './services/update-service.ts';
import { listTagsForResource, tagResource, untagResource } from './tag-operations.ts';
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  finishDeletion,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions/task-definitions.ts';
import { loseProcesses } from './tasks/containers.ts';
import { taskTimers } from './tasks/lifecycle.ts';
import { executeCommand } from './tasks/execute-command.ts';
import { processes } from './tasks/processes.ts';
import { runTask } from './tasks/run-task.ts';
import { getTaskProtection, updateTaskProtection } from './tasks/task-protection.ts';
import { describeTasks, listTasks, stopTask } from './tasks/tasks.ts';
import { createTaskSet } from './tasksets/create-task-set.ts';
import { deleteTaskSet } from './tasksets/delete-task-set.ts';
import { describeTaskSets } from './tasksets/describe-task-sets.ts';
import { updateServicePrimaryTaskSet, updateTaskSet } from './tasksets/update-task-set.ts';

export { scalableServicesPort } from './scalable-services.ts';
export { taskNetworkPort } from './task-network.ts';

/** The handler, called when none of the checks throws. */
function checked<Input>(
  handler: (input: Input, call: Call) => object,
  ...checks: readonly ((input: Input, call: Call) => void)[]
): (input: Input, call: Call) => object {
  return (input, call) => {
    for (const check of checks) check(input, call);
    return handler(input, call);
  };
}

/** Amazon ECS: clusters, task definitions, services with their deployments and task sets, and tasks on Fargate. */
export const ecs: Service = {
  name: 'ecs',
  sdk,
  model: 'ecs',
  handlers: {
    CreateCluster: checked(createCluster, makeServiceLinkedRole),
    DescribeClusters: describeClusters,
    ListClusters: listClusters,
    UpdateCluster: updateCluster,
    UpdateClusterSettings: updateClusterSettings,
    PutClusterCapacityProviders: putClusterCapacityProviders,
    DeleteCluster: deleteCluster,
    DescribeCapacityProviders: describeCapacityProviders,
    ListContainerInstances: listContainerInstances,
    DescribeContainerInstances: describeContainerInstances,
    RegisterTaskDefinition: checked(registerTaskDefinition, checkPassedRoles, checkTaskDefinitionQuotas),
    DescribeTaskDefinition: describeTaskDefinition,
    DeregisterTaskDefinition: deregisterTaskDefinition,
    DeleteTaskDefinitions: deleteTaskDefinitions,
    ListTaskDefinitions: listTaskDefinitions,
    ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
    CreateService: checked(createService, checkServiceRoles, checkServiceQuota),
    UpdateService: checked(updateService, checkUpdatedRoles),
    DescribeServices: describeServices,
    ListServices: listServices,
    DeleteService: deleteService,
    DescribeServiceDeployments: describeServiceDeployments,
    ListServiceDeployments: listServiceDeployments,
    StopServiceDeployment: stopServiceDeployment,
    ContinueServiceDeployment: continueServiceDeployment,
    DescribeServiceRevisions: describeServiceRevisions,
    CreateTaskSet: createTaskSet,
    UpdateTaskSet: updateTaskSet,
    DeleteTaskSet: deleteTaskSet,
    DescribeTaskSets: describeTaskSets,
    UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
    RunTask: checked(runTask, checkRunTaskRoles),
    StopTask: stopTask,
    ExecuteCommand: executeCommand,
    DescribeTasks: describeTasks,
    ListTasks: listTasks,
    UpdateTaskProtection: updateTaskProtection,
    GetTaskProtection: getTaskProtection,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
    ListAccountSettings: listAccountSettings,
    PutAccountSetting: putAccountSetting,
    PutAccountSettingDefault: putAccountSettingDefault,
    DeleteAccountSetting: deleteAccountSetting,
  },
  timers: {
    ...taskTimers,
    'ecs/schedule': schedule,
    'ecs/sendMetrics': sendMetrics,
    'ecs/forgetService': forgetService,
    'ecs/deleteTaskDefinition': finishDeletion,
  },
  start(world) {
    for (const scope of world.scopes('ecs')) loseProcesses(world, scope);
  },
  close: (world) => processes(world).host.close(),
  quiesce: (world) => processes(world).host.settled(),
};
