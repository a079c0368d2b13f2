import type {
  CreateDeploymentGroupInput,
  DeploymentStyle,
  ECSService,
  UpdateDeploymentGroupInput,
} from '@aws-sdk/client-codedeploy';
import { AwsError, type Call } from '../../kernel/service.ts';
import { checkAlarms, checkAutoRollback } from './alarm-settings.ts';
import { ecsConfig } from './deployment-configs.ts';
import { pairOf } from './load-balancer-settings.ts';
import { groupName } from './names.ts';
import { deployableService } from './ecs-service.ts';
import { checkRole } from './service-role.ts';
import { codeDeployState, type GroupSettings } from './state.ts';

/**
 * What a group without a configuration deploys with: the walkthrough of the ECS developer guide, "Creating a service
 * using a blue/green deployment", names none, and all traffic goes over at once.
 */
const defaultConfig = 'CodeDeployDefault.ECSAllAtOnce';

/** Longest wait before the blue task set ends: API_BlueInstanceTerminationOption. */
const longestTerminationWait = 2880;

/** What a group for ECS may not have: instances and their Auto Scaling groups. */
const ofInstances = ['ec2TagFilters', 'ec2TagSet', 'onPremisesInstanceTagFilters', 'onPremisesTagSet'] as const;

type Input = Partial<CreateDeploymentGroupInput> & Partial<UpdateDeploymentGroupInput>;

/** The settings of a new group, or of one with changes. `before` fills in what is omitted. @throws AwsError */
export function groupSettings(input: Input, call: Call, groupId: string, before?: GroupSettings): GroupSettings {
  const { world, scope } = call;
  const name = groupName(before ? (input.newDeploymentGroupName ?? before.name) : input.deploymentGroupName);
  checkStyle(input.deploymentStyle, before);
  if (ofInstances.some((member) => input[member] !== undefined) || input.autoScalingGroups?.length) {
    throw new AwsError('InvalidInputException', 'A deployment group for ECS has no instances');
  }
  const configName = input.deploymentConfigName ?? before?.configName ?? defaultConfig;
  const { routing } = ecsConfig(world, scope, configName);
  const roleArn = checkRole(input.serviceRoleArn ?? before?.roleArn, call);
  const service = input.ecsServices || !before ? serviceOf(input.ecsServices, call, groupId) : before.service;
  const pair = input.loadBalancerInfo || !before ? pairOf(input.loadBalancerInfo, call) : pairIn(before);
  if (routing.type !== 'AllAtOnce' && pair.productionListener.includes(':listener/net/')) {
    throw new AwsError(
      'InvalidTrafficRoutingConfigurationException',
      'Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead when you create/update Deployment group',
    );
  }
  const alarms = checkAlarms(input.alarmConfiguration) ?? before?.alarms;
  const autoRollback = checkAutoRollback(input.autoRollbackConfiguration) ?? before?.autoRollback;
  return {
    name,
    configName,
    roleArn,
    service,
    ...pair,
    blueGreen: blueGreenOf(input, before),
    ...(alarms ? { alarms } : {}),
    ...(autoRollback ? { autoRollback } : {}),
    triggers: input.triggerConfigurations ?? before?.triggers ?? [],
  };
}

/** ECS knows blue/green with traffic control alone. */
function checkStyle(style: DeploymentStyle | undefined, before: GroupSettings | undefined): void {
  if (!style && before) return;
  if (style?.deploymentType === 'BLUE_GREEN' && style.deploymentOption === 'WITH_TRAFFIC_CONTROL') return;
  throw new AwsError(
    'InvalidDeploymentStyleException',
    'The deployment style of an ECS deployment group must be BLUE_GREEN and WITH_TRAFFIC_CONTROL',
  );
}

function serviceOf(services: readonly ECSService[] | undefined, call: Call, groupId: string): GroupSettings['service'] {
  const { world, scope } = call;
  const [one, ...others] = services ?? [];
  if (!one?.serviceName || others.length > 0) {
    throw new AwsError('InvalidECSServiceException', 'A deployment group must have exactly one ECS service');
  }
  const service = { cluster: one.clusterName ?? 'default', name: one.serviceName };
  deployableService(call, service);
  const other = Object.values(codeDeployState(world, scope).applications)
    .flatMap(({ groups }) => Object.values(groups))
    .find(
      ({ id, settings }) =>
        id !== groupId && settings.service.cluster === service.cluster && settings.service.name === service.name,
    );
  if (other) {
    throw new AwsError(
      'ECSServiceMappingLimitExceededException',
      `The ECS service ${service.name} is associated with the deployment group ${other.settings.name} already`,
    );
  }
  return service;
}

function pairIn({ targetGroups, productionListener, testListener }: GroupSettings): ReturnType<typeof pairOf> {
  return { targetGroups, productionListener, ...(testListener === undefined ? {} : { testListener }) };
}

function blueGreenOf(input: Input, before: GroupSettings | undefined): GroupSettings['blueGreen'] {
  const given = input.blueGreenDeploymentConfiguration;
  if (!given && before) return before.blueGreen;
  if (given?.greenFleetProvisioningOption) {
    throw invalidBlueGreen('greenFleetProvisioningOption is for instances, not for ECS');
  }
  const termination = given?.terminateBlueInstancesOnDeploymentSuccess;
  const ready = given?.deploymentReadyOption;
  const wait = termination?.terminationWaitTimeInMinutes ?? 0;
  if (wait < 0 || wait > longestTerminationWait) {
    throw invalidBlueGreen(`terminationWaitTimeInMinutes must be from 0 to ${longestTerminationWait}, it is ${wait}`);
  }
  if ((ready?.waitTimeInMinutes ?? 0) < 0) throw invalidBlueGreen('waitTimeInMinutes must not be negative');
  return {
    terminateBlueInstancesOnDeploymentSuccess: {
      action: termination?.action ?? 'TERMINATE',
      terminationWaitTimeInMinutes: wait,
    },
    deploymentReadyOption: {
      actionOnTimeout: ready?.actionOnTimeout ?? 'CONTINUE_DEPLOYMENT',
      waitTimeInMinutes: ready?.waitTimeInMinutes ?? 0,
    },
  };
}

function invalidBlueGreen(message: string): AwsError {
  return new AwsError('InvalidBlueGreenDeploymentConfigurationException', message);
}
