import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
} from '@aws-sdk/client-ecs';
import type { Call } from '../../kernel/service.ts';
import { ecsArn, lastPart } from './arns.ts';
import { activeCluster } from './lookup.ts';

/** ListContainerInstances: the sandbox has only Fargate. */
export function listContainerInstances(
  input: ListContainerInstancesRequest,
  { world, scope }: Call,
): ListContainerInstancesResponse {
  activeCluster(world, scope, input.cluster);
  return { containerInstanceArns: [] };
}

/** DescribeContainerInstances: all are missing. */
export function describeContainerInstances(
  input: DescribeContainerInstancesRequest,
  { world, scope }: Call,
): DescribeContainerInstancesResponse {
  const { name } = activeCluster(world, scope, input.cluster);
  const failures = (input.containerInstances ?? []).map((reference) => ({
    arn: ecsArn(scope, `container-instance/${name}/${lastPart(reference)}`),
    reason: 'MISSING',
  }));
  return { containerInstances: [], failures };
}
