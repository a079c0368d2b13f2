import type { JobSpec } from '../../api/job.ts';
import { preflightIam } from '../../ecs/preflight/iam.ts';
import { roleResource } from '../../ecs/roles.ts';
import type { Destination, IamStatement } from '../kind.ts';

/** The least policy for one Job. Resource types: the Service Authorization Reference of Amazon ECS. */
export function jobIam(
  spec: JobSpec,
  application: string,
  { accountId, region }: Destination,
): readonly IamStatement[] {
  const arn = (resource: string): string => `arn:*:ecs:${region}:${accountId}:${resource}`;
  const definitions = arn(`task-definition/${application}-*:*`);
  const tasks = arn('task/*/*');
  const roles = passedRoles(spec);
  const groups = logGroups(spec);
  return [
    {
      actions: ['ecs:RegisterTaskDefinition', 'ecs:RunTask', 'ecs:TagResource', 'ecs:UntagResource'],
      resources: [definitions],
    },
    // RunTask with tags asks for TagResource on the task too.
    { actions: ['ecs:StopTask', 'ecs:TagResource'], resources: [tasks] },
    // These know no resources, or only those that they are asked for one by one.
    {
      actions: [
        'ecs:DescribeTaskDefinition',
        'ecs:DeregisterTaskDefinition',
        'ecs:ListTaskDefinitions',
        'ecs:ListTasks',
        'ecs:DescribeTasks',
      ],
      resources: ['*'],
    },
    ...(roles.length === 0
      ? []
      : [{ actions: ['iam:PassRole'], resources: [...new Set(roles.map((role) => roleResource(role, accountId)))] }]),
    ...(groups.length === 0
      ? []
      : [
          {
            actions: ['logs:GetLogEvents'],
            resources: groups.map((group) => `arn:*:logs:${region}:${accountId}:log-group:${group}:log-stream:*`),
          },
        ]),
    ...preflightIam(spec, roles, { accountId, region }),
  ];
}

/** The roles that the Job hands on: of its task, its overrides and its volumes. */
function passedRoles({ task, overrides, volumeConfigurations = [] }: JobSpec): readonly string[] {
  return [
    task.executionRole,
    task.taskRole,
    overrides?.executionRole,
    overrides?.taskRole,
    ...volumeConfigurations.map(({ managedEBSVolume }) => managedEBSVolume.roleArn),
  ].flatMap((role) => (role === undefined || role === '' ? [] : role));
}

/** The log groups whose last lines tell why a task failed. */
function logGroups({ task }: JobSpec): readonly string[] {
  const groups = task.containers.flatMap(({ logConfiguration: logs }) => {
    const group = logs?.logDriver === 'awslogs' ? logs.options?.['awslogs-group'] : undefined;
    return group === undefined ? [] : [group.includes('${') ? '*' : group];
  });
  return [...new Set(groups)];
}
