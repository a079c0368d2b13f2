import { readServiceTasks, readTask } from '../../aws/reads.ts';
import type { Pass, TaskState } from '../../core/driver.ts';
import { taskStates } from '../../ecs/tasks.ts';
import type { ServiceLive } from './live.ts';

/** More than a person reads, in one call of DescribeTasks for each hundred. */
const MOST = 500;

/** The tasks of a service, read afresh: those that run or start, and those that stopped within the last hour. */
export async function tasksOfService({ key }: ServiceLive, pass: Pass): Promise<readonly TaskState[]> {
  const statuses = ['RUNNING', 'STOPPED'] as const;
  const lists = await Promise.all(
    statuses.map((status) => readServiceTasks(pass, { ...key, status }, { fresh: true })),
  );
  const arns = [...new Set(lists.flat())].slice(0, MOST);
  const found = await Promise.all(arns.map((task) => readTask(pass, { cluster: key.cluster, task }, { fresh: true })));
  return taskStates(found.filter((task) => task !== undefined));
}
