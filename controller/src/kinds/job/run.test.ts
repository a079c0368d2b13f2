import {
  DeregisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { converge, freshPass, mutations } from '../../../test/converge.ts';
import { type JobWorld, jobWorld } from '../../../test/jobs.ts';
import { readTaskDefinition } from '../../aws/reads.ts';
import { OWNERSHIP_TAG } from '../../core/ownership.ts';
import { RUN_AGAIN, runOf } from './content.ts';
import { PART } from './live.ts';
import { RECORD_TAG } from './record.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: JobWorld;
beforeEach(async () => {
  world = await jobWorld();
});
afterEach(() => world.close());

const started = async (): Promise<number> => (await world.tasks()).length;

describe('a Job runs once for its content', () => {
  test('its success is on record, and nothing is asked of ECS again', async () => {
    const job = world.job('example/good');
    await converge(world, job);
    await world.sandbox.advance(3 * HOUR);
    const before = mutations(world.sandbox);
    const live = await converge(world, job);
    expect(world.driver.diff(job, live)).toEqual([]);
    expect(world.driver.health(job, live, new Date(world.sandbox.now()))).toMatchObject({ status: 'Healthy' });
    expect(mutations(world.sandbox)).toEqual(before);
  });

  test('outputs tell its exit code and task, also when ECS has forgotten the task', async () => {
    const job = world.job('example/good');
    await converge(world, job);
    const [task] = await world.tasks();
    await world.sandbox.advance(3 * HOUR);
    expect(world.driver.outputs(await world.look(job))).toMatchObject({ exitCode: 0, taskArn: task?.taskArn });
  });

  test.each([
    ['another image', { task: { cpu: 256, memory: 512, containers: [{ name: 'main', image: 'example/good:2' }] } }],
    ['another network', { network: { subnets: ['subnet-2'] } }],
    ['an override', { overrides: { containerOverrides: [{ name: 'main', command: ['again'] }] } }],
  ])('%s is another content, which the plan shows and a sync runs', async (_, more) => {
    await converge(world, world.job('example/good'));
    const changed = world.job('example/good', more);
    const changes = world.driver.diff(changed, await world.look(changed));
    expect(changes.map(({ path }) => path.split('/')[1])).toEqual([Object.keys(more)[0]]);
    await converge(world, changed);
    expect(await started()).toBe(2);
  });

  test('retries, timeouts and tags are not content', async () => {
    await converge(world, world.job('example/good'));
    await converge(world, world.job('example/good', { retries: 3, timeoutSeconds: 60, tags: { team: 'web' } }));
    expect(await started()).toBe(1);
  });

  test('the order of subnets is not content', async () => {
    await converge(world, world.job('example/good', { network: { subnets: ['subnet-1', 'subnet-2'] } }));
    await converge(world, world.job('example/good', { network: { subnets: ['subnet-2', 'subnet-1'] } }));
    expect(await started()).toBe(1);
  });

  test('the annotation run-again runs it again', async () => {
    await converge(world, world.job('example/good'));
    await converge(world, world.job('example/good', {}, { annotations: { [RUN_AGAIN]: '2' } }));
    expect(await started()).toBe(2);
  });

  test('content that comes back after another one has its record still', async () => {
    await converge(world, world.job('example/good:1'));
    await converge(world, world.job('example/good:2'));
    await converge(world, world.job('example/good:1'));
    expect(await started()).toBe(2);
  });

  test('a definition that somebody deregistered keeps the record', async () => {
    const job = world.job('example/good');
    const live = await converge(world, job);
    const recorded = world.driver.parts(live);
    await world.aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: live.wanted?.arn }));
    const seen = await world.driver.observe({ desired: job, recorded }, freshPass(world));
    expect(seen && world.driver.diff(job, seen)).toEqual([]);
    expect(seen && world.driver.parts(seen).map(({ type }) => type)).toEqual([PART]);
  });
});

describe('a hook', () => {
  test('runs once for each run, whatever ran before', async () => {
    await converge(world, world.job('example/good'));
    const first = world.job('example/good', {}, { run: 'operation-1/migrate' });
    await converge(world, first);
    await converge(world, first);
    await converge(world, world.job('example/good', {}, { run: 'operation-2/migrate' }));
    expect(await started()).toBe(3);
  });

  test('of a new run waits for the task of the run before', async () => {
    const first = world.job('example/good', {}, { run: '1' });
    const second = world.job('example/good', {}, { run: '2' });
    await world.turn(first);
    await world.sandbox.advance(10_000);
    const progress = await world.turn(second);
    expect(progress).toMatchObject({
      done: false,
      waitsFor: expect.stringMatching(/^task \w+ of an earlier run to end/),
    });
    await converge(world, second);
    const tasks = (await world.tasks()).toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
    expect(tasks).toHaveLength(2);
    expect(tasks[1]?.createdAt?.getTime()).toBeGreaterThanOrEqual(tasks[0]?.stoppedAt?.getTime() ?? Number.NaN);
  });

  test('that failed fails again in the same run without another task, and runs in the next', async () => {
    const first = world.job('example/bad', {}, { run: '1' });
    await expect(converge(world, first)).rejects.toThrow(/exit 3/);
    await expect(converge(world, first)).rejects.toThrow(/exit 3/);
    expect(await started()).toBe(1);
    await expect(converge(world, world.job('example/bad', {}, { run: '2' }))).rejects.toThrow(/exit 3/);
    expect(await started()).toBe(2);
  });

  test('that succeeded counts as the run of its content', async () => {
    await converge(world, world.job('example/good', {}, { run: '1' }));
    const plain = world.job('example/good');
    expect(world.driver.diff(plain, await world.look(plain))).toEqual([]);
  });
});

describe('an outcome that nobody saw', () => {
  /** The controller wrote that it would ask, and died; nothing of the task is left to be seen. */
  async function left(more = {}): Promise<ReturnType<JobWorld['job']>> {
    const job = world.job('example/good', more);
    await world.turn(job);
    await world.sandbox.advance(3 * HOUR);
    expect(await started()).toBe(0);
    return job;
  }

  test('stops and asks', async () => {
    const job = await left();
    await expect(converge(world, job)).rejects.toMatchObject({ code: 'OutcomeUnknown', message: /is unknown/ });
    const live = await world.look(job);
    const health = world.driver.health(job, live, new Date(world.sandbox.now()));
    expect(health).toMatchObject({ status: 'Degraded', reason: 'OutcomeUnknown' });
    expect(await started()).toBe(0);
  });

  test('runs again when a person says so', async () => {
    const job = await left();
    await world.driver.act('retry', await world.look(job), freshPass(world));
    await converge(world, job);
    expect(await started()).toBe(1);
  });

  test('runs again without a question when it is retrySafe', async () => {
    await converge(world, await left({ retrySafe: true }));
    expect(await started()).toBe(1);
  });

  test('of a hook is asked about in its own run, and the next run goes on', async () => {
    await left();
    await converge(world, world.job('example/good', {}, { run: 'next' }));
    expect(await started()).toBe(1);
  });

  test('is followed as long as ECS shows the task', async () => {
    const job = world.job('example/good');
    await world.turn(job);
    await world.sandbox.advance(50 * MINUTE);
    await converge(world, job);
    expect(await started()).toBe(1);
  });
});

describe('two runs of one Job', () => {
  test('do not overlap when the content changes while the first one runs', async () => {
    await world.turn(world.job('example/good:1'));
    await world.sandbox.advance(10_000);
    await converge(world, world.job('example/good:2'));
    const [first, second] = (await world.tasks()).toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
    expect(second?.createdAt?.getTime()).toBeGreaterThanOrEqual(first?.stoppedAt?.getTime() ?? Number.NaN);
  });

  test('an old run that never ends is stopped by the timeout', async () => {
    await world.turn(world.job('example/endless'));
    await world.sandbox.advance(10_000);
    await converge(world, world.job('example/good', { timeoutSeconds: 120 }));
    expect(await started()).toBe(2);
  });

  test('a task that others started from the family does not matter', async () => {
    const job = world.job('example/good');
    const { wanted } = await converge(world, job);
    await world.aws.ecs.send(
      new RunTaskCommand({
        cluster: 'main',
        taskDefinition: wanted?.arn,
        launchType: 'FARGATE',
        startedBy: 'somebody',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    const next = world.job('example/good', {}, { run: 'now' });
    expect(world.driver.health(next, await world.look(next), new Date(world.sandbox.now())).reason).not.toBe('Waiting');
  });
});

describe('while ECS shows what was a moment ago', () => {
  test('a request that is sent again with other tags finds the task that is there', async () => {
    await world.close();
    world = await jobWorld({ consistencyLagMs: 3_000 });
    const job = world.job('example/good');
    for (const team of ['a', 'b', 'c']) {
      await world.turn({ ...job, spec: { ...job.spec, tags: { team } } }).catch(() => undefined);
      await world.sandbox.advance(500);
    }
    await converge(world, job);
    expect(await started()).toBe(1);
  });
});

describe('what people do to the record', () => {
  test('a success that was taken away is a Job that follows its task again', async () => {
    const job = world.job('example/good');
    const { wanted } = await converge(world, job);
    await world.aws.ecs.send(new UntagResourceCommand({ resourceArn: wanted?.arn, tagKeys: [RECORD_TAG.succeeded] }));
    await converge(world, job);
    expect(await started()).toBe(1);
  });

  test('an intent that nobody can read is none', async () => {
    const job = world.job('example/good');
    await world.turn(job);
    const { wanted } = await world.look(job);
    const tags = [{ key: RECORD_TAG.intent, value: 'soon' }];
    await world.aws.ecs.send(new TagResourceCommand({ resourceArn: wanted?.arn, tags }));
    await converge(world, job);
    expect(await started()).toBe(1);
    expect((await world.look(job)).wanted?.record.succeeded?.run).toBe(runOf(job));
  });
});

describe('a Job under another name', () => {
  /** What the engine does for the annotation moved-from: the names in AWS stay, the owner changes. */
  const renamed = (job: ReturnType<JobWorld['job']>): ReturnType<JobWorld['job']> => ({
    ...job,
    ownership: { ...job.ownership, [OWNERSHIP_TAG.resource]: 'Job/renamed' },
  });
  const rename = async (arn: string | undefined): Promise<unknown> => {
    const tags = [{ key: OWNERSHIP_TAG.resource, value: 'Job/renamed' }];
    return world.aws.ecs.send(new TagResourceCommand({ resourceArn: arn, tags }));
  };

  test('does not run again', async () => {
    const job = world.job('example/good');
    const { wanted } = await converge(world, job);
    await rename(wanted?.arn);
    await converge(world, renamed(job));
    expect(await started()).toBe(1);
  });

  test('follows the task that it had before', async () => {
    const job = world.job('example/good');
    await world.turn(job);
    await rename((await world.look(job)).wanted?.arn);
    await converge(world, renamed(job));
    expect(await started()).toBe(1);
  });

  test('is found by its record while only some of it has the new name', async () => {
    await converge(world, world.job('example/good:1'));
    const live = await converge(world, world.job('example/good:2'));
    const recorded = world.driver.parts(live);
    await rename(live.wanted?.arn);
    await readTaskDefinition(freshPass(world), live.wanted?.arn ?? '', { fresh: true });
    const seen = await world.driver.observe({ recorded }, freshPass(world));
    expect(seen?.revisions).toHaveLength(2);
  });
});

describe('what a person can do', () => {
  test('abort stops the task, which is a failed try', async () => {
    const job = world.job('example/endless');
    await world.turn(job);
    await world.sandbox.advance(MINUTE);
    await world.driver.act('abort', await world.look(job), freshPass(world));
    await expect(converge(world, job)).rejects.toThrow(/aborted by a person/);
  });

  test.each(['promote', 'pause', 'resume', 'restart', 'abort', 'retry'] as const)(
    '%s of a Job that has succeeded is refused',
    async (action) => {
      const job = world.job('example/good');
      const live = await converge(world, job);
      await expect(world.driver.act(action, live, freshPass(world))).rejects.toMatchObject({ code: 'NotAllowed' });
    },
  );
});

describe('removing a Job', () => {
  test('stops its task first', async () => {
    const job = world.job('example/endless');
    await world.turn(job);
    await world.sandbox.advance(MINUTE);
    const recorded = world.driver.parts(await world.look(job));
    for (let live = await world.look(job); ; ) {
      const pass = freshPass(world);
      const seen = await world.driver.observe({ recorded }, pass);
      if (seen === undefined) break;
      live = seen;
      await world.driver.remove(live, pass);
      await world.sandbox.advance(10_000);
    }
    expect((await world.tasks()).map((task) => [task.lastStatus, task.stoppedReason])).toEqual([
      ['STOPPED', 'its Job was removed'],
    ]);
  });
});

describe('earlier revisions', () => {
  const arns = async (): Promise<number> => (await world.look(world.job('example/good:3'))).revisions.length;

  test('stay as many as revisionHistoryLimit says', async () => {
    for (const tag of ['1', '2', '3'])
      await converge(world, world.job(`example/good:${tag}`, { revisionHistoryLimit: 1 }));
    expect(await arns()).toBe(2);
  });

  test('go when they ended longer ago than ttlSecondsAfterFinished', async () => {
    await converge(world, world.job('example/good:1'));
    await world.sandbox.advance(HOUR);
    await converge(world, world.job('example/good:2'));
    await converge(world, world.job('example/good:3', { ttlSecondsAfterFinished: 1800 }));
    expect(await arns()).toBe(2);
  });
});
