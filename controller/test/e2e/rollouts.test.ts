import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Ended, longshore, type Running, start } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

/** Rollouts take their time, and share the machine with each other. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: TestWorld;
let controller: Running;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await testWorld({
    'example/report': { exitAfterMs: 2_000, exitCode: 0 },
    'example/broken': { exitAfterMs: 2_000, exitCode: 7 },
    'example/crash': { exitAfterMs: 500, exitCode: 3 },
  });
  await mkdir(join(world.cwd, 'applications'));
  await mkdir(join(world.cwd, 'deploy'));
  await writeFile(join(world.cwd, 'applications/shop.yaml'), APPLICATION);
  await write('example/api:1');
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'test');
  await git('config', 'user.email', 'test@localhost');
  await commit();
  const made = await longshore(['token', 'create', 'me', '--access', 'admin', '--state', 'state.sqlite'], world);
  controller = start(
    ['controller', '--applications', 'applications', '--state', 'state.sqlite', '--listen', '0'],
    world,
  );
  const [, url = ''] = await controller.until(/answer at (http:\S+?)"/u);
  env = { ...world.env, LONGSHORE_SERVER: url, LONGSHORE_TOKEN: made.stdout.trim() };
  await controller.until(/"sync":"OutOfSync"/u);
  const synced = await cli('app', 'sync', 'shop');
  expect([synced.code, synced.stdout]).toEqual([0, 'shop: Succeeded: successfully synced\n']);
});

afterAll(async () => {
  controller.child.kill('SIGTERM');
  await controller.ended;
  await world[Symbol.asyncDispose]();
});

const manifest = (kind: string, name: string, spec: string, annotations = ''): string =>
  `apiVersion: longshore.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}${annotations}}\nspec: ${spec}\n`;
const APPLICATION = manifest('Application', 'shop', '{source: {repoURL: ../deploy}, pollIntervalSeconds: 1}');
const SKIP = ', annotations: {longshore.dev/hook: Skip}';
const job = (name: string): string =>
  manifest(
    'Job',
    name,
    `{cluster: main, launchType: FARGATE, network: {subnets: [subnet-1]}, task: {cpu: 256, memory: 512, containers: [{name: main, image: 'example/${name}'}]}}`,
    SKIP,
  );

async function write(image: string, { deployment = '{}' } = {}): Promise<void> {
  const task = `{cpu: 256, memory: 512, containers: [{name: api, image: '${image}'}]}`;
  const service = `{cluster: main, desiredCount: 2, launchType: FARGATE, network: {subnets: [subnet-1]}, deployment: ${deployment}, task: ${task}}`;
  const all = [
    manifest('Cluster', 'main', '{capacityProviders: [FARGATE]}'),
    manifest('Service', 'api', service),
    job('report'),
    job('broken'),
  ];
  await writeFile(join(world.cwd, 'deploy/shop.yaml'), all.join('---\n'));
}

async function git(...args: readonly string[]): Promise<void> {
  await execa('git', args, { cwd: join(world.cwd, 'deploy') });
}

async function commit(): Promise<void> {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'change');
}

const cli = (...args: readonly string[]): Promise<Ended> => longshore(args, { cwd: world.cwd, env });
const json = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

describe('a rollout', () => {
  it('is shown by controller and by AWS itself in the same words', async () => {
    const [got, direct, listed] = await Promise.all([
      cli('rollout', 'get', 'shop/api'),
      cli('rollout', 'get', 'api', '--path', 'applications/shop.yaml'),
      cli('rollout', 'list', 'shop'),
    ]);
    expect([got.code, direct.code]).toEqual([0, 0]);
    expect(got.stdout).toMatch(/^shop\/Service\/api {2}Rolling to \S+:1 {2}Succeeded/u);
    expect(direct.stdout.split('\n')[0]).toBe(got.stdout.split('\n')[0]);
    expect(got.stdout).toMatch(/^ {2}new +\S+:1 {2}2 of 2 tasks run$/mu);
    expect(got.stdout).toContain('can be asked for now: restart');
    expect(listed.stdout).toMatch(/^RESOURCE +STRATEGY +PHASE[^]*Service\/api +Rolling +Succeeded/u);
  });

  it('that is restarted is watched to its end, and exits 0', async () => {
    const before = json(await cli('rollout', 'get', 'shop/api', '-o', 'json'));
    const { code, stdout } = await cli('restart', 'shop/api', '--watch', '-o', 'json');
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect([code, last['phase']]).toEqual([0, 'Succeeded']);
    expect(last['id']).not.toBe(before['id']);
  });

  it('that does not allow it now says what it allows, and the exit code is 2', async () => {
    const { code, stderr } = await cli('rollout', 'promote', 'shop/api');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/error: .*promote.*restart/u)]);
    const wrong = await cli('rollout', 'get', 'shop/apu');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('(did you mean "Service/api"?)')]);
    const unread = await cli('rollout', 'get', 'shop');
    expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('expected one such as shop/api')]);
  });

  it('that a person aborts is watched to its failure, exits 1, and is in the history with its cause', async () => {
    await write('example/crash:2');
    await commit();
    const syncing = start(['app', 'sync', 'shop'], { cwd: world.cwd, env });
    await syncing.until(/Service\/api/u);
    const watching = start(['rollout', 'watch', 'shop/api'], { cwd: world.cwd, env });
    await watching.until(/InProgress, step 1/u);
    await cli('rollout', 'abort', 'shop/api');
    const [watched, synced] = await Promise.all([watching.ended, syncing.ended]);
    expect([watched.code, synced.code]).toEqual([1, 1]);
    expect(watched.stdout).toMatch(/Failed.*because/u);
    const { items } = json(await cli('app', 'history', 'shop', '-o', 'json')) as { items: Record<string, unknown>[] };
    expect(items.at(-1)).toMatchObject({
      phase: 'Failed',
      rollouts: [{ ref: 'Service/api', strategy: 'Rolling', phase: 'Failed', cause: expect.any(String) }],
    });
    expect((await cli('app', 'history', 'shop', '-o', 'wide')).stdout).toMatch(
      /ROLLOUTS[^]*Service\/api Rolling Failed/u,
    );
    await write('example/api:1');
    await commit();
    expect((await cli('app', 'sync', 'shop')).code).toBe(0);
  });

  it('leaves quietly on Ctrl-C', async () => {
    await write('example/api:3');
    await commit();
    const syncing = start(['app', 'sync', 'shop'], { cwd: world.cwd, env });
    await syncing.until(/Service\/api/u);
    const watching = start(['rollout', 'watch', 'shop/api'], { cwd: world.cwd, env });
    await watching.until(/InProgress/u);
    watching.child.kill('SIGINT');
    const { code, stderr } = await watching.ended;
    expect([code, stderr]).toEqual([130, '']);
    expect((await syncing.ended).code).toBe(0);
  });
});

it('a pause of a blue/green deployment is promoted by a person, and the rollout is on record with its stages', async () => {
  const deployment = '{strategy: BlueGreen, bakeMinutes: 0, hooks: [{stage: POST_SCALE_UP, pause: true}]}';
  await write('example/api:4', { deployment });
  await commit();
  const syncing = start(['app', 'sync', 'shop'], { cwd: world.cwd, env });
  await syncing.until(/rollout AwaitingPromotion/u);
  const watching = start(['rollout', 'watch', 'shop/api'], { cwd: world.cwd, env });
  await watching.until(/AwaitingPromotion/u);
  const waiting = await cli('rollout', 'get', 'shop/api');
  expect(waiting.stdout).toMatch(/BlueGreen[^]*● POST_SCALE_UP/u);
  expect((await cli('rollout', 'promote', 'shop/api')).code).toBe(0);
  const [watched, synced] = await Promise.all([watching.ended, syncing.ended]);
  expect([watched.code, synced.code]).toEqual([0, 0]);
  const { items } = json(await cli('app', 'history', 'shop', '-o', 'json')) as { items: Record<string, unknown>[] };
  expect(items.at(-1)).toMatchObject({
    rollouts: [
      {
        strategy: 'BlueGreen',
        phase: 'Succeeded',
        steps: expect.arrayContaining([expect.objectContaining({ name: 'POST_SCALE_UP', status: 'Succeeded' })]),
      },
    ],
  });
});

it('tasks shows every task, and what stopped with its reason', async () => {
  const { code, stdout } = await cli('tasks', 'shop/api');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^TASK +STATUS +HEALTH +REVISION +STARTED +ZONE +REASON\n/u),
  ]);
  expect(stdout.match(/ RUNNING /gu)).toHaveLength(2);
  expect((await cli('tasks', 'api', '--path', 'applications/shop.yaml', '-o', 'name')).stdout).toMatch(
    /^[0-9a-f]{32}\n/u,
  );
});

it('scale holds another number until its end: no drift, and the plan says why', async () => {
  const scaled = await cli('scale', 'shop/api', '5', '--for', '2h');
  expect([scaled.code, scaled.stdout]).toEqual([0, expect.stringMatching(/5 tasks until \S+Z, then 2 as Git says/u)]);
  await cli('app', 'refresh', 'shop');
  const diff = await cli('app', 'diff', 'shop');
  expect([diff.code, diff.stdout]).toEqual([0, expect.not.stringContaining('desiredCount  ')]);
  expect((await cli('rollout', 'get', 'shop/api')).stdout).toMatch(
    /desiredCount is held by Service\/api: me scaled it until/u,
  );
  const plan = await cli('app', 'sync', 'shop', '--dry-run', '-o', 'json');
  expect(plan.stdout).toContain('me scaled it until');
  expect((await cli('app', 'sync', 'shop')).code).toBe(0);
  expect((await cli('tasks', 'shop/api')).stdout.match(/ RUNNING /gu)).toHaveLength(5);
  // An end that has passed gives the number back to Git.
  await cli('scale', 'shop/api', '3', '--for', '1s');
  await expect
    .poll(async () => (await cli('app', 'diff', 'shop')).stdout, { timeout: 30_000 })
    .toMatch(/desiredCount/u);
  expect((await cli('app', 'sync', 'shop')).code).toBe(0);
  expect((await cli('app', 'diff', 'shop')).code).toBe(0);
});

describe('run', () => {
  it('runs a Job each time that it is asked to, as an operation', async () => {
    for (const _ of [1, 2]) {
      const { code, stdout } = await cli('run', 'shop/report');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/shop: Succeeded: task \w+ succeeded/u)]);
    }
    const { items } = json(await cli('tasks', 'shop/Job/report', '-o', 'json')) as { items: unknown[] };
    expect(items).toHaveLength(2);
    const history = json(await cli('app', 'history', 'shop', '-o', 'json')) as { items: Record<string, unknown>[] };
    expect(history.items.at(-1)).toMatchObject({ job: 'Job/report', initiator: { kind: 'person', name: 'me' } });
  });

  it('exits as the container did', async () => {
    const [controlled, direct] = [
      await cli('run', 'shop/broken'),
      await cli('run', 'broken', '--path', 'applications/shop.yaml'),
    ];
    expect([controlled.code, direct.code]).toEqual([7, 7]);
    expect(controlled.stdout).toContain('exit 7 in container main');
    const wrong = await cli('run', 'shop/Service/api');
    expect([wrong.code, wrong.stderr]).toEqual([2, 'error: Service/api cannot be run, expected a Job\n']);
  });
});

describe('exec', () => {
  it('says where the plugin is to be had, before anything is opened', async () => {
    const { code, stderr } = await longshore(['exec', 'shop/api'], {
      cwd: world.cwd,
      env: { ...env, PATH: '/nowhere' },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('session-manager-plugin is not on the PATH')]);
    expect(stderr).toContain('https://docs.aws.amazon.com/systems-manager/');
  });

  it('says what is missing where tasks were started without ECS Exec', async () => {
    const plugin = join(world.cwd, 'bin/session-manager-plugin');
    await mkdir(join(world.cwd, 'bin'));
    await writeFile(plugin, '#!/bin/sh\nexit 1\n');
    await chmod(plugin, 0o755);
    const path = { PATH: `${join(world.cwd, 'bin')}:${process.env['PATH'] ?? ''}` };
    const { code, stderr } = await longshore(['exec', 'shop/api', '--', 'ls'], {
      cwd: world.cwd,
      env: { ...env, ...path },
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/was started without ECS Exec: set enableExecuteCommand: true/u),
    ]);
  });
});
