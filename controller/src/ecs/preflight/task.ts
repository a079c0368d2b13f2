import type { TaskTemplate } from '../../api/task.ts';
import type { PreflightFinding } from '../../core/driver.ts';
import { checkImages, isInEcr } from './images.ts';
import { checkLogGroups } from './logs.ts';
import type { Around } from './look.ts';
import { checkRoles } from './roles.ts';
import type { Needs } from './routes.ts';
import { checkSecrets } from './secrets.ts';

const TASKS = 'ecs-tasks.amazonaws.com';

/** What a task rests on besides its network: roles, secrets, images, log groups. */
export async function checkTask(task: TaskTemplate, around: Around): Promise<readonly PreflightFinding[]> {
  const roles = [
    { check: 'ExecutionRole', path: '/task/executionRole', role: task.executionRole, service: TASKS },
    { check: 'TaskRole', path: '/task/taskRole', role: task.taskRole, service: TASKS },
  ];
  const found = await Promise.all([
    checkRoles(roles, around),
    checkSecrets(task, around),
    checkImages(task, around),
    checkLogGroups(task, around),
  ]);
  return found.flat();
}

/** What a task asks over the network before it runs. */
export function needsOf(task: TaskTemplate, fargate: boolean): Needs {
  const values = task.containers.flatMap(({ secrets = [], logConfiguration }) => [
    ...secrets,
    ...(logConfiguration?.secretOptions ?? []),
  ]);
  const usesSecrets = values.some(({ valueFrom }) => valueFrom.split(':')[2] === 'secretsmanager');
  const usesParameters = values.some(({ valueFrom }) => valueFrom.split(':')[2] !== 'secretsmanager');
  const usesLogs = task.containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs');
  return {
    fargate,
    imagesInEcr: task.containers.every(({ image }) => isInEcr(image) || image.includes('${')),
    services: [
      ...(usesLogs ? ['logs'] : []),
      ...(usesSecrets ? ['secretsmanager'] : []),
      ...(usesParameters ? ['ssm'] : []),
    ],
  };
}
