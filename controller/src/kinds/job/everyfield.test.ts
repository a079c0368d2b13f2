import { afterAll, beforeAll, expect, test } from 'vitest';
import { converge } from '../../../test/converge.ts';
import { type JobWorld, jobWorld } from '../../../test/jobs.ts';
import type { JobSpec } from '../../api/job.ts';
import type { Setting } from './content.ts';

let world: JobWorld;
beforeAll(async () => {
  world = await jobWorld();
  await converge(world, world.job('example/good:1'));
});
afterAll(() => world.close());

async function paths(more: Partial<JobSpec>): Promise<readonly string[]> {
  const desired = world.job('example/good:1', more);
  return world.driver.diff(desired, await world.look(desired)).map((change) => change.path);
}

/** Another value of every setting: each of them is another content. */
const others: { readonly [Name in Exclude<Setting, 'cluster'>]: Partial<JobSpec> } = {
  clusterArn: { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/other' },
  launchType: { launchType: 'EC2' },
  capacityProviderStrategy: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
  platformVersion: { platformVersion: '1.4.0' },
  network: { network: { subnets: ['subnet-1'], assignPublicIp: true } },
  overrides: { overrides: { containerOverrides: [{ name: 'main', command: ['x'] }] } },
  volumeConfigurations: {
    volumeConfigurations: [{ name: 'scratch', managedEBSVolume: { roleArn: 'arn:aws:iam::1:role/e', sizeInGiB: 1 } }],
  },
  placementConstraints: { placementConstraints: [{ type: 'distinctInstance' }] },
  placementStrategy: { placementStrategy: [{ type: 'random' }] },
  group: { group: 'batch' },
};

test.each(Object.entries(others))('%s that the manifest changes differs exactly there', async (name, more) => {
  // Another capacity is another default of the task definition too: what ECS checks it against.
  const onSettings = (await paths(more)).filter((path) => !path.startsWith('/task/'));
  expect(onSettings).toEqual([`/${name}`]);
});

test('another cluster of the Application differs exactly there', async () => {
  expect(await paths({ cluster: 'other' })).toEqual(['/cluster']);
});

test('what leaves the manifest differs exactly there', async () => {
  const { network: _, ...bare } = world.job('example/good:1').spec;
  const desired = { ...world.job('example/good:1'), spec: bare };
  const changes = world.driver.diff(desired, await world.look(desired));
  expect(changes.map(({ path }) => path)).toEqual(['/task/networkMode', '/network']);
  expect(changes[1]).not.toHaveProperty('to');
});

test.each<[string, Partial<JobSpec>]>([
  ['timeoutSeconds', { timeoutSeconds: 60 }],
  ['retries', { retries: 3 }],
  ['backoff', { backoff: { seconds: 1 } }],
  ['retrySafe', { retrySafe: true }],
  ['ttlSecondsAfterFinished', { ttlSecondsAfterFinished: 60 }],
  ['revisionHistoryLimit', { revisionHistoryLimit: 0 }],
  ['enableExecuteCommand', { enableExecuteCommand: true }],
  ['propagateTags', { propagateTags: 'TASK_DEFINITION' }],
  ['enableECSManagedTags', { enableECSManagedTags: true }],
])('%s is not content: what has run does not run again for it', async (_, more) => {
  expect(await paths(more)).toEqual([]);
});

test('a tag that the manifest adds is a change in place', async () => {
  const desired = world.job('example/good:1', { tags: { team: 'web' } });
  expect(world.driver.diff(desired, await world.look(desired))).toMatchObject([
    { part: 'ecs:task-definition', path: '/tags/team', to: 'web', effect: 'inPlace' },
  ]);
});

test('the fields of the task are compared as those of a Service', async () => {
  const task = { ...world.job('example/good:2').spec.task, cpu: 512, memory: 1024 };
  expect(await paths({ task })).toEqual(['/task/containers/main/image', '/task/cpu', '/task/memory']);
});
