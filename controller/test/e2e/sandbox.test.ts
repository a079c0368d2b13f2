import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { longshore, type Running, type RunOptions, start } from './program.ts';

let options: RunOptions;
const running: Running[] = [];
beforeEach(async () => {
  options = { cwd: await mkdtemp(join(tmpdir(), 'longshore-sandbox-')) };
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.child.kill('SIGKILL');
    await each.ended;
  }
  await rm(options.cwd, { recursive: true, force: true });
});

/** Starts a sandbox and waits for its endpoint. */
async function sandbox(...args: readonly string[]): Promise<Running & { readonly url: string }> {
  const program = start(['sandbox', ...args], options);
  running.push(program);
  const [, url = ''] = await program.until(/export AWS_ENDPOINT_URL=(http:\S+)[^]*Ctrl-C/u);
  return { ...program, url };
}

it('answers AWS clients at the endpoint that it prints, with the credentials that it prints', async () => {
  const { url } = await sandbox('--port', '0');
  const client = new ECSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'sandbox' },
  });
  const { clusterArns } = await client.send(new ListClustersCommand({}));
  client.destroy();
  expect(clusterArns).toEqual([]);
});

it('ends at Ctrl-C and at SIGTERM with exit code 0', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, ended } = await sandbox('--port', '0');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining('sandbox stopped') });
  }
});

it('names the port that is in use', async () => {
  const { url } = await sandbox('--port', '0');
  const { port } = new URL(url);
  const second = await longshore(['sandbox', '--port', port], options);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(port);
  expect(second.stderr).not.toContain('    at ');
});

it('says which field of a behaviours file is wrong', async () => {
  await writeFile(join(options.cwd, 'behaviours.yaml'), 'api:\n  exitCode: 300\n  healthyAfter: 1\n');
  const { code, stderr } = await longshore(['sandbox', '--port', '0', '--behaviours', 'behaviours.yaml'], options);
  expect(code).toBe(2);
  expect(stderr).toContain('/api/exitCode');
  expect(stderr).toContain('healthyAfter');
});

it('says what an option expects', async () => {
  const wrong = [
    ['--speed', 'fast', 'expected a number above 0'],
    ['--port', '99999', 'expected 0 to 65535'],
    ['--image', 'hello:v1', 'expected IMAGE=COMMAND'],
    ['--runtime', 'docker', 'simulated, process'],
  ] as const;
  for (const [option, value, expected] of wrong) {
    const { code, stderr } = await longshore(['sandbox', option, value], options);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  }
});
