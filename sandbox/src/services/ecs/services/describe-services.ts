import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
  Service,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { ecsArn, lastPart } from '../arns.ts';
import { runsOnFargate } from '../capacity-strategy.ts';
import { invalidParameter } from '../errors.ts';
import { activeCluster, findService } from '../lookup.ts';
import { page } from '../pages.ts';
import { ecsState } from '../state.ts';
import { serviceView } from './service-view.ts';

/** DescribeServices: at most 10, the missing ones as failures. */
export function describeServices(input: DescribeServicesRequest, { world, scope }: Call): DescribeServicesResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const references = input.services ?? [];
  if (references.length === 0) throw invalidParameter('Services cannot be empty.');
  if (references.length > 10) throw invalidParameter('service names can have at most 10 items.');
  const services: Service[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const reference of references) {
    const service = findService(world, scope, cluster.name, reference);
    if (service) services.push(serviceView(world, scope, service, input.include?.includes('TAGS') ?? false));
    else failures.push({ arn: ecsArn(scope, `service/${cluster.name}/${lastPart(reference)}`), reason: 'MISSING' });
  }
  return { services, failures };
}

/** ListServices: the ACTIVE ones; DRAINING and INACTIVE services are not listed. Source: API_DeleteService. */
export function listServices(input: ListServicesRequest, { world, scope }: Call): ListServicesResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const services = Object.values(ecsState(world, scope).services).filter(
    (service) =>
      service.cluster === cluster.name &&
      service.status === 'ACTIVE' &&
      (!input.schedulingStrategy || service.schedulingStrategy === input.schedulingStrategy) &&
      (!input.launchType || (runsOnFargate(service.spec) ? 'FARGATE' : service.spec.launchType) === input.launchType),
  );
  const { items, nextToken } = page(services, input.maxResults ?? 10, input.nextToken);
  return { serviceArns: items.map(({ arn }) => arn), nextToken };
}
