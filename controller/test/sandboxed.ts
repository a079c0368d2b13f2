import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import { connect, type ConnectOptions } from '../src/aws/connect.ts';
import type { AwsContext } from '../src/aws/context.ts';
import type { Desired, Outputs } from '../src/core/driver.ts';
import type { Ref } from '../src/core/manifest.ts';
import { type Owner, ownershipTags } from '../src/core/ownership.ts';
import { steppingClock } from './converge.ts';

/** The account that tests live in: in the sandbox a twelve-digit access key id is an account. */
export const ACCOUNT = '123456789012';
/** The region that tests live in. */
export const REGION = 'eu-west-1';

/** A sandbox with stepped time, and clients of it whose clock steps it. */
export interface Sandboxed {
  readonly sandbox: Sandbox;
  readonly aws: AwsContext;
  readonly close: () => Promise<void>;
}

/** Starts a sandbox with simulated tasks and connects to it. */
export async function sandboxed(
  options: SandboxOptions = {},
  connecting: Partial<ConnectOptions> = {},
): Promise<Sandboxed> {
  const sandbox = await startSandbox({ port: 0, time: 'stepped', runtime: 'simulated', seed: 1, ...options });
  const aws = await connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: steppingClock(sandbox),
      endpoint: sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
      ...connecting,
    },
  );
  return {
    sandbox,
    aws,
    close: async () => {
      aws.close();
      await sandbox.close();
    },
  };
}

/** The owner of what tests make. */
export function ownerOf(ref: Ref): Owner {
  return { application: 'shop', ref, instance: 'tests' };
}

/** What Git says of one resource in tests. */
export function desiredOf<Spec>(ref: Ref, spec: Spec, needs: Readonly<Record<Ref, Outputs>> = {}): Desired<Spec> {
  return {
    id: ref,
    application: 'shop',
    spec,
    annotations: {},
    revision: 'abc1234',
    ownership: ownershipTags(ownerOf(ref)),
    needs,
    unknown: [],
    claims: [],
  };
}
