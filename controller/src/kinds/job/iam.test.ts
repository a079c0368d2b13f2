import { expect, test } from 'vitest';
import { jobSpec } from '../../../test/jobs.ts';
import { jobIam } from './iam.ts';

const destination = { accountId: '123456789012', region: 'eu-west-1' };

test('the policy names the task definitions of the Application, the roles and the log group, and nothing more', () => {
  const logConfiguration = {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/job', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'job' },
  };
  const statements = jobIam(
    jobSpec('example/a:1', {
      task: {
        executionRole: 'execution',
        taskRole: 'arn:aws:iam::123456789012:role/task',
        containers: [{ name: 'main', image: 'example/a:1', logConfiguration }],
      },
      overrides: { taskRole: '${CloudResource/role:Arn}' },
    }),
    'shop',
    destination,
  );
  const resourcesOf = (action: string): readonly string[] =>
    statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
  expect(resourcesOf('ecs:RunTask')).toEqual(['arn:*:ecs:eu-west-1:123456789012:task-definition/shop-*:*']);
  expect(resourcesOf('ecs:StopTask')).toEqual(['arn:*:ecs:eu-west-1:123456789012:task/*/*']);
  expect(resourcesOf('iam:PassRole')).toEqual([
    'arn:*:iam::123456789012:role/execution',
    'arn:aws:iam::123456789012:role/task',
    'arn:*:iam::123456789012:role/*',
  ]);
  expect(resourcesOf('logs:GetLogEvents')).toEqual([
    'arn:*:logs:eu-west-1:123456789012:log-group:/ecs/job:log-stream:*',
  ]);
});

test('without roles and logs it asks for neither', () => {
  const needed = jobIam(jobSpec('example/a:1'), 'shop', destination).filter(({ sid }) => sid === undefined);
  const actions = needed.flatMap((statement) => statement.actions);
  expect(actions.filter((action) => !action.startsWith('ecs:'))).toEqual([]);
});
