import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A sandbox in a process of its own, so that its processor time and memory are not the measured ones. */
export interface SandboxProcess extends Disposable {
  /** Endpoint for AWS clients. */
  readonly url: string;
  /** Calls since the last reset, by `service:Operation`, as AWS counts them: every attempt. */
  calls(): Promise<Readonly<Record<string, number>>>;
  resetCalls(): Promise<void>;
  /** Sandbox time, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Steps time; only of a stepped sandbox. Gives the time after it. */
  advance(ms: number): Promise<number>;
}

/** How the sandbox runs. */
interface SandboxProcessOptions {
  /** Folder of a state to go on from. */
  readonly restore?: string;
  /** Time passes by `advance` only. */
  readonly stepped?: boolean;
  /** So many times as fast as real time. */
  readonly speed?: number;
}

/** Starts a sandbox without AWS's request rates. */
export async function startSandboxProcess({ restore, stepped, speed }: SandboxProcessOptions): Promise<SandboxProcess> {
  const args = [
    ...(restore === undefined ? [] : ['--restore', restore]),
    ...(stepped === true ? ['--stepped'] : []),
    ...(speed === undefined ? [] : ['--speed', String(speed)]),
  ];
  // Ten thousand services with a hundred events each are a large state.
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=8192', join(import.meta.dirname, 'sandbox.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const url of createInterface({ input: child.stdout })) {
    const control = async (method: string, path: string, body?: object): Promise<unknown> => {
      const answer = await fetch(`${url}/_sandbox/${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
      return await answer.json();
    };
    return {
      url,
      calls: async () => (await control('GET', 'calls')) as Record<string, number>,
      resetCalls: async () => void (await control('DELETE', 'calls')),
      now: async () => ((await control('GET', 'clock')) as { readonly now: number }).now,
      advance: async (ms) => ((await control('POST', 'advance', { ms })) as { readonly now: number }).now,
      [Symbol.dispose]: () => void child.kill('SIGTERM'),
    };
  }
  throw new Error('the sandbox did not start');
}
