import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import { type Ended, longshore, start } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

// Rollouts take their time, and share the machine with each other.
vi.setConfig({ testTimeout: 120_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ 'public.ecr.aws/nginx/crash': { exitAfterMs: 500, exitCode: 3 } });
});
afterAll(async () => world[Symbol.asyncDispose]());

/** Runs the program in the world's folder, against its sandbox. */
async function run(...args: readonly string[]): Promise<Ended> {
  return await longshore(args, world);
}

/** Writes a repository with `init` and gives its Application manifest. */
async function repository(name: string): Promise<string> {
  const { code, stderr } = await run('init', name);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return `${name}/application.yaml`;
}

/** Writes a folder with one target group: quick to make, nothing to wait for. */
async function targetGroup(name: string): Promise<string> {
  await mkdir(join(world.cwd, name));
  await writeFile(
    join(world.cwd, name, 'web.yaml'),
    `apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata: {name: web}
spec: {vpcId: vpc-1, protocol: HTTP, port: 80, targetType: ip}
`,
  );
  return name;
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(world.cwd, file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

it.concurrent('goes from nothing to deployed: init, plan, apply, and an empty plan', async () => {
  const application = await repository('shop');

  const before = await run('plan', application);
  expect(before.stderr).toBe('');
  expect(before.code).toBe(1);
  expect(before.stdout).toContain('Service/web');

  const applied = await run('apply', application, '--yes');
  expect(applied.stderr).toContain('Service/web');
  expect(applied.stdout).toMatch(/Succeeded after \d+ s/u);
  expect(applied.code).toBe(0);

  const after = await run('plan', application);
  expect(after.code).toBe(0);
});

it.concurrent('applies one JSON object a line, the operation last', async () => {
  const folder = await targetGroup('json');
  const { code, stdout } = await run('apply', folder, '--yes', '-o', 'json');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event & { readonly phase?: string });
  expect(lines.map((line) => line.code)).toEqual(expect.arrayContaining(['operation.started', 'step.done']));
  expect(lines.at(-1)).toMatchObject({ code: 'operation', phase: 'Succeeded' });
  expect(code).toBe(0);
});

it('refuses to apply without --yes where nobody can be asked, and changes nothing', async () => {
  const application = await repository('asks');
  const before = world.sandbox.calls();
  const { code, stdout, stderr } = await run('apply', application);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('--yes');
  expect(world.sandbox.calls()).toEqual(before);
});

it.concurrent('says every problem of the manifests with its place, and no stack', async () => {
  const application = await repository('wrong');
  await edit('wrong/manifests/service.yaml', 'cluster: main', 'cluser: main');
  await edit('wrong/manifests/scaling.yaml', 'minCapacity: 2', 'minCapacity: two');
  const { code, stderr } = await run('plan', application);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^wrong\/manifests\/scaling\.yaml:7:16: \/spec\/minCapacity: /mu);
  expect(stderr).toMatch(/^wrong\/manifests\/service\.yaml:6:3: .*did you mean "cluster"/mu);
  expect(stderr).not.toContain('    at ');
});

it.concurrent('says what to do when nothing answers at the endpoint', async () => {
  const application = await repository('alone');
  const { code, stderr } = await run('plan', application, '--endpoint-url', 'http://127.0.0.1:1');
  expect(code).toBe(2);
  expect(stderr).toContain('127.0.0.1:1');
  expect(stderr).toContain('longshore sandbox');
  expect(stderr).not.toContain('    at ');
});

it.concurrent('applies a saved plan', async () => {
  const folder = await targetGroup('saved');
  const saved = await run('plan', folder, '--out', 'plan.json');
  expect(saved.code).toBe(1);
  const applied = await run('apply', 'plan.json', '--yes');
  expect(applied.stdout).toMatch(/Succeeded after/u);
  expect(applied.code).toBe(0);
  expect((await run('plan', folder)).code).toBe(0);
});

it.concurrent('refuses a saved plan that has been applied already', async () => {
  const folder = await targetGroup('twice');
  await run('plan', folder, '--out', 'twice.json');
  expect((await run('apply', 'twice.json', '--yes')).code).toBe(0);
  const again = await run('apply', 'twice.json', '--yes');
  expect(again.stderr).toContain('out of date');
  expect(again.code).toBe(2);
});

it.concurrent('refuses a saved plan when the manifests are not what they were', async () => {
  const folder = await targetGroup('moved');
  await run('plan', folder, '--out', 'moved.json');
  await edit('moved/web.yaml', 'port: 80', 'port: 81');
  const { code, stderr } = await run('apply', 'moved.json', '--yes');
  expect(stderr).toContain('out of date');
  expect(code).toBe(2);
});

it.concurrent('fails with the reason when the new version does not run, and exits 1', async () => {
  const application = await repository('crash');
  expect((await run('apply', application, '--yes')).code).toBe(0);
  await edit('crash/manifests/service.yaml', 'nginx/nginx:1.29', 'nginx/crash:1');
  const { code, stdout } = await run('apply', application, '--yes');
  expect(stdout).toMatch(/Failed after \d+ s: Service\/web: .*circuit breaker.*exit(ed)? .*3/iu);
  expect(code).toBe(1);
});

it.concurrent('ends cleanly at Ctrl-C, says how to go on, and goes on', async () => {
  const application = await repository('stopped');
  const applying = start(['apply', application, '--yes'], world);
  await applying.until(/Service\/web {2}creating/u);
  applying.child.kill('SIGINT');
  // npm doubles the signal.
  applying.child.kill('SIGINT');
  const { code, stderr } = await applying.ended;
  expect(stderr).toContain(`longshore apply ${application}`);
  expect(code).toBe(130);
  expect((await run('apply', application, '--yes')).code).toBe(0);
  expect((await run('plan', application)).code).toBe(0);
});

it('prints the least policy for the manifests, without asking AWS', async () => {
  const application = await repository('policy');
  const before = world.sandbox.calls();
  const { code, stdout } = await run('iam-policy', application, '--account', '111122223333');
  expect(code).toBe(0);
  const policy = JSON.parse(stdout) as { readonly Statement: readonly { readonly Action: readonly string[] }[] };
  const actions = policy.Statement.flatMap((statement) => statement.Action);
  expect(actions).toEqual(expect.arrayContaining(['ecs:CreateService', 'ecs:UpdateService', 'ssm:PutParameter']));
  expect(stdout).not.toContain('000000000000');
  expect(world.sandbox.calls()).toEqual(before);
});

it.concurrent('shows of a branch what it changes, and not what differs without it', async () => {
  const folder = await targetGroup('based');
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    const { exitCode } = await execa('git', [...identity, ...args], { cwd: join(world.cwd, folder) });
    expect(exitCode).toBe(0);
  };
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'first');
  // Nothing is applied: all of it waits, which is no part of the change.
  const same = await run('plan', folder, '--base', 'HEAD');
  expect(same.stdout).toContain('No changes');
  expect(same.code).toBe(0);

  await edit(`${folder}/web.yaml`, 'port: 80', 'port: 81');
  const changed = await run('plan', folder, '--base', 'HEAD', '-o', 'markdown');
  expect(changed.stderr).toBe('');
  expect(changed.code).toBe(1);
  expect(changed.stdout).toContain('TargetGroup/web');
  expect(changed.stdout).toContain('81');
  expect(changed.stdout).not.toContain('vpc-1');

  const missing = await run('plan', folder, '--base', 'nowhere');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('nowhere');
});
