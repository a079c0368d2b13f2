import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { AwsError, type Call } from '../../kernel/service.ts';
import { clusterName } from './arns.ts';
import { clientException } from './errors.ts';
import { ecsState } from './state.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const quotas = { servicesPerCluster: 5000, containersPerTaskDefinition: 10, taskDefinitionBytes: 65_536 };

/**
 * A task definition has at most 10 containers and 64 KiB. Words as quoted:
 * https://github.com/aws/amazon-ecs-cli/issues/184 and https://github.com/awsdocs/amazon-ecs-developer-guide/pull/149.
 */
export function checkTaskDefinitionQuotas({ tags: _tags, ...definition }: RegisterTaskDefinitionRequest): void {
  if ((definition.containerDefinitions?.length ?? 0) > quotas.containersPerTaskDefinition) {
    throw clientException('Too many containers.');
  }
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > quotas.taskDefinitionBytes) {
    throw clientException(`Actual length: '${bytes}'. Max allowed length is '${quotas.taskDefinitionBytes}' bytes.`);
  }
}

/** A cluster has at most 5,000 services. ECS documents LimitExceededException's shape and not its words. */
export function checkServiceQuota({ cluster }: CreateServiceRequest, { world, scope }: Call): void {
  const name = clusterName(cluster);
  const services = Object.values(ecsState(world, scope).services);
  const active = services.filter((service) => service.cluster === name && service.status !== 'INACTIVE').length;
  if (active < quotas.servicesPerCluster) return;
  throw new AwsError(
    'LimitExceededException',
    `The limit for services per cluster (${quotas.servicesPerCluster}) is exceeded.`,
  );
}
