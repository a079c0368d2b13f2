import type { CreateDeploymentInput } from '@aws-sdk/client-codedeploy';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkAlarms, checkAutoRollback } from './alarm-settings.ts';
import { checkRevision } from './app-spec.ts';
import { groupArn } from './arns.ts';
import { ecsConfig } from './deployment-configs.ts';
import { deployableService } from './ecs-service.ts';
import { wake } from './life-cycle/running.ts';
import { activeDeployment, applicationOf, groupOf } from './lookup.ts';
import { newDeployment } from './new-deployment.ts';
import { codeDeployState } from './state.ts';

/** Longest description: the user guide, "CodeDeploy quotas". */
const descriptionLength = 256;

/** How long a deployment is Created before it begins. AWS names no figure. */
const createdMs = 1000;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html */
export function createDeployment(input: CreateDeploymentInput, call: Call): object {
  const { world, scope, principal } = call;
  const application = applicationOf(world, scope, input.applicationName);
  const group = groupOf(application, input.deploymentGroupName);
  checkForEcs(input);
  const revision = checkRevision(input.revision);
  const configName = input.deploymentConfigName ?? group.settings.configName;
  const { routing } = ecsConfig(world, scope, configName);
  if (routing.type !== 'AllAtOnce' && group.settings.productionListener.includes(':listener/net/')) {
    throw new AwsError(
      'InvalidTrafficRoutingConfigurationException',
      'Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead',
    );
  }
  const overrideAlarms = checkAlarms(input.overrideAlarmConfiguration);
  if (overrideAlarms) {
    const arn = groupArn(scope, application.name, group.settings.name);
    const refusal = world.ports.identity.refusal(principal, 'codedeploy:UpdateDeploymentGroup', arn);
    if (refusal !== undefined) throw new AwsError('AccessDeniedException', refusal);
  }
  const autoRollback = checkAutoRollback(input.autoRollbackConfiguration) ?? group.settings.autoRollback;
  const { arn: serviceArn } = deployableService(call, group.settings.service);
  const active = activeDeployment(world, scope, group.id);
  if (active) {
    throw new AwsError(
      'DeploymentLimitExceededException',
      `The Deployment Group '${group.settings.name}' already has an active Deployment '${active.id}'`,
    );
  }
  const previous = own(codeDeployState(world, scope).deployments, group.lastSuccessful);
  const deployment = newDeployment(world, scope, {
    applicationName: application.name,
    groupId: group.id,
    group: group.settings,
    configName,
    routing,
    creator: 'user',
    serviceArn,
    revision,
    ...(previous?.revision ? { previousRevision: previous.revision } : {}),
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(overrideAlarms ? { overrideAlarms } : {}),
    ...(autoRollback ? { autoRollback } : {}),
  });
  group.lastAttempted = deployment.id;
  wake({ world, scope, deployment }, createdMs);
  return { deploymentId: deployment.id };
}

/** What has no place in a deployment for ECS. */
function checkForEcs(input: CreateDeploymentInput): void {
  if ((input.description?.length ?? 0) > descriptionLength) {
    throw new AwsError('DescriptionTooLongException', `A description has at most ${descriptionLength} characters`);
  }
  if (input.fileExistsBehavior !== undefined) {
    throw new AwsError(
      'InvalidFileExistsBehaviorException',
      'For Lambda, ECS and Kubernetes deployment, fileExistsBehavior can not be specified',
    );
  }
  if (input.ignoreApplicationStopFailures) {
    throw new AwsError(
      'InvalidIgnoreApplicationStopFailuresValueException',
      'For ECS deployments ignoreApplicationStopFailures must be false',
    );
  }
  if (input.updateOutdatedInstancesOnly) {
    throw new AwsError(
      'InvalidUpdateOutdatedInstancesOnlyValueException',
      'For ECS deployments updateOutdatedInstancesOnly must be false',
    );
  }
  if (input.targetInstances) {
    throw new AwsError('InvalidTargetInstancesException', 'ECS deployments have no target instances');
  }
  if (input.deploymentMode === 'RESTART') {
    throw new AwsError('InvalidInputException', 'RESTART is for EC2/On-Premises in-place deployments only');
  }
}
