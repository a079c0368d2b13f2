import type { Task } from '@aws-sdk/client-ecs';
import { readServiceTasks, readTask } from '../../../aws/reads.ts';
import type { Pass } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';

/** How many stopped tasks are looked at. */
const MAX_STOPPED = 100;

/** Tasks of the service that stopped within the last hour, newest first. */
export async function stoppedTasks({ key }: Pick<ServiceLive, 'key'>, pass: Pass): Promise<readonly Task[]> {
  const arns = await readServiceTasks(pass, { ...key, status: 'STOPPED' });
  const tasks = arns.slice(0, MAX_STOPPED).map((task) => readTask(pass, { cluster: key.cluster, task }));
  const known = (await Promise.all(tasks)).filter((task) => task !== undefined);
  return known.toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}
