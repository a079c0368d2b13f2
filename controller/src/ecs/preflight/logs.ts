import type { TaskTemplate } from '../../api/task.ts';
import { readLogGroup } from '../../aws/reads.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { type Around, error, isOpen, looked, unchecked } from './look.ts';

/**
 * Whether the log groups of the awslogs driver exist: without, no container starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export async function checkLogGroups(task: TaskTemplate, around: Around): Promise<readonly PreflightFinding[]> {
  const found = task.containers.map(async ({ logConfiguration }, index) => {
    const { logDriver, options = {} } = logConfiguration ?? {};
    const group = options['awslogs-group'] ?? '';
    const region = options['awslogs-region'] ?? around.aws.region;
    if (logDriver !== 'awslogs' || group === '' || isOpen(group) || options['awslogs-create-group'] === 'true')
      return [];
    const path = `/task/containers/${index}/logConfiguration/options/awslogs-group`;
    return looked({ check: 'LogGroup', path }, 'logs:DescribeLogGroups', async () => {
      if (region !== around.aws.region) return [unchecked(`unchecked: log group ${group} is in another region`)];
      if ((await readLogGroup(around.pass, group)) !== undefined) return [];
      return [error(`log group ${group} does not exist: make it, or set the option awslogs-create-group`)];
    });
  });
  return (await Promise.all(found)).flat();
}
