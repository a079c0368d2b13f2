import type { DescribeTaskSetsRequest, DescribeTaskSetsResponse, Failure, TaskSet } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { invalidParameter } from '../errors.ts';
import { findTaskSet, serviceWithTaskSets, taskSetArn } from './lookup.ts';
import { taskSetView } from './task-set-view.ts';

/**
 * DescribeTaskSets. The API documents `taskSets` as optional and refuses the call without it:
 * https://github.com/aws/aws-cli/issues/5380.
 */
export function describeTaskSets(input: DescribeTaskSetsRequest, { world, scope }: Call): DescribeTaskSetsResponse {
  const service = serviceWithTaskSets(world, scope, input.cluster, input.service);
  if (!input.taskSets?.length) throw invalidParameter('TaskSets cannot be empty.');
  const withTags = input.include?.includes('TAGS') ?? false;
  const taskSets: TaskSet[] = [];
  const failures: Failure[] = [];
  for (const reference of input.taskSets) {
    const found = findTaskSet(service, reference);
    if (found) taskSets.push(taskSetView(world, scope, service, found, withTags));
    else failures.push({ arn: taskSetArn(scope, service, reference), reason: 'MISSING' });
  }
  return { taskSets, failures };
}
