import { ExecuteCommandCommand, type ExecuteCommandCommandInput, type Task } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, expect, test } from 'vitest';
import { type EcsSandbox, ecsSandbox } from '../testing/ecs-sandbox.ts';

let on: EcsSandbox;
afterEach(() => on.close());

/** A task of a service that runs. */
async function running(enableExecuteCommand: boolean): Promise<Task> {
  await on.create({ desiredCount: 1, enableExecuteCommand });
  await on.until(({ runningCount }) => runningCount === 1);
  const [task] = await on.tasks();
  return task ?? {};
}

const execute = (task: Task, more: Partial<ExecuteCommandCommandInput> = {}) =>
  on.ecs.send(
    new ExecuteCommandCommand({ cluster: 'main', task: task.taskArn, command: '/bin/sh', interactive: true, ...more }),
  );

const notEnabled =
  "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.";

test('ExecuteCommand answers with a session of the container', async () => {
  on = await ecsSandbox();
  await on.register();
  const task = await running(true);
  expect(task.containers?.[0]?.managedAgents).toMatchObject([{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' }]);
  const { session, ...answer } = await execute(task);
  expect(answer).toMatchObject({
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
    taskArn: task.taskArn,
    containerArn: task.containers?.[0]?.containerArn,
    containerName: 'web',
    interactive: true,
  });
  expect(session?.sessionId).toMatch(/^ecs-execute-command-[0-9a-f]{17}$/);
  expect(session?.streamUrl).toBe(
    `wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/${session?.sessionId}?role=publish_subscribe`,
  );
  expect(session?.tokenValue).not.toBe('');
});

test('ExecuteCommand needs a task that was run with it, an interactive session, and a container that is there', async () => {
  on = await ecsSandbox();
  await on.register();
  const task = await running(false);
  await expect(execute(task)).rejects.toMatchObject({ name: 'InvalidParameterException', message: notEnabled });
  await expect(execute(task, { interactive: false })).rejects.toThrow(
    'Interactive is the only mode supported currently.',
  );
  await expect(execute(task, { container: 'nope' })).rejects.toThrow('The container nope was not found in the task.');
  await expect(execute(task, { task: '0'.repeat(32) })).rejects.toThrow('The referenced task was not found.');
});

test('ExecuteCommand needs the name of a container when there are several, and one that is RUNNING', async () => {
  on = await ecsSandbox();
  await on.register(
    {},
    {
      containerDefinitions: [
        { name: 'web', image: 'web:1' },
        { name: 'side', image: 'side:1' },
      ],
    },
  );
  await on.create({ desiredCount: 1, enableExecuteCommand: true });
  await on.sandbox.advance(2000);
  const [task] = await on.tasks();
  await expect(execute(task ?? {}, { container: 'side' })).rejects.toThrow(notEnabled);
  await on.until(({ runningCount }) => runningCount === 1);
  await expect(execute(task ?? {})).rejects.toThrow('A container name must be specified');
  expect(await execute(task ?? {}, { container: 'side' })).toMatchObject({ containerName: 'side' });
});

test('ExecuteCommand needs a task role that lets the agent open its channels', async () => {
  on = await ecsSandbox({ iam: 'enforced' });
  const iam = new IAMClient(on.client);
  const policy = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'app',
      AssumeRolePolicyDocument: policy({
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await on.sandbox.advance(10_000);
  await on.register({}, { taskRoleArn: 'arn:aws:iam::111122223333:role/app' });
  const task = await running(true);
  await expect(execute(task)).rejects.toMatchObject({
    name: 'TargetNotConnectedException',
    message: 'The execute command failed due to an internal error. Try again later.',
  });
  const PolicyDocument = policy({ Action: 'ssmmessages:*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'app', PolicyName: 'exec', PolicyDocument }));
  await on.sandbox.advance(10_000);
  expect(await execute(task)).toMatchObject({ containerName: 'web' });
});
