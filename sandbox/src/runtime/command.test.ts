import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandRunner } from './command.ts';

let runner: CommandRunner;
beforeEach(() => {
  runner = new CommandRunner();
});
afterEach(() => runner.close());

const forever = ['node', '-e', 'setInterval(() => {}, 1000)'];

function run(command: readonly string[], { timeoutMs = 30_000, input = '' } = {}) {
  return runner.run(command, { env: { PATH: process.env.PATH ?? '' }, input, timeoutMs });
}

test('a command reads its input, and leaves its output and its exit code', async () => {
  const program = 'process.stdin.pipe(process.stdout); console.error("on stderr"); process.exitCode = 3';
  expect(await run(['node', '-e', program], { input: 'in' })).toEqual({
    stdout: 'in',
    stderr: 'on stderr\n',
    code: 3,
    problem: undefined,
  });
});

test('a command that takes too long is killed', async () => {
  expect(await run(forever, { timeoutMs: 50 })).toMatchObject({ code: undefined, problem: undefined });
});

test('a command that does not read its input ends as it does', async () => {
  expect(await run(['node', '-e', ''], { input: 'x'.repeat(1_000_000) })).toMatchObject({ code: 0 });
});

test('what still runs ends with the runner', async () => {
  const ended = run(forever);
  await runner.close();
  expect(await ended).toMatchObject({ code: undefined });
});

test('settled waits for what runs', async () => {
  let done = false;
  void run(['node', '-e', '']).then(() => {
    done = true;
  });
  await runner.settled();
  await Promise.resolve();
  expect(done).toBe(true);
});
