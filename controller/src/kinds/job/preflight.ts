import type { JobSpec } from '../../api/job.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Desired, Driver } from '../../core/driver.ts';
import { mayRunOnFargate } from '../../ecs/capacity.ts';
import { checkNetwork } from '../../ecs/preflight/network.ts';
import { checkRoles } from '../../ecs/preflight/roles.ts';
import { checkTask, needsOf } from '../../ecs/preflight/task.ts';
import type { JobLive } from './live.ts';

type Preflight = NonNullable<Driver<JobSpec, JobLive>['preflight']>;

/** Looks at what a Job rests on: roles, secrets, images, log groups, its network. */
export function jobPreflight(aws: AwsContext): Preflight {
  return async ({ spec }: Desired<JobSpec>, _live, pass, { secretReaderRole } = {}) => {
    const around = { aws, pass, secretReaderRole };
    const service = 'ecs-tasks.amazonaws.com';
    const { taskRole, executionRole } = spec.overrides ?? {};
    const [task, roles, network] = await Promise.all([
      checkTask(spec.task, around),
      checkRoles(
        [
          { check: 'TaskRole', path: '/overrides/taskRole', role: taskRole, service },
          { check: 'ExecutionRole', path: '/overrides/executionRole', role: executionRole, service },
        ],
        around,
      ),
      checkNetwork(spec.network, { ...needsOf(spec.task, mayRunOnFargate(spec)), tasks: 1 }, around),
    ]);
    return [...task, ...roles, ...network.findings];
  };
}
