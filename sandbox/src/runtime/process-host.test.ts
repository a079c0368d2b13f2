import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProcessExit, ProcessHost } from './process-host.ts';

let host: ProcessHost;
beforeEach(() => {
  host = new ProcessHost();
});
afterEach(() => host.close());

/** Runs a script of Node and follows it. */
function follow(key: string, script: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  let port: number | undefined;
  const { promise: heard, resolve: hear } = Promise.withResolvers<string>();
  const exited = new Promise<ProcessExit>((resolve) => {
    host.start(
      {
        key,
        command: ['node', '-e', script],
        cwd: undefined,
        env: { PATH: process.env.PATH ?? '', ...env },
        portEnv: 'APP_PORT',
      },
      {
        started: (given) => {
          port = given;
        },
        line: (text) => {
          lines.push(text);
          hear(text);
        },
        exited: resolve,
      },
    );
  });
  return { lines, heard, exited, port: () => port };
}

describe('a process', () => {
  test('gets its environment and a port of its own, and its output is heard by lines', async () => {
    const script = 'console.log(process.env.COLOUR + " " + process.env.APP_PORT); console.error("on stderr")';
    const { exited, lines, port } = follow('a', script, { COLOUR: 'blue' });
    expect(await exited).toEqual({ code: 0, problem: undefined });
    expect(lines.toSorted()).toEqual([`blue ${port()}`, 'on stderr']);
  });

  test('inherits nothing from the process that runs it', async () => {
    const { exited, lines } = follow('a', 'console.log(Object.keys(process.env).toSorted().join())');
    await exited;
    expect(lines).toEqual(['APP_PORT,PATH']);
  });

  test('two at a time have different ports', async () => {
    const one = follow('a', 'setInterval(() => {}, 1000)');
    const two = follow('b', 'setInterval(() => {}, 1000)');
    await host.settled();
    expect(one.port()).toBeGreaterThan(0);
    expect(one.port()).not.toBe(two.port());
  });

  test('reports its exit code', async () => {
    expect(await follow('a', 'process.exit(7)').exited).toEqual({ code: 7, problem: undefined });
  });

  test('ended by a signal reports 128 and the signal, as containers do', async () => {
    const { exited } = follow('a', 'setInterval(() => {}, 1000)');
    await host.settled();
    host.stop('a', 'SIGTERM');
    expect((await exited).code).toBe(143);
  });

  test('that ignores SIGTERM ends with SIGKILL', async () => {
    const { exited, heard } = follow(
      'a',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")',
    );
    await heard;
    host.stop('a', 'SIGTERM');
    expect(host.runs('a')).toBe(true);
    host.stop('a', 'SIGKILL');
    expect((await exited).code).toBe(137);
  });

  test('that is stopped before it began never begins', async () => {
    const { exited, port } = follow('a', 'setInterval(() => {}, 1000)');
    host.stop('a', 'SIGTERM');
    expect(await exited).toEqual({ code: 143, problem: undefined });
    expect(port()).toBeUndefined();
  });

  test('that cannot start says why', async () => {
    const exited = new Promise<ProcessExit>((resolve) => {
      host.start(
        { key: 'a', command: ['/no/such/program'], cwd: undefined, env: {}, portEnv: 'PORT' },
        { started: () => undefined, line: () => undefined, exited: resolve },
      );
    });
    expect((await exited).problem).toContain('ENOENT');
  });

  test('ends when the host closes, even one that ignores SIGTERM', async () => {
    const { exited, heard } = follow(
      'a',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")',
    );
    await heard;
    await host.close();
    expect((await exited).code).toBe(137);
  });
});

function check(command: string[], timeoutMs: number): Promise<number | undefined> {
  return new Promise((resolve) => host.check(command, {}, timeoutMs, resolve));
}

test('a check gives its exit code, and nothing when it takes too long', async () => {
  expect(await check(['node', '-e', 'process.exit(3)'], 10_000)).toBe(3);
  expect(await check(['node', '-e', 'setInterval(() => {}, 1000)'], 50)).toBeUndefined();
  expect(await check(['/no/such/program'], 1000)).toBeUndefined();
});

test('checks count as not settled until they have an outcome', async () => {
  let outcome: number | undefined;
  host.check(['node', '-e', 'process.exit(4)'], {}, 10_000, (code) => {
    outcome = code;
  });
  await host.settled();
  expect(outcome).toBe(4);
});

test('nothing listens for the exit of this process once the host is closed', async () => {
  const before = process.listenerCount('exit');
  await follow('a', '').exited;
  await host.close();
  expect(process.listenerCount('exit')).toBe(before);
});
