import type { JobSpec } from '../../api/job.ts';
import type { OfflineKind } from '../kind.ts';
import { jobIam } from './iam.ts';
import { lintJob } from './lint.ts';

/** Tasks that run to their end, once. */
export const jobOffline: OfflineKind<JobSpec> = {
  name: 'Job',
  // Before services, which may need what it made.
  removalRank: 10,
  edges: ({ cluster }) => ({ needs: cluster === undefined ? [] : [`Cluster/${cluster}`], serves: [] }),
  lint: lintJob,
  iam: jobIam,
};
