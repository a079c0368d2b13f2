import type { Health } from '../../core/driver.ts';
import { plural, stoppedTasksInWords, troubleInEvents } from './causes.ts';
import type { ServiceLive } from './live.ts';

/** Tasks that run and that start, of the whole service or of the task set that serves. */
interface Counts {
  readonly runningCount?: number | undefined;
  readonly pendingCount?: number | undefined;
}

/** Health of a service at rest that runs more or fewer tasks than are wanted; undefined when the number is right. */
export function countHealth(live: ServiceLive, { runningCount = 0, pendingCount = 0 }: Counts): Health | undefined {
  const { desiredCount = 0 } = live.service;
  if (runningCount < desiredCount) {
    const why = stoppedTasksInWords(live) ?? troubleInEvents(live);
    const count = `${runningCount} of ${plural(desiredCount, 'task')} run`;
    if (why !== undefined) return { status: 'Degraded', reason: 'TasksMissing', message: `${count}; ${why}` };
    return { status: 'Progressing', reason: 'TasksStarting', message: `${count}, ${pendingCount} start` };
  }
  if (runningCount === desiredCount) return undefined;
  const message = `${runningCount} tasks run, ${desiredCount} are wanted`;
  return { status: 'Progressing', reason: 'TasksStopping', message };
}
