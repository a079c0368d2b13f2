import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { converge, type Drive, freshPass } from '../../../test/converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from '../../../test/sandboxed.ts';
import type { ServiceSpec } from '../../api/service.ts';
import type { Change, Claim, Desired } from '../../core/driver.ts';
import { serviceKind } from './index.ts';
import type { ServiceLive } from './live.ts';
import { scaledIn } from './scale.ts';

const HOUR = 3_600_000;

let running: Sandboxed;
let drive: Drive<ServiceSpec, ServiceLive>;
let desired: Desired<ServiceSpec>;

beforeEach(async () => {
  running = await sandboxed();
  drive = { kind: serviceKind, sandbox: running.sandbox, aws: running.aws };
  const { cluster } = await running.aws.ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  const spec: ServiceSpec = {
    cluster: 'main',
    desiredCount: 2,
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'api', image: 'example/api:1' }] },
  };
  desired = desiredOf('Service/api', spec, { 'Cluster/main': { arn: cluster?.clusterArn ?? '', name: 'main' } });
  await converge(drive, desired);
});
afterEach(() => running.close());

async function look(): Promise<ServiceLive> {
  const live = await serviceKind.driver(running.aws).observe({ desired, recorded: [] }, freshPass(drive));
  if (live === undefined) throw new Error('it is gone');
  return live;
}

async function scale(count: number, forMs: number, claims: readonly Claim[] = []): Promise<string> {
  const until = new Date(running.sandbox.now() + forMs);
  const request = { count, until, by: 'ann <ann@example.com>' };
  const driver = serviceKind.driver(running.aws);
  return (await driver.scale?.(request, { ...desired, claims }, await look(), freshPass(drive))) ?? '';
}

/** What differs, with the claims of the service itself and of others, as the engine gathers them. */
async function differences(others: readonly Claim[] = []): Promise<readonly Change[]> {
  const live = await look();
  const driver = serviceKind.driver(running.aws);
  const claims = [...driver.claims(desired, live), ...others];
  return driver.diff({ ...desired, claims }, live);
}

const autoscaled: Claim = {
  on: 'Service/api',
  path: '/desiredCount',
  by: 'ScalingPolicy/api',
  reason: 'it scales',
  holds: { between: [2, 10] },
};

it('another number holds until its end, which is in AWS; then Git is right again, and the tag goes with the count', async () => {
  expect(await scale(5, HOUR)).toMatch(/^5 tasks until \S+Z, then 2 as Git says$/u);
  const live = await look();
  expect([live.service.desiredCount, live.tags['longshore.dev/scale']]).toEqual([
    5,
    expect.stringMatching(/^5 until \S+Z by ann _ann@example\.com_$/u),
  ]);
  expect(await differences()).toEqual([]);
  await running.sandbox.advance(HOUR);
  expect((await differences()).map(({ path, from, to }) => [path, from, to])).toEqual([
    ['/desiredCount', 5, 2],
    ['/tags/longshore.dev~1scale', expect.any(String), undefined],
  ]);
  const back = await converge(drive, desired);
  expect([back.service.desiredCount, back.tags['longshore.dev/scale']]).toEqual([2, undefined]);
});

it('a count that somebody sets by hand meanwhile is drift from the number that was asked for', async () => {
  await scale(5, HOUR);
  const driver = serviceKind.driver(running.aws);
  const live = await look();
  await converge(drive, {
    ...desired,
    claims: driver.claims(desired, { ...live, scaled: { ...live.scaled, count: 4 } as never }),
  });
  expect((await differences()).map(({ path, from, to }) => [path, from, to])).toEqual([['/desiredCount', 4, 5]]);
});

it('with an autoscaler the number is set once inside of its limits, without a tag; outside it is refused', async () => {
  expect(await scale(7, HOUR, [autoscaled])).toBe(
    '7 tasks, set once: ScalingPolicy/api goes on from there, between 2 and 10',
  );
  const live = await look();
  expect([live.service.desiredCount, live.tags['longshore.dev/scale']]).toEqual([7, undefined]);
  expect(await differences([autoscaled])).toEqual([]);
  await expect(scale(11, HOUR, [autoscaled])).rejects.toMatchObject({
    code: 'NotAllowed',
    message: expect.stringContaining('ScalingPolicy/api keeps the count between 2 and 10: 11 would be taken back'),
  });
});

it('an autoscaler that comes later decides in place of the tag', async () => {
  await scale(5, HOUR);
  expect((await differences([autoscaled])).map(({ path }) => path)).toEqual(['/tags/longshore.dev~1scale']);
});

it.each([
  '',
  '5',
  '5 until never by ann',
  'x until 2030-01-01T00:00:00Z by ann',
  '5 until 2020-01-01T00:00:00Z by ann',
])('a tag that says "%s" says nothing', (text) => {
  expect(scaledIn({ 'longshore.dev/scale': text }, new Date('2026-01-01T00:00:00Z'))).toBeUndefined();
});
