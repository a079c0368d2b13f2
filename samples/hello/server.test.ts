import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./server.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Hello {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts the service as the sandbox or a container would, and waits until it says that it listens. */
async function start(version: string): Promise<Hello> {
  const port = await freePort();
  const child = spawn(process.execPath, [PROGRAM, version], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${port}` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('says its version', async () => {
  const { url } = await start('v2');
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-version')).toBe('v2');
  expect(await answer.text()).toMatch(/^hello from v2 on /u);
});

it('is healthy', async () => {
  const { url } = await start('v1');
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

it('starts, but is not healthy, as the broken version', async () => {
  const { url } = await start('broken');
  expect((await fetch(`${url}/health`)).status).toBe(500);
});

it('finishes the request that it is answering when it is told to stop, then exits with code 0', async () => {
  const { child, url } = await start('v1');
  const agent = new Agent({ keepAlive: true });
  // The head alone: the service answers once it has the rest.
  const slow = request(url, {
    agent,
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked', expect: '100-continue' },
  });
  slow.flushHeaders();
  await once(slow, 'continue');
  const response = once(slow, 'response') as Promise<[IncomingMessage]>;
  const told = once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  await told;
  slow.end('the rest');
  const [answer] = await response;
  expect(answer.statusCode).toBe(200);
  expect(answer.headers.connection).toBe('close');
  answer.resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});
