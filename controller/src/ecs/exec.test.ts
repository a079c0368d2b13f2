import { expect, it } from 'vitest';
import type { TaskState } from '../core/driver.ts';
import { placeFor } from './exec.ts';

function task(id: string, changes: Partial<TaskState> = {}): TaskState {
  return {
    id,
    arn: `arn:aws:ecs:eu-west-1:111111111111:task/main/${id}`,
    cluster: 'arn:aws:ecs:eu-west-1:111111111111:cluster/main',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    health: 'HEALTHY',
    revision: 'web:1',
    execEnabled: true,
    containers: [
      { name: 'log-router', image: 'x', lastStatus: 'RUNNING', execAgent: 'STOPPED' },
      { name: 'web', image: 'x', lastStatus: 'RUNNING', execAgent: 'RUNNING', runtimeId: `${id}-2` },
    ],
    ...changes,
  };
}

const placed = (tasks: readonly TaskState[], request: { task?: string; container?: string } = {}): string => {
  const place = placeFor(tasks, { command: 'ls', ...request });
  return `${place.task.id} ${place.container.name}`;
};

it('takes the newest running task whose agent runs, and the container in which it does', () => {
  const stopped = task('a', { lastStatus: 'STOPPED' });
  const without = task('b', { execEnabled: false });
  expect(placed([stopped, without, task('c'), task('d')])).toBe('c web');
  expect(placed([task('c'), task('d')], { task: 'd', container: 'web' })).toBe('d web');
});

it.each([
  [[], {}, 'no task runs'],
  [[task('a', { execEnabled: false })], {}, 'task a was started without ECS Exec: set enableExecuteCommand: true'],
  [[task('abc')], { task: 'abd' }, 'there is no task abd, expected one of abc (did you mean "abc"?)'],
  [[task('a', { lastStatus: 'STOPPED' })], { task: 'a' }, 'task a is STOPPED, expected one of none'],
  [[task('a')], { container: 'wb' }, 'has no container "wb", expected one of log-router, web (did you mean "web"?)'],
  [
    [task('a')],
    { container: 'log-router' },
    'in container log-router of task a is STOPPED, expected RUNNING: the task role',
  ],
] as const)('says what is wrong before ECS does (%#)', (tasks, request, message) => {
  expect(() => placed(tasks, request)).toThrow(message);
});

it('an agent that ECS never started is said to be so', () => {
  const containers = [{ name: 'web', image: 'x', lastStatus: 'RUNNING' }];
  expect(() => placed([task('a', { containers })])).toThrow(
    'ExecuteCommandAgent in container web of task a was not started',
  );
});
