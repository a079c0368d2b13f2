import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { own } from '../../../kernel/own.ts';
import type { Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn, taskDefinitionReference } from '../arns.ts';
import { clientException, invalidParameter } from '../errors.ts';
import { taskDefinition } from '../lookup.ts';
import { page } from '../pages.ts';
import { ecsState, type TaskDefinitionRecord } from '../state.ts';
import { tagRecord, tagsOf } from '../tags.ts';
import { fillTaskDefinition } from './defaults.ts';
import { validateTaskDefinition } from './validate.ts';

/** A revision that was asked to be deleted stays while tasks and deployments use it, then goes. Looked at each hour. */
const deletionPollMs = 3_600_000;

/** RegisterTaskDefinition: the next revision of the family. */
export function registerTaskDefinition(
  input: RegisterTaskDefinitionRequest,
  { world, scope, now, principal }: Call,
): RegisterTaskDefinitionResponse {
  validateTaskDefinition(input);
  const tags = tagRecord(input.tags);
  const state = ecsState(world, scope);
  const filled = fillTaskDefinition(input);
  const revision = (own(state.latestRevisions, filled.family) ?? 0) + 1;
  const arn = ecsArn(scope, `task-definition/${filled.family}:${revision}`);
  const record: TaskDefinitionRecord = {
    ...filled,
    taskDefinitionArn: arn,
    revision,
    status: 'ACTIVE',
    registeredAt: now,
    registeredBy: principal,
  };
  state.latestRevisions[filled.family] = revision;
  state.taskDefinitions[`${filled.family}:${revision}`] = record;
  world.resources.add({
    arn,
    type: 'ecs:task-definition',
    accountId: scope.accountId,
    region: scope.region,
    createdAt: now,
    tags,
  });
  return { taskDefinition: view(record), tags: tagsOf(world, arn) };
}

/** DescribeTaskDefinition; the tags with `include: TAGS`. */
export function describeTaskDefinition(
  input: DescribeTaskDefinitionRequest,
  { world, scope }: Call,
): DescribeTaskDefinitionResponse {
  const record = taskDefinition(world, scope, input.taskDefinition ?? '');
  const tags = input.include?.includes('TAGS') ? tagsOf(world, record.taskDefinitionArn) : [];
  return { taskDefinition: view(record), tags };
}

/** DeregisterTaskDefinition: the revision becomes INACTIVE; what runs it goes on. */
export function deregisterTaskDefinition(
  input: DeregisterTaskDefinitionRequest,
  { world, scope, now }: Call,
): DeregisterTaskDefinitionResponse {
  const record = exactRevision(world, scope, input.taskDefinition ?? '');
  if (record.status === 'ACTIVE') {
    record.status = 'INACTIVE';
    record.deregisteredAt = now;
  }
  return { taskDefinition: view(record) };
}

/** DeleteTaskDefinitions: INACTIVE revisions become DELETE_IN_PROGRESS. Source: API_DeleteTaskDefinitions. */
export function deleteTaskDefinitions(
  input: DeleteTaskDefinitionsRequest,
  { world, scope, now }: Call,
): DeleteTaskDefinitionsResponse {
  const references = input.taskDefinitions ?? [];
  if (references.length > 10) throw invalidParameter('You can specify up to 10 task definitions.');
  const taskDefinitions: TaskDefinition[] = [];
  const failures: { arn: string; reason: string; detail?: string }[] = [];
  for (const reference of references) {
    const { family, revision } = taskDefinitionReference(reference);
    const record = ecsState(world, scope).taskDefinitions[`${family}:${revision ?? ''}`];
    if (!record) {
      failures.push({
        arn: reference,
        reason: 'The specified task definition was not found. Specify a valid name or ARN and try again.',
      });
    } else if (record.status === 'ACTIVE') {
      failures.push({
        arn: record.taskDefinitionArn,
        reason: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      });
    } else {
      record.status = 'DELETE_IN_PROGRESS';
      record.deleteRequestedAt = now;
      taskDefinitions.push(view(record));
      world.timers.set(scope, 'ecs/deleteTaskDefinition', deletionPollMs, { family, revision });
    }
  }
  return { taskDefinitions, failures };
}

/** Timer: the revision goes when no task and no service uses it any more. */
export function finishDeletion(
  { family, revision }: { readonly family: string; readonly revision: number },
  scope: Scope,
  world: World,
): void {
  const state = ecsState(world, scope);
  const record = state.taskDefinitions[`${family}:${revision}`];
  if (!record) return;
  const arn = record.taskDefinitionArn;
  const used =
    Object.values(state.tasks).some((task) => task.taskDefinitionArn === arn) ||
    Object.values(state.services).some(
      (service) =>
        service.lastCompleted?.spec.taskDefinition === arn ||
        [...service.deployments, ...service.taskSets].some(({ spec }) => spec.taskDefinition === arn),
    );
  if (used) {
    world.timers.set(scope, 'ecs/deleteTaskDefinition', deletionPollMs, { family, revision });
    return;
  }
  delete state.taskDefinitions[`${family}:${revision}`];
  world.resources.remove(arn);
}

/** ListTaskDefinitions: by family and revision, ACTIVE ones unless asked otherwise. */
export function listTaskDefinitions(
  input: ListTaskDefinitionsRequest,
  { world, scope }: Call,
): ListTaskDefinitionsResponse {
  const wanted = input.status ?? 'ACTIVE';
  const records = Object.values(ecsState(world, scope).taskDefinitions)
    .filter(({ status, family }) => status === wanted && (!input.familyPrefix || family === input.familyPrefix))
    .toSorted((a, b) => compare(a.family, b.family) || a.revision - b.revision);
  const sorted = input.sort === 'DESC' ? records.toReversed() : records;
  const { items, nextToken } = page(sorted, input.maxResults, input.nextToken);
  return { taskDefinitionArns: items.map(({ taskDefinitionArn }) => taskDefinitionArn), nextToken };
}

/** ListTaskDefinitionFamilies: those with ACTIVE revisions unless asked otherwise. */
export function listTaskDefinitionFamilies(
  input: ListTaskDefinitionFamiliesRequest,
  { world, scope }: Call,
): ListTaskDefinitionFamiliesResponse {
  const records = Object.values(ecsState(world, scope).taskDefinitions);
  const active = new Set(records.filter(({ status }) => status === 'ACTIVE').map(({ family }) => family));
  const status = input.status ?? 'ACTIVE';
  const families = [...new Set(records.map(({ family }) => family))]
    .filter((family) => family.startsWith(input.familyPrefix ?? ''))
    .filter((family) => status === 'ALL' || active.has(family) === (status === 'ACTIVE'))
    .toSorted(compare);
  const { items, nextToken } = page(families, input.maxResults, input.nextToken);
  return { families: [...items], nextToken };
}

function exactRevision(world: World, scope: Scope, reference: string): TaskDefinitionRecord {
  if (taskDefinitionReference(reference).revision === undefined) {
    throw clientException('Revision is missing.');
  }
  return taskDefinition(world, scope, reference);
}

function view({
  registeredAt,
  deregisteredAt,
  deleteRequestedAt,
  containerDefinitions,
  ...rest
}: TaskDefinitionRecord): TaskDefinition {
  return {
    ...rest,
    containerDefinitions: [...containerDefinitions],
    registeredAt: new Date(registeredAt),
    deregisteredAt: deregisteredAt === undefined ? undefined : new Date(deregisteredAt),
    deleteRequestedAt: deleteRequestedAt === undefined ? undefined : new Date(deleteRequestedAt),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
