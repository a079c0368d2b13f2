import type { JobSpec } from '../../api/job.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Desired, Pass } from '../../core/driver.ts';
import { deregister } from '../../ecs/revisions.ts';
import type { JobRevision } from './live.ts';

/**
 * Deregisters revisions of earlier content: beyond the history, and those that ended longer ago than the manifest says.
 * Before a new run, and not after it: then nothing stands between the end of a task and the record of it.
 */
export async function trimJob(
  aws: AwsContext,
  desired: Desired<JobSpec>,
  earlier: readonly JobRevision[],
  pass: Pass,
): Promise<void> {
  const { revisionHistoryLimit = 10, ttlSecondsAfterFinished } = desired.spec;
  const expired = (revision: JobRevision): boolean => {
    const ended = endOf(revision);
    if (ttlSecondsAfterFinished === undefined || ended === undefined) return false;
    return pass.now.getTime() - ended > ttlSecondsAfterFinished * 1000;
  };
  const going = earlier.filter((revision, index) => index >= revisionHistoryLimit || expired(revision));
  for (const { arn } of going) await deregister(aws, pass, arn);
}

/** When the last run of a revision ended, in milliseconds; undefined when none did. */
function endOf({ record: { succeeded, failed } }: JobRevision): number | undefined {
  const ends = [succeeded, failed].flatMap((entry) => (entry === undefined ? [] : entry.at.getTime()));
  return ends.length === 0 ? undefined : Math.max(...ends);
}
