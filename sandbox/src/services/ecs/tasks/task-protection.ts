import type {
  Failure,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse,
  ProtectedTask,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn, lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import { activeCluster, findTask } from '../lookup.ts';
import { taskChanged } from '../scheduler/task-outcomes.ts';
import { ecsState } from '../state.ts';
import type { TaskRecord } from '../task-record.ts';

/** Two hours. Source: API_UpdateTaskProtection. */
const defaultMinutes = 120;

/** UpdateTaskProtection: for at most 10 tasks of services. Source: API_UpdateTaskProtection. */
export function updateTaskProtection(
  input: UpdateTaskProtectionRequest,
  { world, scope, now }: Call,
): UpdateTaskProtectionResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0 || references.length > 10) throw invalidParameter('Tasks must have 1 to 10 elements.');
  const minutes = input.expiresInMinutes ?? defaultMinutes;
  if (minutes < 1 || minutes > 2880) throw invalidParameter('expiresInMinutes must be between 1 and 2880.');
  const found: ProtectedTask[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = findTask(world, scope, cluster.name, reference);
    const failure = unprotectable(scope, cluster.name, reference, task);
    if (failure || !task) {
      failures.push(failure ?? missing(scope, cluster.name, reference));
      continue;
    }
    if (input.protectionEnabled) task.protectedUntil = now + minutes * 60_000;
    else delete task.protectedUntil;
    taskChanged(world, scope, task);
    found.push(view(task, now));
  }
  return { protectedTasks: found, failures };
}

/** GetTaskProtection: of the named tasks, at most 100, or of all tasks of the cluster's services. */
export function getTaskProtection(
  input: GetTaskProtectionRequest,
  { world, scope, now }: Call,
): GetTaskProtectionResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const references = input.tasks?.length ? input.tasks : ownTasks(world, scope, cluster.name);
  if (references.length > 100) throw invalidParameter('Tasks cannot have more than 100 elements.');
  const found: ProtectedTask[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = findTask(world, scope, cluster.name, reference);
    const failure = unprotectable(scope, cluster.name, reference, task);
    if (failure) failures.push(failure);
    else if (task) found.push(view(task, now));
  }
  if (found.length === 0 && failures.length === 0)
    throw new AwsError('ResourceNotFoundException', 'No tasks were found.');
  return { protectedTasks: found, failures };
}

function ownTasks(world: World, scope: Scope, cluster: string): string[] {
  return Object.values(ecsState(world, scope).tasks)
    .filter((task) => task.cluster === cluster && task.service !== undefined && task.desiredStatus === 'RUNNING')
    .map(({ id }) => id);
}

function unprotectable(
  scope: Scope,
  cluster: string,
  reference: string,
  task: TaskRecord | undefined,
): Failure | undefined {
  if (!task) return missing(scope, cluster, reference);
  if (task.service === undefined) return { arn: task.arn, reason: 'TASK_NOT_VALID' };
  if (task.desiredStatus !== 'RUNNING') return { arn: task.arn, reason: 'TASK_NOT_VALID' };
  return undefined;
}

function missing(scope: Scope, cluster: string, reference: string): Failure {
  return { arn: ecsArn(scope, `task/${cluster}/${lastPart(reference)}`), reason: 'MISSING' };
}

function view(task: TaskRecord, now: number): ProtectedTask {
  const until = task.protectedUntil ?? 0;
  return {
    taskArn: task.arn,
    protectionEnabled: until > now,
    expirationDate: until > now ? new Date(until) : undefined,
  };
}
