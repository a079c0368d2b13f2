import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { longshore, type Running, start } from './program.ts';
import { type TestWorld, testWorld } from './world.ts';

let world: TestWorld;
const running: Running[] = [];
beforeEach(async () => {
  world = await testWorld();
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.child.kill('SIGKILL');
    await each.ended;
  }
  await world[Symbol.asyncDispose]();
});

/** A Git repository with one target group, and a folder with the Application that follows it. */
async function repository(): Promise<string> {
  const folder = join(world.cwd, 'deploy');
  await mkdir(join(folder, 'manifests'), { recursive: true });
  await mkdir(join(world.cwd, 'applications'));
  await writeFile(
    join(folder, 'manifests/web.yaml'),
    `apiVersion: longshore.dev/v1alpha1
kind: TargetGroup
metadata: {name: web}
spec: {vpcId: vpc-1, protocol: HTTP, port: 80, targetType: ip, healthCheck: {path: /health}}
`,
  );
  await writeFile(
    join(world.cwd, 'applications/web.yaml'),
    `apiVersion: longshore.dev/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source: {repoURL: ../deploy, targetRevision: main, path: manifests}
  syncPolicy: {automated: {selfHeal: true, prune: true}}
  pollIntervalSeconds: 1
`,
  );
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'config', 'user.name', 'test');
  await git(folder, 'config', 'user.email', 'test@localhost');
  await commit(folder);
  return folder;
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  await execa('git', args, { cwd: folder });
}

async function commit(folder: string): Promise<void> {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'change');
}

/** Starts a controller on the folder `applications`. */
function controller(...more: readonly string[]): Running {
  const program = start(['controller', '--applications', 'applications', ...more], world);
  running.push(program);
  return program;
}

it('syncs a commit, then the next one, says so in JSON and in metrics, and ends at SIGTERM with code 0', async () => {
  const folder = await repository();
  const program = controller('--listen', '0');
  const [, url = ''] = await program.until(/answer at (http:\S+?)"/u);
  await program.until(/"code":"operation\.finished".*"phase":"Succeeded"/u);

  const file = join(folder, 'manifests/web.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('/health', '/ready'));
  await commit(folder);
  await program.until(/("code":"operation\.finished".*"phase":"Succeeded"[^]*){2}/u);
  await program.until(/("sync":"Synced"[^]*){2}/u);

  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('longshore_app_sync_total{name="web",phase="Succeeded",dry_run="false"} 2');
  expect(metrics).toMatch(/longshore_app_info\{name="web",[^}]*sync_status="Synced",health_status="Healthy"/u);
  expect(metrics).toMatch(/longshore_aws_request_total\{service="elbv2",operation="CreateTargetGroup",code="OK"\} 1/u);

  program.child.kill('SIGTERM');
  const { code, stdout, stderr } = await program.ended;
  expect(code).toBe(0);
  expect(stderr).toBe('');
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('code');
});

it('takes up an Application that is added while it runs, and says what is wrong with a file', async () => {
  await repository();
  const program = controller();
  await program.until(/takes up web"/u);
  await cp(join(world.cwd, 'applications/web.yaml'), join(world.cwd, 'applications/copy.yaml'));
  await program.until(/copy\.yaml is not taken up: Application \\"web\\" is in|web\.yaml is not taken up/u);
  const text = await readFile(join(world.cwd, 'applications/web.yaml'), 'utf8');
  await writeFile(join(world.cwd, 'applications/copy.yaml'), text.replace('name: web', 'name: second'));
  await program.until(/takes up second"/u);
});

it('goes on after it was killed', async () => {
  await repository();
  const first = controller('--state', 'state.sqlite');
  await first.until(/"code":"step\.started"/u);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = controller('--state', 'state.sqlite');
  await second.until(/"sync":"Synced","health":\{"status":"Healthy"/u);
  const { code } = await longshore(['plan', 'deploy/manifests', '--app', 'web'], world);
  expect(code).toBe(0);
});

it('refuses a state file that another controller has', async () => {
  await repository();
  await controller('--state', 'state.sqlite').until(/takes up web"/u);
  const { code, stderr } = await longshore(
    ['controller', '--applications', 'applications', '--state', 'state.sqlite'],
    world,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('state.sqlite');
  expect(stderr).not.toContain('    at ');
});

it('says that the folder of Applications is not there', async () => {
  const { code, stderr } = await longshore(['controller', '--applications', 'nowhere'], world);
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere');
});
