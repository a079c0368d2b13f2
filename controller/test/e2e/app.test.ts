import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Ended, longshore, type Running, start } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

/** Long for a person, short for a machine that does ten things at once. */
const PATIENCE_MS = 30_000;
vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

let world: TestWorld;
let controller: Running;
let url = '';
/** By role. */
const tokens = { admin: '', viewer: '' };

beforeAll(async () => {
  world = await testWorld();
  await mkdir(join(world.cwd, 'applications'));
  await mkdir(join(world.cwd, 'deploy/web'), { recursive: true });
  await mkdir(join(world.cwd, 'deploy/gated'));
  for (const name of ['api', 'web']) await writeFile(join(world.cwd, `deploy/web/${name}.yaml`), group(name));
  await writeFile(join(world.cwd, 'deploy/gated/a.yaml'), group('a'));
  await writeFile(join(world.cwd, 'applications/all.yaml'), DECLARATIONS);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'test');
  await git('config', 'user.email', 'test@localhost');
  await commit();
  tokens.admin = (await cli('token', 'create', 'me', '--access', 'admin', '--state', 'state.sqlite')).stdout.trim();
  controller = start(
    ['controller', '--applications', 'applications', '--state', 'state.sqlite', '--listen', '0'],
    world,
  );
  [, url = ''] = await controller.until(/answer at (http:\S+?)"/u);
  await controller.until(/"sync":"OutOfSync"[^]*"sync":"OutOfSync"/u);
  await logIn(tokens.admin);
  tokens.viewer = (await cli('token', 'create', 'viewer', '--project', 'shop')).stdout.trim();
});

afterAll(async () => {
  controller.child.kill('SIGTERM');
  await controller.ended;
  await world[Symbol.asyncDispose]();
});

const manifest = (kind: string, name: string, spec: string): string =>
  `apiVersion: longshore.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const group = (name: string, path = '/health'): string =>
  manifest(
    'TargetGroup',
    name,
    `{vpcId: vpc-1, protocol: HTTP, port: 80, targetType: ip, healthCheck: {path: ${path}}}`,
  );
const DECLARATIONS = [
  manifest('Application', 'web', '{source: {repoURL: ../deploy, path: web}, pollIntervalSeconds: 1}'),
  manifest(
    'Application',
    'gated',
    '{project: shop, source: {repoURL: ../deploy, path: gated}, syncPolicy: {gate: manual}, pollIntervalSeconds: 1}',
  ),
  manifest(
    'Project',
    'shop',
    '{description: Shop, sourceRepos: ["*"], destinations: [{accountId: "*", regions: ["*"]}]}',
  ),
].join('---\n');

async function git(...args: readonly string[]): Promise<void> {
  await execa('git', args, { cwd: join(world.cwd, 'deploy') });
}

async function commit(): Promise<void> {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'change');
}

/** A command, logged in as whoever `login` was last. */
const cli = (...args: readonly string[]): Promise<Ended> => longshore(args, world);

/** The same with a token of its own. */
const as = (token: string, ...args: readonly string[]): Promise<Ended> =>
  longshore(args, { ...world, env: { ...world.env, LONGSHORE_TOKEN: token } });

/** `longshore login --token-stdin`, whose standard input a person would redirect. */
async function logIn(token: string): Promise<{ readonly code: number | undefined; readonly text: string }> {
  const program = join(import.meta.dirname, '../../bin/longshore.js');
  const ended = await execa(process.execPath, [program, 'login', url, '--token-stdin'], {
    input: `${token}\n`,
    cwd: world.cwd,
    env: { PATH: process.env.PATH, HOME: world.cwd },
    extendEnv: false,
    reject: false,
  });
  return { code: ended.exitCode, text: ended.stdout + ended.stderr };
}

const json = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

it('logs in with a token, and says what is wrong with another', async () => {
  expect(await logIn(tokens.admin)).toEqual({ code: 0, text: `logged in to ${url} as me` });
  const wrong = await logIn('lsp_wrong');
  expect(wrong.code).toBe(2);
  expect(wrong.text).toContain('does not accept this login: the token is not known');
});

describe('before the first sync', () => {
  it('lists Applications in Argo CD’s columns, and in every format', async () => {
    const { code, stdout } = await cli('app', 'list', '-o', 'wide');
    expect(code).toBe(0);
    const [header = '', gated = '', web = ''] = stdout.split('\n').map((line) => line.split(/ {2,}/u).join(' '));
    expect(header).toBe('NAME DESTINATION PROJECT STATUS HEALTH SYNCPOLICY CONDITIONS REPO PATH TARGET');
    expect(gated).toMatch(/^gated 000000000000\/us-east-1 shop OutOfSync Missing Manual /u);
    expect(web).toMatch(/^web 000000000000\/us-east-1 default OutOfSync Missing Manual <none> \S+deploy web HEAD$/u);
    expect((await cli('app', 'list', '-o', 'name', '--project', 'shop')).stdout).toBe('gated\n');
    expect(json(await cli('app', 'list', '-o', 'json', '--sync', 'Synced'))).toMatchObject({ items: [] });
    expect(parse((await cli('app', 'get', 'web', '-o', 'yaml')).stdout)).toMatchObject({ metadata: { name: 'web' } });
  });

  it('diff exits 1 for a difference and 2 for what it cannot say, with the nearest name', async () => {
    const [found, wrong] = await Promise.all([cli('app', 'diff', 'web', '-o', 'json'), cli('app', 'diff', 'wbe')]);
    expect([found.code, json(found)]).toMatchObject([1, { differs: true, application: 'web' }]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'error: there is no Application "wbe", or you may not see it (did you mean "web"?)\n',
    ]);
  });

  it('wait exits 1 when the time is over, with what it still is', async () => {
    const { code, stderr } = await cli('app', 'wait', 'web', '--timeout', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('web is still OutOfSync, Missing after 1 s')]);
  });
});

describe('sync', () => {
  it('of one resource leaves the others, of everything ends in Synced and Healthy, and diff then exits 0', async () => {
    const dry = await cli('app', 'sync', 'web', '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('Plan: 2 to create.')]);
    const part = await cli('app', 'sync', 'web', '--resource', '*:api');
    expect([part.code, part.stdout]).toEqual([0, 'web: Succeeded: successfully synced\n']);
    expect((await cli('app', 'resources', 'web')).stdout).toMatch(
      /TargetGroup +api +Synced[^]*TargetGroup +web +OutOfSync/u,
    );
    const whole = await cli('app', 'sync', 'web', '-o', 'json');
    const last = JSON.parse(whole.stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;
    expect([whole.code, last]).toMatchObject([0, { kind: 'Operation', phase: 'Succeeded', application: 'web' }]);
    const [diff, waited] = await Promise.all([cli('app', 'diff', 'web'), cli('app', 'wait', 'web')]);
    expect([diff.code, waited.code, waited.stderr]).toEqual([0, 0, 'web: Synced, Healthy\n']);
  });

  it('of a resource that nobody has is refused with the nearest, and is no operation', async () => {
    const before = await cli('app', 'history', 'web');
    const { code, stderr } = await cli('app', 'sync', 'web', '--resource', 'TargetGroup:apu');
    expect([code, stderr]).toEqual([2, expect.stringContaining('(did you mean "TargetGroup:api"?)')]);
    const history = await cli('app', 'history', 'web');
    expect(history.stdout).toBe(before.stdout);
    expect(history.stdout).toMatch(/^ID +DATE +REVISION +PHASE +INITIATOR +MESSAGE\n1 .*Succeeded +person me/u);
  });

  it('says that it goes on when Ctrl-C ends the command, and it does', async () => {
    await writeFile(join(world.cwd, 'deploy/web/web.yaml'), group('web', '/ready'));
    await commit();
    await cli('app', 'refresh', 'web');
    const running = start(['app', 'sync', 'web'], world);
    await running.until(/operation \d+ of web has begun/u);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/operation \d+ of web goes on: "longshore app wait web/u),
    ]);
    expect((await cli('app', 'wait', 'web')).stderr).toBe('web: Synced, Healthy\n');
  });

  it('wants a yes where the gate is manual: to the very plan that was shown', async () => {
    const refused = await cli('app', 'sync', 'gated');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('"longshore app sync gated --approve"'),
    ]);
    const stale = await cli('app', 'sync', 'gated', '--approve-plan', 'another');
    expect([stale.code, stale.stderr]).toEqual([2, expect.stringContaining('plan another is out of date')]);
    const { id } = json(await cli('app', 'sync', 'gated', '--dry-run', '-o', 'json'));
    expect((await cli('app', 'sync', 'gated', '--approve-plan', String(id))).code).toBe(0);
  });
});

it('rolls back to what an earlier operation synced, and shows its manifests', async () => {
  const { items } = json(await cli('app', 'history', 'web', '-o', 'json')) as {
    items: { id: string; phase: string }[];
  };
  const first = items.filter(({ phase }) => phase === 'Succeeded')[1]?.id ?? '';
  expect((await cli('app', 'manifests', 'web', '--operation', first)).stdout).toContain('path: /health');
  const back = await cli('app', 'rollback', 'web', first);
  expect([back.code, back.stdout]).toEqual([0, 'web: Succeeded: successfully synced\n']);
  expect((await cli('app', 'refresh', 'web')).stdout).toMatch(/^web: OutOfSync/u);
  const none = await cli('app', 'rollback', 'web', '999');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('web has no operation 999, expected one of 1')]);
  const idle = await cli('app', 'terminate', 'web');
  expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining('nothing is being done to web')]);
});

it('streams events until Ctrl-C', async () => {
  const running = start(['app', 'events', 'web', '-o', 'json'], world);
  const seen = running.until(/"application":"web"/u);
  for (let looks = 0; looks < 20 && !(await settled(seen)); looks++) await cli('app', 'refresh', 'web');
  await seen;
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([130, '']);
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('code');
});

/** Whether it is there by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

describe('a token', () => {
  it('of a viewer sees its Project alone, may not sync, and is told which role that needs', async () => {
    const [list, projects, sync, other, more] = await Promise.all([
      as(tokens.viewer, 'app', 'list', '-o', 'name'),
      as(tokens.viewer, 'project', 'list', '-o', 'name'),
      as(tokens.viewer, 'app', 'sync', 'gated'),
      as(tokens.viewer, 'app', 'get', 'web'),
      as(tokens.viewer, 'token', 'create', 'more'),
    ]);
    expect([list.stdout, projects.stdout]).toEqual(['gated\n', 'shop\n']);
    expect([sync.code, sync.stderr]).toEqual([
      2,
      'error: you may not do application.sync with "gated": it needs the role deployer\n',
    ]);
    expect([other.code, other.stderr]).toEqual([2, 'error: there is no Application "web", or you may not see it\n']);
    expect([more.code, more.stderr]).toEqual([2, expect.stringContaining('needs the role admin')]);
  });

  it('is shown once, listed without itself, and ends at once when it is deleted', async () => {
    const created = json(await cli('token', 'create', 'robot', '--expires-in', '1d', '-o', 'json'));
    const [id, secret] = [String(created['id']), String(created['token'])];
    const list = await cli('token', 'list', '-o', 'wide');
    expect(list.stdout).toMatch(new RegExp(`${id} +robot +\\* +viewer`, 'u'));
    for (const format of ['text', 'json', 'yaml']) {
      expect((await cli('token', 'list', '-o', format)).stdout).not.toContain(secret);
    }
    expect((await cli('token', 'delete', id)).code).toBe(0);
    const after = await as(secret, 'app', 'list');
    expect([after.code, after.stderr]).toEqual([2, expect.stringContaining(`log in again, "longshore login ${url}"`)]);
  });
});

it('prints no credentials of a repository’s address, and no secret of a task', async () => {
  const declared = manifest('Application', 'secret', '{source: {repoURL: "https://user:hunter2@localhost/x.git"}}');
  await writeFile(join(world.cwd, 'applications/secret.yaml'), declared);
  await controller.until(/takes up secret|secret\.yaml is not taken up/u);
  for (const args of [
    ['app', 'list', '-o', 'json'],
    ['app', 'list', '-o', 'wide'],
    ['app', 'get', 'secret'],
  ]) {
    const { stdout, stderr } = await cli(...args);
    expect(stdout + stderr).not.toContain('hunter2');
  }
  await rm(join(world.cwd, 'applications/secret.yaml'));
});

it('deletes what is not declared any more, and refuses what is', async () => {
  const refused = await cli('app', 'delete', 'gated', '--yes');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('take it out there')]);
  const unasked = await cli('app', 'delete', 'gated');
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('add --yes')]);
});

it('takes a controller that is started anew for the same, and says when none is there', async () => {
  controller.child.kill('SIGTERM');
  await controller.ended;
  const { code, stderr } = await cli('app', 'list');
  expect([code, stderr]).toEqual([
    2,
    `error: the controller at ${url} cannot be reached: connect ECONNREFUSED ${new URL(url).host}\n`,
  ]);
  const listen = ['--listen', new URL(url).host];
  controller = start(['controller', '--applications', 'applications', '--state', 'state.sqlite', ...listen], world);
  await controller.until(/answer at/u);
  expect((await cli('app', 'wait', 'gated', '--health')).stderr).toMatch(/^gated: \w+, Healthy\n$/u);
});
