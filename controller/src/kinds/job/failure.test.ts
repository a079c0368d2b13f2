import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, converged, freshPass, mutations } from '../../../test/converge.ts';
import { type JobWorld, jobWorld, tasksIn } from '../../../test/jobs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: JobWorld;
beforeEach(async () => {
  world = await jobWorld();
});
afterEach(() => world.close());

const started = async (): Promise<number> => (await world.tasks()).length;

describe('a Job that fails', () => {
  test('is tried again as often as the manifest says, with growing pauses', async () => {
    const job = world.job('example/bad', { retries: 2, backoff: { seconds: 30, factor: 4 } });
    await expect(converge(world, job)).rejects.toThrow(/^task \w+ failed in try 3: exit 3 in container main/);
    const tasks = (await world.tasks()).toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
    expect(tasks).toHaveLength(3);
    const pauses = tasks.slice(1).map((task, index) => Number(task.createdAt) - Number(tasks[index]?.stoppedAt));
    expect(pauses[0]).toBeGreaterThanOrEqual(30_000);
    expect(pauses[1]).toBeGreaterThanOrEqual(120_000);
    expect(pauses[1]).toBeLessThan(140_000);
  });

  test('stays failed: another sync says why and starts nothing', async () => {
    const job = world.job('example/bad');
    await expect(converge(world, job)).rejects.toThrow();
    await world.sandbox.advance(3 * HOUR);
    const before = mutations(world.sandbox);
    await expect(converge(world, job)).rejects.toThrow(/exit 3 in container main\. It stays failed until/);
    expect(mutations(world.sandbox)).toEqual(before);
    const live = await world.look(job);
    expect(world.driver.diff(job, live)).toMatchObject([{ path: '/run', effect: 'restartsTasks' }]);
    expect(world.driver.health(job, live, new Date(world.sandbox.now()))).toMatchObject({
      status: 'Degraded',
      reason: 'JobFailed',
      message: expect.stringContaining('exit 3'),
    });
  });

  test('runs again when a person retries it', async () => {
    const job = world.job('example/bad');
    await expect(converge(world, job)).rejects.toThrow();
    await world.driver.act('retry', await world.look(job), freshPass(world));
    await expect(converge(world, job)).rejects.toThrow(/exit 3/);
    expect(await started()).toBe(2);
  });

  test('runs again when the manifest gives it more time or more tries', async () => {
    const slow = world.job('example/good', { timeoutSeconds: 5 });
    await expect(converge(world, slow)).rejects.toThrow(/timeoutSeconds 5 of Job\/migrate passed/);
    const patient = world.job('example/good', { timeoutSeconds: 300 });
    expect((await converged(world, patient).catch(() => undefined))?.health.status).toBe('Degraded');
    await converge(world, patient);
    expect(await started()).toBe(2);
  });

  test('by its timeout is stopped with the reason', async () => {
    const job = world.job('example/endless', { timeoutSeconds: 600 });
    await expect(converge(world, job)).rejects.toThrow(/timeoutSeconds 600 of Job\/migrate passed/);
    const [task] = await world.tasks();
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
  });

  test('because somebody stopped it has failed, whatever its containers exited with', async () => {
    const job = world.job('example/endless');
    await world.turn(job);
    await world.sandbox.advance(MINUTE);
    const [task] = await world.tasks();
    await world.aws.ecs.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn, reason: 'no more' }));
    await expect(converge(world, job)).rejects.toThrow(/no more/);
  });

  /** A Job whose container logs to this group. */
  const logging = (image: string, group: string): ReturnType<JobWorld['job']> => {
    const options = { 'awslogs-group': group, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'job' };
    const container = { name: 'main', image, logConfiguration: { logDriver: 'awslogs', options } } as const;
    const task = { cpu: 256, memory: 512, executionRole: 'execution', containers: [container] };
    return world.job(image, { task });
  };

  test('to start tells the words of ECS', async () => {
    const failing = converge(world, logging('example/good', '/absent'));
    await expect(failing).rejects.toThrow(/ResourceInitializationError.*\/absent|log group does not exist/s);
  });

  test('shows the last lines of its log, without what looks like a secret', async () => {
    await world.aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/job' }));
    const failing = converge(world, logging('example/talks', '/ecs/job'));
    const message = await failing.then(String, (error: Error) => error.message);
    const lines = message.split('\n');
    expect(lines[0]).toMatch(/^task \w+ failed: exit 3 in container main\./);
    expect(lines.slice(1)).toEqual([
      'last log lines of main:',
      ...Array.from({ length: 18 }, (_, index) => `step ${index + 13}`),
      'connecting to postgres://app:(hidden)@db/app',
      'DB_PASSWORD=(hidden) does not work',
    ]);
  });
});

describe('what ECS refuses', () => {
  test('for want of capacity is asked for again, and then runs once', async () => {
    world.sandbox.fault({ effect: 'capacityUnavailable' });
    const job = world.job('example/good');
    await expect(world.turn(job)).rejects.toThrow(/started nothing: Capacity is unavailable at this time/);
    const live = await world.look(job);
    const health = world.driver.health(job, live, new Date(world.sandbox.now()));
    expect(health).toMatchObject({ status: 'Degraded', reason: 'NotStarted' });
    await world.sandbox.advance(2 * HOUR);
    await expect(world.turn(job)).rejects.toThrow(/Capacity is unavailable/);
    world.sandbox.clearFaults();
    await converge(world, job);
    expect(await started()).toBe(1);
  });

  test('for good is told at once, and a sync after the world has changed runs it', async () => {
    const job = world.job('example/good', {}, { needs: { 'Cluster/main': { arn: `${world.clusterArn}-to-be` } } });
    await expect(world.turn(job)).rejects.toThrow(/RunTask .*Cluster not found/);
    await world.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main-to-be', capacityProviders: ['FARGATE'] }));
    await converge(world, job);
    expect(await tasksIn(world, 'main-to-be')).toHaveLength(1);
  });
});
