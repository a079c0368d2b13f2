import type {
  CreateDeploymentConfigInput,
  DeleteDeploymentConfigInput,
  DeploymentConfigInfo,
  GetDeploymentConfigInput,
  ListDeploymentConfigsInput,
  TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { configName } from './names.ts';
import { page } from './pages.ts';
import { predefinedConfigs } from './predefined-configs.ts';
import { codeDeployState, type ConfigState, type Routing } from './state.ts';

/**
 * Bounds of canary and linear shifts: the user guide, "CodeDeploy quotas", "Deployment configurations": at most 99
 * percent in one increment, and at most two days between the first and the last.
 */
const bounds = { percentage: 99, minutes: 2880 };

/** Own configurations of an account: same source. */
const quota = 50;

/** The configuration of that name, own or predefined; undefined: there is none. */
function findConfig(world: World, scope: Scope, name: string): ConfigState | undefined {
  return own(predefinedConfigs, name) ?? own(codeDeployState(world, scope).configs, name);
}

/** A configuration for ECS. @throws AwsError DeploymentConfigDoesNotExistException, InvalidDeploymentConfigNameException */
export function ecsConfig(world: World, scope: Scope, name: string): ConfigState & { readonly routing: Routing } {
  const found = findConfig(world, scope, configName(name));
  if (!found) throw missing(name);
  if (found.platform !== 'ECS' || !found.routing) {
    throw new AwsError(
      'InvalidDeploymentConfigNameException',
      `The deployment configuration ${name} is of the compute platform ${found.platform}, the application of ECS`,
    );
  }
  return { ...found, routing: found.routing };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentConfig.html */
export function createDeploymentConfig(input: CreateDeploymentConfigInput, { world, scope, now }: Call): object {
  const name = configName(input.deploymentConfigName);
  const { configs } = codeDeployState(world, scope);
  if (name.startsWith('CodeDeployDefault.')) {
    throw new AwsError('InvalidDeploymentConfigNameException', 'The prefix CodeDeployDefault. is reserved');
  }
  if (own(configs, name)) {
    throw new AwsError('DeploymentConfigAlreadyExistsException', `Deployment Configuration already exists: ${name}`);
  }
  if (Object.keys(configs).length >= quota) {
    throw new AwsError('DeploymentConfigLimitExceededException', `An account can have ${quota} of them`);
  }
  const platform = input.computePlatform ?? 'Server';
  if (platform === 'Server' && !input.minimumHealthyHosts) {
    throw new AwsError('InvalidMinimumHealthyHostValueException', 'Minimum healthy hosts must be specified');
  }
  const config: ConfigState = {
    id: world.uuid(),
    name,
    platform,
    createdAt: now,
    ...(platform === 'Server' ? {} : { routing: routingOf(input.trafficRoutingConfig) }),
    ...(input.minimumHealthyHosts ? { minimumHealthyHosts: input.minimumHealthyHosts } : {}),
  };
  configs[name] = config;
  return { deploymentConfigId: config.id };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentConfig.html */
export function getDeploymentConfig(input: GetDeploymentConfigInput, { world, scope }: Call): object {
  const name = configName(input.deploymentConfigName);
  const found = findConfig(world, scope, name);
  if (!found) throw missing(name);
  return { deploymentConfigInfo: described(found) };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeploymentConfigs.html */
export function listDeploymentConfigs({ nextToken }: ListDeploymentConfigsInput, { world, scope }: Call): object {
  const names = [...Object.keys(predefinedConfigs), ...Object.keys(codeDeployState(world, scope).configs)];
  const { texts, ...more } = page(names.toSorted(), nextToken);
  return { deploymentConfigsList: texts, ...more };
}

/**
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteDeploymentConfig.html: "A deployment configuration
 * cannot be deleted if it is currently in use. Predefined configurations cannot be deleted." An unknown one is no error:
 * the operation documents none.
 */
export function deleteDeploymentConfig(input: DeleteDeploymentConfigInput, { world, scope }: Call): object {
  const name = configName(input.deploymentConfigName);
  const { applications, configs } = codeDeployState(world, scope);
  if (own(predefinedConfigs, name)) {
    throw new AwsError('InvalidOperationException', 'Predefined deployment configurations cannot be deleted');
  }
  const user = Object.values(applications)
    .flatMap(({ groups }) => Object.values(groups))
    .find(({ settings }) => settings.configName === name);
  if (user) {
    throw new AwsError(
      'DeploymentConfigInUseException',
      `Deployment Configuration ${name} is in use by the Deployment Group ${user.settings.name}`,
    );
  }
  delete configs[name];
  return {};
}

function routingOf(config: TrafficRoutingConfig | undefined): Routing {
  if (config?.type === undefined || config.type === 'AllAtOnce') return { type: 'AllAtOnce' };
  const canary = config.type === 'TimeBasedCanary';
  const percentage = canary ? config.timeBasedCanary?.canaryPercentage : config.timeBasedLinear?.linearPercentage;
  const interval = canary ? config.timeBasedCanary?.canaryInterval : config.timeBasedLinear?.linearInterval;
  if (percentage === undefined || interval === undefined) {
    throw invalidRouting(`${config.type} needs a percentage and an interval`);
  }
  if (percentage < 1 || percentage > bounds.percentage) {
    throw invalidRouting(`The percentage must be from 1 to ${bounds.percentage}, it is ${percentage}`);
  }
  const between = interval * (canary ? 1 : Math.ceil(100 / percentage) - 1);
  if (interval < 1 || between > bounds.minutes) {
    throw invalidRouting(`The first and the last shift must be 1 to ${bounds.minutes} minutes apart, not ${between}`);
  }
  return { type: config.type, percentage, interval };
}

function described({ id, name, platform, createdAt, routing, minimumHealthyHosts }: ConfigState): DeploymentConfigInfo {
  return {
    ...(id === undefined ? {} : { deploymentConfigId: id }),
    deploymentConfigName: name,
    computePlatform: platform,
    createTime: new Date(createdAt),
    ...(minimumHealthyHosts ? { minimumHealthyHosts } : {}),
    ...(routing ? { trafficRoutingConfig: describedRouting(routing) } : {}),
  };
}

function describedRouting(routing: Routing): TrafficRoutingConfig {
  switch (routing.type) {
    case 'TimeBasedCanary':
      return {
        type: routing.type,
        timeBasedCanary: { canaryPercentage: routing.percentage, canaryInterval: routing.interval },
      };
    case 'TimeBasedLinear':
      return {
        type: routing.type,
        timeBasedLinear: { linearPercentage: routing.percentage, linearInterval: routing.interval },
      };
    default:
      return { type: routing.type };
  }
}

function missing(name: string): AwsError {
  return new AwsError('DeploymentConfigDoesNotExistException', `No Deployment Configuration found for name: ${name}`);
}

function invalidRouting(message: string): AwsError {
  return new AwsError('InvalidTrafficRoutingConfigurationException', message);
}
