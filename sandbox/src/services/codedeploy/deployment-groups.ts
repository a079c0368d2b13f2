import type {
  BatchGetDeploymentGroupsInput,
  CreateDeploymentGroupInput,
  DeleteDeploymentGroupInput,
  DeploymentGroupInfo,
  GetDeploymentGroupInput,
  LastDeploymentInfo,
  ListDeploymentGroupsInput,
  UpdateDeploymentGroupInput,
} from '@aws-sdk/client-codedeploy';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { groupArn } from './arns.ts';
import { groupSettings } from './group-settings.ts';
import { stopForDeletion } from './life-cycle/end.ts';
import { applicationOf, deploymentsOf, groupOf } from './lookup.ts';
import { groupName } from './names.ts';
import { batch, page } from './pages.ts';
import { type ApplicationState, codeDeployState, type GroupState } from './state.ts';
import { newTags } from './tags.ts';
import { describedLoadBalancers } from './views.ts';

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html */
export function createDeploymentGroup(input: CreateDeploymentGroupInput, call: Call): object {
  const { world, scope, now } = call;
  const application = applicationOf(world, scope, input.applicationName);
  const name = groupName(input.deploymentGroupName);
  if (own(application.groups, name)) throw alreadyExists(name);
  if (application.platform !== 'ECS') {
    throw new AwsError(
      'InvalidInputException',
      `The sandbox has deployment groups for ECS, not for ${application.platform}`,
    );
  }
  const tags = newTags(input.tags);
  const id = world.uuid();
  application.groups[name] = { id, settings: groupSettings(input, call, id) };
  const arn = groupArn(scope, application.name, name);
  world.resources.add({ ...scope, arn, type: 'codedeploy:deploymentgroup', createdAt: now, tags });
  return { deploymentGroupId: id };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_UpdateDeploymentGroup.html: what is omitted stays. */
export function updateDeploymentGroup(input: UpdateDeploymentGroupInput, call: Call): object {
  const { world, scope } = call;
  const application = applicationOf(world, scope, input.applicationName);
  const before = groupName(input.currentDeploymentGroupName);
  const group = groupOf(application, before);
  const settings = groupSettings(input, call, group.id, group.settings);
  const renamed = settings.name !== before;
  if (renamed && own(application.groups, settings.name)) throw alreadyExists(settings.name);
  group.settings = settings;
  if (renamed) {
    delete application.groups[before];
    application.groups[settings.name] = group;
    const resource = world.resources.get(groupArn(scope, application.name, before));
    world.resources.remove(groupArn(scope, application.name, before));
    if (resource) world.resources.add({ ...resource, arn: groupArn(scope, application.name, settings.name) });
  }
  return { hooksNotCleanedUp: [] };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentGroup.html */
export function getDeploymentGroup(input: GetDeploymentGroupInput, call: Call): object {
  const application = applicationOf(call.world, call.scope, input.applicationName);
  return { deploymentGroupInfo: described(application, groupOf(application, input.deploymentGroupName), call) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentGroups.html */
export function batchGetDeploymentGroups(input: BatchGetDeploymentGroupsInput, call: Call): object {
  const application = applicationOf(call.world, call.scope, input.applicationName);
  const names = batch(input.deploymentGroupNames, 'DeploymentGroupNameRequiredException');
  const missing = names.filter((name) => !own(application.groups, groupName(name)));
  return {
    deploymentGroupsInfo: names
      .filter((name) => !missing.includes(name))
      .map((name) => described(application, groupOf(application, name), call)),
    ...(missing.length > 0 ? { errorMessage: `No Deployment Group found for name: ${missing.join(', ')}` } : {}),
  };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentGroups.html */
export function listDeploymentGroups(input: ListDeploymentGroupsInput, { world, scope }: Call): object {
  const application = applicationOf(world, scope, input.applicationName);
  const { texts, ...more } = page(Object.keys(application.groups).toSorted(), input.nextToken);
  return { applicationName: application.name, deploymentGroups: texts, ...more };
}

/**
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteDeploymentGroup.html. An unknown one is no error:
 * the operation documents none.
 */
export function deleteDeploymentGroup(input: DeleteDeploymentGroupInput, { world, scope }: Call): object {
  const name = groupName(input.deploymentGroupName);
  const application = own(codeDeployState(world, scope).applications, input.applicationName);
  const group = own(application?.groups ?? {}, name);
  if (application && group) {
    for (const deployment of deploymentsOf(world, scope, group.id)) {
      stopForDeletion(world, scope, deployment, 'DEPLOYMENT_GROUP_MISSING', 'The deployment group was missing.');
    }
    delete application.groups[name];
    world.resources.remove(groupArn(scope, application.name, name));
  }
  return { hooksNotCleanedUp: [] };
}

function alreadyExists(name: string): AwsError {
  return new AwsError('DeploymentGroupAlreadyExistsException', `Deployment group already exists: ${name}`);
}

function described(application: ApplicationState, group: GroupState, call: Call): DeploymentGroupInfo {
  const { settings } = group;
  const { deployments } = codeDeployState(call.world, call.scope);
  const successful = own(deployments, group.lastSuccessful);
  const last = (id: string | undefined): LastDeploymentInfo | undefined => {
    const deployment = own(deployments, id);
    if (!deployment) return undefined;
    return {
      deploymentId: deployment.id,
      status: deployment.status,
      createTime: new Date(deployment.createdAt),
      ...(deployment.completedAt === undefined ? {} : { endTime: new Date(deployment.completedAt) }),
    };
  };
  return {
    applicationName: application.name,
    deploymentGroupId: group.id,
    deploymentGroupName: settings.name,
    deploymentConfigName: settings.configName,
    ec2TagFilters: [],
    onPremisesInstanceTagFilters: [],
    autoScalingGroups: [],
    serviceRoleArn: settings.roleArn,
    ...(successful?.revision ? { targetRevision: successful.revision } : {}),
    triggerConfigurations: [...settings.triggers],
    ...(settings.alarms ? { alarmConfiguration: settings.alarms } : {}),
    ...(settings.autoRollback ? { autoRollbackConfiguration: settings.autoRollback } : {}),
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    blueGreenDeploymentConfiguration: settings.blueGreen,
    loadBalancerInfo: describedLoadBalancers(settings),
    lastSuccessfulDeployment: last(group.lastSuccessful),
    lastAttemptedDeployment: last(group.lastAttempted),
    computePlatform: 'ECS',
    ecsServices: [{ serviceName: settings.service.name, clusterName: settings.service.cluster }],
    terminationHookEnabled: false,
  };
}
