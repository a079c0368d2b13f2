import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateRoleCommand, IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import type { Agent } from '../../src/aws/agent.ts';
import { connect, type ConnectOptions } from '../../src/aws/connect.ts';
import type { AwsContext } from '../../src/aws/context.ts';
import { type Asked, type Bootstrap, openBootstrap } from '../../src/cli/bootstrap/run.ts';
import type { Clock } from '../../src/core/clock.ts';
import { steppingClock } from '../converge.ts';
import { ACCOUNT, REGION } from '../sandboxed.ts';

/** The installation that tests are. */
export const AGENT: Agent = { version: '0.1.0', instance: 'tests' };

/** A signal that nobody aborts. */
export const never = new AbortController().signal;

/** An account with a trail, in which several people work. */
export interface EventWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  /** Starts a trail that logs management events of every region. */
  startTrail(): Promise<void>;
  /** A connection of somebody with a session of a role; with `agent`, of an installation of Longshore. */
  as(role: string, session: string, options?: Partial<ConnectOptions>): Promise<AwsContext>;
  /** Makes rules and queues as `longshore bootstrap` does, and gives the address of the queue. */
  bootstrap(asked?: Partial<Asked>): Promise<string>;
  /** Looks at what `longshore bootstrap` would do. */
  lookAt(asked?: Partial<Asked>, region?: string): Promise<Bootstrap>;
}

/** CloudTrail delivers at once, once and always, unless a test wants it otherwise. */
const PUNCTUAL: NonNullable<SandboxOptions['cloudTrail']> = {
  delayMs: [5_000, 5_000],
  historyDelayMs: [0, 0],
  doubled: 0,
};

/** Starts one with stepped time. */
export async function eventWorld(cloudTrail: SandboxOptions['cloudTrail'] = {}): Promise<EventWorld> {
  const sandbox = await startSandbox({
    port: 0,
    time: 'stepped',
    runtime: 'simulated',
    seed: 1,
    cloudTrail: { ...PUNCTUAL, ...cloudTrail },
  });
  const clock = steppingClock(sandbox);
  const settings = {
    endpoint: sandbox.url,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  };
  const contexts: AwsContext[] = [];
  const opened: Bootstrap[] = [];
  const administrator = async (region: string): Promise<AwsContext> => {
    const { endpoint, credentials } = settings;
    const aws = await connect({ accountId: ACCOUNT, region }, { clock, endpoint, credentials });
    contexts.push(aws);
    return aws;
  };
  const world: EventWorld = {
    sandbox,
    clock,
    startTrail: async () => {
      const cloudtrail = new CloudTrailClient(settings);
      const trail = { Name: 'all', S3BucketName: 'trails', IsMultiRegionTrail: true };
      await cloudtrail.send(new CreateTrailCommand(trail));
      await cloudtrail.send(new StartLoggingCommand({ Name: 'all' }));
      cloudtrail.destroy();
    },
    as: async (role, session, options = {}) => {
      const credentials = await assume(settings, role, session);
      const aws = await connect(
        { accountId: ACCOUNT, region: REGION },
        { clock, endpoint: sandbox.url, credentials, ...options },
      );
      contexts.push(aws);
      return aws;
    },
    lookAt: async (asked = {}, region = REGION) => {
      const all: Asked = { instance: AGENT.instance, regional: true, global: false, remove: false, ...asked };
      const bootstrap = await openBootstrap(await administrator(region), all, clock, never);
      opened.push(bootstrap);
      return bootstrap;
    },
    bootstrap: async (asked) => {
      const bootstrap = await world.lookAt(asked);
      await bootstrap.apply(() => undefined, never);
      const url = await bootstrap.queueUrl(never);
      if (url === undefined) throw new Error('bootstrap made no queue');
      return url;
    },
    [Symbol.asyncDispose]: async () => {
      for (const bootstrap of opened) bootstrap.close();
      for (const aws of contexts) aws.close();
      await sandbox.close();
    },
  };
  return world;
}

/** Credentials of a session of a role, which is made when it is not there. */
async function assume(
  settings: IAMClientConfig & STSClientConfig,
  role: string,
  session: string,
): Promise<NonNullable<ConnectOptions['credentials']>> {
  const iam = new IAMClient(settings);
  const sts = new STSClient(settings);
  try {
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument })).catch(ignoreExisting);
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, RoleSessionName: session }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } finally {
    iam.destroy();
    sts.destroy();
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'EntityAlreadyExistsException') throw error;
}
