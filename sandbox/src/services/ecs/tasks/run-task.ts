import type { Failure, RunTaskRequest, RunTaskResponse } from '@aws-sdk/client-ecs';
import { AwsError, type Call } from '../../../kernel/service.ts';
import { checkStrategy, nextProvider, runsOnFargate } from '../capacity-strategy.ts';
import { clientException, invalidParameter } from '../errors.ts';
import { activeCluster, usableTaskDefinition } from '../lookup.ts';
import { checkPlatformVersion } from '../platform-versions.ts';
import { ecsState } from '../state.ts';
import { tagRecord } from '../tags.ts';
import type { TaskRecord } from '../task-record.ts';
import { launchRefusal } from './launch-refusal.ts';
import { launchTask } from './launch.ts';
import { taskView } from './task-view.ts';

/**
 * The longest life of a RunTask token; it ends earlier when ECS forgets the last of its tasks, an hour after their end.
 * Source: developer guide, "Ensuring idempotency": the lesser of 24 hours and the lifetime of the resource and an hour.
 */
const tokenLifetimeMs = 24 * 3_600_000;

/** RunTask: starts 1 to 10 tasks on Fargate. Source: API_RunTask. */
export function runTask(input: RunTaskRequest, { world, scope, now }: Call): RunTaskResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const state = ecsState(world, scope);
  const { clientToken, ...rest } = input;
  const request = JSON.stringify(rest);
  const failures: Failure[] = [];
  const earlier = clientToken ? state.runTaskTokens[`${cluster.name}/${clientToken}`] : undefined;
  if (earlier && now - earlier.at < tokenLifetimeMs && earlier.taskIds.some((id) => state.tasks[id])) {
    if (earlier.request !== request) {
      throw new AwsError('ConflictException', 'The client token was used before with other parameters.', {
        resourceIds: earlier.taskIds.flatMap((id) => state.tasks[id]?.arn ?? []),
      });
    }
    return answer(earlier.taskIds.flatMap((id) => state.tasks[id] ?? []));
  }

  const definition = usableTaskDefinition(world, scope, input.taskDefinition ?? '');
  const count = input.count ?? 1;
  if (count < 1 || count > 10) throw invalidParameter('Count must be between 1 and 10.');
  if (input.launchType && input.capacityProviderStrategy?.length) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const given = checkStrategy(input.capacityProviderStrategy ?? [], cluster.capacityProviders);
  const strategy = given.length > 0 || input.launchType ? given : cluster.defaultCapacityProviderStrategy;
  if (!runsOnFargate({ launchType: input.launchType ?? 'EC2', capacityProviderStrategy: strategy })) {
    throw invalidParameter('No Container Instances were found in your cluster.');
  }
  if (!definition.compatibilities?.includes('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (input.propagateTags === 'SERVICE') {
    throw invalidParameter('Tags can be propagated from the task definition only when a task is run.');
  }
  checkPlatformVersion(input.platformVersion);
  const network = input.networkConfiguration?.awsvpcConfiguration;
  if (!network)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!network.subnets?.length) throw invalidParameter('subnets can not be empty.');
  const containers = new Set(definition.containerDefinitions.map(({ name }) => name));
  for (const { name } of input.overrides?.containerOverrides ?? []) {
    if (!containers.has(name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
  }
  const tags = {
    ...(input.propagateTags === 'TASK_DEFINITION' ? world.resources.get(definition.taskDefinitionArn)?.tags : {}),
    ...tagRecord(input.tags),
    ...(input.enableECSManagedTags ? { 'aws:ecs:clusterName': cluster.name } : {}),
  };

  const tasks: TaskRecord[] = [];
  const names = [definition.family, `${cluster.name}/${definition.family}`];
  for (let i = 0; i < count; i++) {
    const refusal = launchRefusal(world, definition, input.overrides, names);
    if (refusal?.kind === 'role') throw clientException(refusal.reason);
    if (refusal) {
      failures.push({ reason: refusal.reason });
      continue;
    }
    const provider = nextProvider(strategy, tasks);
    const task = launchTask(world, scope, {
      cluster: cluster.name,
      definition,
      group: input.group ?? `family:${definition.family}`,
      ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
      ...(provider === undefined ? {} : { capacityProviderName: provider }),
      ...(input.platformVersion ? { platformVersion: input.platformVersion } : {}),
      network,
      ...(input.overrides ? { overrides: input.overrides } : {}),
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      tags,
      siblings: tasks,
    });
    tasks.push(task);
  }
  // Idempotency is of requests that completed successfully: one that placed nothing may be sent again.
  if (clientToken && tasks.length > 0) {
    state.runTaskTokens[`${cluster.name}/${clientToken}`] = { request, taskIds: tasks.map(({ id }) => id), at: now };
  }
  return answer(tasks);

  function answer(started: readonly TaskRecord[]): RunTaskResponse {
    return { tasks: started.map((task) => taskView(world, scope, task, true)), failures };
  }
}
