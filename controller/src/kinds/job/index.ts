import type { JobSpec } from '../../api/job.ts';
import type { Kind } from '../kind.ts';
import { jobDriver } from './driver.ts';
import type { JobLive } from './live.ts';
import { jobOffline } from './offline.ts';

/** Tasks that run to their end, once. */
export const jobKind: Kind<JobSpec, JobLive> = { ...jobOffline, driver: jobDriver };
