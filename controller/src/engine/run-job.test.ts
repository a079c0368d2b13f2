import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { manifest } from '../../test/applications.ts';
import { ACCOUNT, type Harness, harness, REGION } from '../../test/harness.ts';
import { connect } from '../aws/connect.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Operation, RunOptions } from './engine.ts';
import { Interrupted } from './interrupted.ts';

const ann = { kind: 'person', name: 'ann' } as const;
const never = new AbortController().signal;

/** A Job that only people run. */
const job = (image: string): Manifest => ({
  ...manifest('Job/report', {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'main', image }] },
  }),
  metadata: { name: 'report', annotations: { 'longshore.dev/hook': 'Skip' } },
});

const shop = (image = 'example/report'): readonly Manifest[] => [
  manifest('Cluster/main', { capacityProviders: ['FARGATE'] }),
  job(image),
];

async function world(): Promise<Harness> {
  const made = await harness({
    behaviours: {
      'example/report': { exitAfterMs: 30_000, exitCode: 0 },
      'example/broken': { exitAfterMs: 30_000, exitCode: 7 },
    },
  });
  await made.engine.sync(made.application(shop()), { initiator: ann }, never);
  return made;
}

async function tasks(there: Harness): Promise<number> {
  const aws = await connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: there.clock,
      endpoint: there.sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
  );
  const handle = await there.engine.resource(there.application(shop()), 'Cluster/main', never);
  const cluster = handle.parts[0]?.id;
  const counts = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map(async (desiredStatus) => {
      const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster, desiredStatus }));
      return taskArns?.length ?? 0;
    }),
  );
  aws.close();
  return counts.reduce((sum, count) => sum + count, 0);
}

const run = (there: Harness, options: Partial<RunOptions> = {}, image?: string): Promise<Operation> =>
  there.engine.run(there.application(shop(image)), { ref: 'Job/report', initiator: ann, ...options }, never);

it('runs a Job each time that it is asked to, as an operation that syncs nothing', async () => {
  await using there = await world();
  expect(await tasks(there)).toBe(0);
  for (const count of [1, 2]) {
    expect(await run(there)).toMatchObject({
      phase: 'Succeeded',
      job: 'Job/report',
      message: expect.stringMatching(/^task \w+ succeeded/u),
      results: [{ ref: 'Job/report', status: 'Synced', exitCode: 0 }],
    });
    expect(await tasks(there)).toBe(count);
  }
});

it('a run that fails says how, with the exit code of the container', async () => {
  await using there = await world();
  expect(await run(there, {}, 'example/broken')).toMatchObject({
    phase: 'Failed',
    message: expect.stringContaining('exit 7 in container main'),
    results: [{ status: 'SyncFailed', exitCode: 7 }],
  });
});

it('a run that the end of the process cut short is taken up with the task that it has started', async () => {
  await using there = await world();
  const ending = new AbortController();
  const options: RunOptions = { ref: 'Job/report', initiator: ann };
  const first = there.engine.run(there.application(shop()), options, ending.signal);
  while ((await tasks(there)) === 0) await there.clock.sleep(1_000);
  ending.abort(new Interrupted());
  const cut = await first;
  expect(cut).toMatchObject({ phase: 'Error', message: 'interrupted', job: 'Job/report' });
  const again = there.restart();
  const second = await again.run(there.application(shop()), { ...options, resumes: cut.id }, never);
  expect([second.phase, second.run, await tasks(there)]).toEqual(['Succeeded', cut.run, 1]);
});

it('what is no Job is refused before anything is recorded', async () => {
  await using there = await world();
  const refused = there.engine.run(there.application(shop()), { ref: 'Cluster/main', initiator: ann }, never);
  await expect(refused).rejects.toMatchObject({ code: 'NotAllowed' });
  const unknown = there.engine.run(there.application(shop()), { ref: 'Job/reprot', initiator: ann }, never);
  await expect(unknown).rejects.toThrow('did you mean "Job/report"?');
});
