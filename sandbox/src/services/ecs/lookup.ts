import { own } from '../../kernel/own.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { clusterName, lastPart, resourceParts, taskDefinitionReference } from './arns.ts';
import { clientException, clusterNotFound, serviceNotFound } from './errors.ts';
import { type ClusterRecord, ecsState, type ServiceRecord, type TaskDefinitionRecord } from './state.ts';
import type { TaskRecord } from './task-record.ts';

/** The ACTIVE cluster of a reference (name, ARN or nothing for `default`). Throws ClusterNotFoundException. */
export function activeCluster(world: World, scope: Scope, reference: string | undefined): ClusterRecord {
  const cluster = own(ecsState(world, scope).clusters, clusterName(reference));
  if (!cluster || cluster.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

/** Key of a service in the state. */
export function serviceKey(cluster: string, name: string): string {
  return `${cluster}/${name}`;
}

/** The service of a reference (name or ARN) in a cluster; undefined when there is none. An ARN's own cluster wins. */
export function findService(
  world: World,
  scope: Scope,
  cluster: string | undefined,
  reference: string,
): ServiceRecord | undefined {
  const parts = resourceParts(reference);
  const inCluster = parts?.length === 3 && parts[1] ? parts[1] : clusterName(cluster);
  return own(ecsState(world, scope).services, serviceKey(inCluster, lastPart(reference)));
}

/** The service of a reference. Throws ServiceNotFoundException; an INACTIVE service counts as found. */
export function existingService(
  world: World,
  scope: Scope,
  cluster: string | undefined,
  reference: string,
): ServiceRecord {
  const service = findService(world, scope, cluster, reference);
  if (!service) throw serviceNotFound();
  return service;
}

/** The service of a key (`cluster/service`); undefined when it was forgotten. */
export function serviceOfKey(world: World, scope: Scope, key: string): ServiceRecord | undefined {
  return own(ecsState(world, scope).services, key);
}

/**
 * The task definition of a reference: a family alone means its latest ACTIVE revision.
 * Throws ClientException, in the words of DescribeTaskDefinition unless told otherwise.
 */
export function taskDefinition(
  world: World,
  scope: Scope,
  reference: string,
  missing = 'Unable to describe task definition.',
): TaskDefinitionRecord {
  const state = ecsState(world, scope);
  const { family, revision } = taskDefinitionReference(reference);
  if (revision !== undefined) {
    const exact = state.taskDefinitions[`${family}:${revision}`];
    if (!exact) throw clientException(missing);
    return exact;
  }
  for (let latest = own(state.latestRevisions, family) ?? 0; latest > 0; latest--) {
    const record = state.taskDefinitions[`${family}:${latest}`];
    if (record?.status === 'ACTIVE') return record;
  }
  throw clientException(missing);
}

/** A task definition that new tasks may use. Throws ClientException when it is absent or INACTIVE. */
export function usableTaskDefinition(world: World, scope: Scope, reference: string): TaskDefinitionRecord {
  const record = taskDefinition(world, scope, reference, 'TaskDefinition not found.');
  if (record.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return record;
}

/** The task definition that a task runs. It exists as long as the task does. */
export function definitionOf(world: World, scope: Scope, taskDefinitionArn: string): TaskDefinitionRecord {
  return taskDefinition(world, scope, taskDefinitionArn);
}

/** The task of a reference (id or ARN) in a cluster; undefined when there is none. */
export function findTask(
  world: World,
  scope: Scope,
  cluster: string | undefined,
  reference: string,
): TaskRecord | undefined {
  const task = own(ecsState(world, scope).tasks, lastPart(reference));
  return task && task.cluster === clusterName(cluster) ? task : undefined;
}
