import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';

const module = new URL('./process-host.ts', import.meta.url).href;

/** A program that runs a silent process on a host and prints that process's number. */
const parent = `
import { ProcessHost } from ${JSON.stringify(module)};
const command = ['node', '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'];
const spec = { key: 'a', command, cwd: undefined, env: { PATH: process.env.PATH }, portEnv: 'PORT' };
new ProcessHost().start(spec, { started() {}, line: (text) => console.log(text), exited() {} });
`;

test('a process does not outlive a sandbox that is killed', async () => {
  const host = spawn(process.execPath, ['--input-type=module-typescript', '-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  host.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 20 });
});

/** False also for one that ended and that nobody has waited for. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
