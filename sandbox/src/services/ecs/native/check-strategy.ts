import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';

/** "You can configure a maximum of 10 pause hooks and 10 Lambda hooks per service." Source: "Pause hooks for Amazon ECS service deployments". */
const hooksOfAType = 10;

/** A day, in minutes. */
const day = 1440;

/** Longest timeout of a hook in minutes, by its type. Sources: "Pause hooks ..." and "Lambda hooks for Amazon ECS service deployments". */
const longestTimeout = { PAUSE: 20_160, AWS_LAMBDA: day } as const;

/** Stages that are "invoked during rollback" too, where no deployment can pause. Source: "Lifecycle hooks for Amazon ECS service deployments". */
const shiftStages: readonly string[] = ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/**
 * The parts of a deployment configuration that the strategies BLUE_GREEN, LINEAR and CANARY and the lifecycle hooks
 * have, with the defaults that they read back with. Throws for what ECS refuses.
 * Sources: API_DeploymentConfiguration, API_LinearConfiguration, API_CanaryConfiguration, API_DeploymentLifecycleHook.
 */
export function strategyConfiguration(configuration: DeploymentConfiguration): DeploymentConfiguration {
  const { linearConfiguration, canaryConfiguration, lifecycleHooks, strategy = 'ROLLING', ...rest } = configuration;
  checkRange('bakeTimeInMinutes', rest.bakeTimeInMinutes, 0, day);
  return {
    ...rest,
    strategy,
    ...(strategy === 'LINEAR' ? { linearConfiguration: linear(linearConfiguration) } : {}),
    ...(strategy === 'CANARY' ? { canaryConfiguration: canary(canaryConfiguration) } : {}),
    ...(lifecycleHooks === undefined ? {} : { lifecycleHooks: hooks(lifecycleHooks) }),
  };
}

/** Throws when the declared configuration has the settings of another strategy. The words are the sandbox's own. */
export function checkDeclaredStrategy(declared: DeploymentConfiguration | undefined, strategy: string): void {
  if (declared?.linearConfiguration && strategy !== 'LINEAR') {
    throw invalidParameter('linearConfiguration is only valid when the deployment strategy is LINEAR.');
  }
  if (declared?.canaryConfiguration && strategy !== 'CANARY') {
    throw invalidParameter('canaryConfiguration is only valid when the deployment strategy is CANARY.');
  }
}

function linear(given: DeploymentConfiguration['linearConfiguration']) {
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = given ?? {};
  checkPercent('stepPercent', stepPercent, 3);
  checkRange('stepBakeTimeInMinutes', stepBakeTimeInMinutes, 0, day);
  return { stepPercent, stepBakeTimeInMinutes };
}

function canary(given: DeploymentConfiguration['canaryConfiguration']) {
  const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = given ?? {};
  checkPercent('canaryPercent', canaryPercent, 0.1);
  checkRange('canaryBakeTimeInMinutes', canaryBakeTimeInMinutes, 0, day);
  return { canaryPercent, canaryBakeTimeInMinutes };
}

function checkPercent(name: string, value: number, lowest: number): void {
  checkRange(name, value, lowest, 100);
  if (Math.abs(value * 10 - Math.round(value * 10)) > 1e-6) {
    throw invalidParameter(`${name} must be a multiple of 0.1, but is ${value}.`);
  }
}

function checkRange(name: string, value: number | undefined, lowest: number, highest: number): void {
  if (value === undefined || (value >= lowest && value <= highest)) return;
  throw invalidParameter(`${name} must be between ${lowest} and ${highest}, but is ${value}.`);
}

function hooks(given: readonly DeploymentLifecycleHook[]): DeploymentLifecycleHook[] {
  const complete = given.map(hook);
  for (const type of ['PAUSE', 'AWS_LAMBDA'] as const) {
    if (complete.filter(({ targetType }) => targetType === type).length <= hooksOfAType) continue;
    throw invalidParameter(`A service can have at most ${hooksOfAType} lifecycle hooks of the type ${type}.`);
  }
  return complete;
}

function hook(given: DeploymentLifecycleHook): DeploymentLifecycleHook {
  const { targetType = 'AWS_LAMBDA', lifecycleStages = [], timeoutConfiguration } = given;
  if (lifecycleStages.length === 0) throw invalidParameter('lifecycleStages must be specified for a lifecycle hook.');
  if (targetType === 'PAUSE') checkPause(given);
  else if (!given.hookTargetArn || !given.roleArn) {
    throw invalidParameter('hookTargetArn and roleArn must be specified for a lifecycle hook of the type AWS_LAMBDA.');
  }
  const { timeoutInMinutes = day, action = 'ROLLBACK' } = timeoutConfiguration ?? {};
  checkRange('timeoutInMinutes', timeoutInMinutes, 1, longestTimeout[targetType]);
  return { ...given, targetType, lifecycleStages, timeoutConfiguration: { timeoutInMinutes, action } };
}

/** Words of the first: "Troubleshooting Amazon ECS blue/green deployments". */
function checkPause({ lifecycleStages = [], hookTargetArn, roleArn }: DeploymentLifecycleHook): void {
  if (lifecycleStages.some((stage) => shiftStages.includes(stage))) {
    throw invalidParameter('Invalid lifecycle stage provided for Pause Hook');
  }
  if (hookTargetArn || roleArn) {
    throw invalidParameter('hookTargetArn and roleArn are not valid for a lifecycle hook of the type PAUSE.');
  }
}
