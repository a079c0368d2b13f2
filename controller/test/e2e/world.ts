import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';

/** A sandbox on a free port, and a folder of its own to run the program in. */
export interface TestWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly cwd: string;
  /** Environment for the program: the sandbox as AWS. */
  readonly env: Readonly<Record<string, string>>;
}

/** Fast enough that a rollout takes a second or two, slow enough to be interrupted. */
const SPEED = 60;

/** Starts one. Nothing of the machine's own AWS configuration is used. */
export async function testWorld(behaviours: SandboxOptions['behaviours'] = {}): Promise<TestWorld> {
  const cwd = await mkdtemp(join(tmpdir(), 'longshore-e2e-'));
  const sandbox = await startSandbox({ port: 0, speed: SPEED, throttle: false, behaviours });
  return {
    sandbox,
    cwd,
    env: {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      XDG_CACHE_HOME: join(cwd, '.cache'),
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
