import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  DeploymentController,
  DeploymentControllerType,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { RevisionSpec } from '../state.ts';
import { checkTaskSetSpec, noTaskSet } from './task-set-spec.ts';

/**
 * Throws for a deployment configuration or scheduling strategy that only the controller ECS has.
 * Words: "Troubleshooting Amazon ECS deployment strategy updates"; of the deployment strategies the sandbox's own.
 */
export function checkControllerSupports(
  type: DeploymentControllerType,
  { deploymentCircuitBreaker, alarms, strategy = 'ROLLING', lifecycleHooks }: DeploymentConfiguration,
  schedulingStrategy: 'REPLICA' | 'DAEMON',
): void {
  if (type === 'ECS') return;
  if (schedulingStrategy === 'DAEMON') {
    throw invalidParameter(
      `The ${type} deployment controller type is not supported for services using the DAEMON scheduling strategy.`,
    );
  }
  if (deploymentCircuitBreaker?.enable) throw onlyWithEcs('Deployment circuit breaker feature');
  if (alarms?.enable) throw onlyWithEcs('Alarm based rollback feature');
  if (strategy !== 'ROLLING') throw onlyWithEcs(`The deployment strategy ${strategy}`);
  if (lifecycleHooks?.length) throw onlyWithEcs('Deployment lifecycle hooks feature');
}

/**
 * Throws for a new service that its controller cannot have. CODE_DEPLOY needs a load balancer: API_CreateService
 * (loadBalancers); the words are the sandbox's own.
 */
export function checkCodeDeployService(spec: RevisionSpec, controller: DeploymentController): void {
  checkTaskSetSpec(spec, controller);
  if (spec.loadBalancers.length > 0) return;
  throw invalidParameter('Services with a CODE_DEPLOY deployment controller require a load balancer.');
}

/**
 * What a new service under EXTERNAL shows. Throws for what belongs to task sets, in the words that its users quote:
 * https://github.com/aws/aws-cdk/issues/6245, https://github.com/aws/aws-cdk/issues/26335; of the others by analogy.
 * Source: developer guide, "Deploy Amazon ECS services using a third-party controller".
 */
export function externalSpec(input: CreateServiceRequest): RevisionSpec {
  if (input.taskDefinition === '') throw invalidParameter('Family should not be null or empty.');
  if (input.taskDefinition) throw invalidParameter('TaskDefinition must be blank.');
  if (input.serviceConnectConfiguration?.enabled) {
    throw invalidParameter(
      'The EXTERNAL deployment controller type is not supported for services using Service Connect.',
    );
  }
  if (input.launchType) throw invalidParameter('LaunchType must be blank.');
  const ofTaskSets = {
    NetworkConfiguration: input.networkConfiguration,
    PlatformVersion: input.platformVersion,
    CapacityProviderStrategy: input.capacityProviderStrategy,
    LoadBalancers: input.loadBalancers,
    ServiceRegistries: input.serviceRegistries,
    VolumeConfigurations: input.volumeConfigurations,
    VpcLatticeConfigurations: input.vpcLatticeConfigurations,
  };
  for (const [name, value] of Object.entries(ofTaskSets)) {
    if (Array.isArray(value) ? value.length > 0 : value) throw invalidParameter(`${name} must be null.`);
  }
  return noTaskSet;
}

/** What UpdateService may not name while another controller than ECS deploys, and how ECS calls it. */
const ofDeployments: readonly (readonly [keyof UpdateServiceRequest, string])[] = [
  ['taskDefinition', 'task definition'],
  ['networkConfiguration', 'network parameters'],
  ['platformVersion', 'platform version'],
  ['capacityProviderStrategy', 'capacity provider strategy'],
  ['loadBalancers', 'load balancers'],
  ['serviceRegistries', 'service registries'],
  ['serviceConnectConfiguration', 'Service Connect configuration'],
  ['volumeConfigurations', 'volume configurations'],
  ['vpcLatticeConfigurations', 'VPC Lattice configurations'],
  ['monitoring', 'monitoring'],
  ['enableExecuteCommand', 'execute command'],
  ['availabilityZoneRebalancing', 'Availability Zone rebalancing'],
];

/**
 * Throws for an UpdateService that asks for what a deployment or task set decides, changed or not. What may be asked
 * for: API_UpdateService; EXTERNAL keeps its deployment configuration unless the call changes to it. Words as quoted: https://github.com/boto/boto3/issues/1936 (task definition),
 * https://github.com/pulumi/pulumi-aws/issues/1961 (network, also unchanged),
 * https://github.com/pipe-cd/pipecd/pull/6384 (forceNewDeployment); of the others by analogy.
 */
export function checkUpdate(
  type: DeploymentControllerType,
  input: UpdateServiceRequest,
  changesController: boolean,
): void {
  if (type === 'ECS') return;
  const services = `services with a ${type} deployment controller.`;
  const instead = type === 'CODE_DEPLOY' ? ' Use AWS CodeDeploy to trigger a new deployment.' : '';
  for (const [member, words] of ofDeployments) {
    if (input[member] === undefined) continue;
    throw invalidParameter(`Unable to update ${words} on ${services}${instead}`);
  }
  if (type === 'EXTERNAL' && !changesController && input.deploymentConfiguration) {
    throw invalidParameter(`Unable to update deployment configuration on ${services}`);
  }
  if (input.forceNewDeployment) throw invalidParameter(`Cannot force a new deployment on ${services}${instead}`);
}

function onlyWithEcs(what: string) {
  return invalidParameter(
    `${what} is only supported with ECS deployment controller. Update to ECS deployment controller and try again.`,
  );
}
