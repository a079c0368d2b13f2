import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../core/clock.ts';
import { TerminalError } from '../core/errors.ts';
import { type Agent, customUserAgent } from './agent.ts';
import { assumedRole, type RoleToAssume } from './assume-role.ts';
import { Buckets, type Priority } from './buckets.ts';
import { type CallMiddleware, type CallObserver, installRules } from './calls.ts';
import type { AwsContext } from './context.ts';
import { classifyAws, wrapAws } from './errors.ts';
import { passes } from './pass.ts';
import { closePreflightClients, preflightClients } from './preflight-clients.ts';
import { closeRolloutClients, rolloutClients } from './rollout-clients.ts';
import { secretKeysOf } from './secret-keys.ts';

/** Which account and region to connect to. Omitted: those of the credentials and the environment. */
export interface ConnectTo {
  readonly accountId?: string;
  readonly region?: string;
  /** Default: the credentials as they are. */
  readonly role?: RoleToAssume;
}

/** How to connect. */
export interface ConnectOptions {
  /** Time for the token buckets and durations. */
  readonly clock: Clock;
  /** Hears of every attempt of every call. */
  readonly observer?: CallObserver;
  /** Stands around every attempt, the first one outermost. */
  readonly middleware?: readonly CallMiddleware[];
  /** Who calls, as the user agent says; how CloudTrail's events of our own calls are known. Default: the SDK's alone. */
  readonly agent?: Agent;
  /** Attempts of one call, the first included; 1 for fault tests. Default 4. */
  readonly maxAttempts?: number;
  /** Default: the SDK's chain (environment, profile, web identity, container, instance). */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Default: `AWS_ENDPOINT_URL` and its siblings, which the SDK reads itself, else AWS. */
  readonly endpoint?: string;
}

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Clients for an account and region, after a look at who we are (STS GetCallerIdentity).
 * @throws {TerminalError} `NoRegion`, `NoCredentials`, `WrongAccount`: the message says what to set.
 */
export async function connect(to: ConnectTo, options: ConnectOptions): Promise<AwsContext> {
  const priorities = new AsyncLocalStorage<Priority>();
  const rules = {
    buckets: new Buckets(options.clock),
    clock: options.clock,
    priority: () => priorities.getStore() ?? 'sync',
    observer: options.observer,
    middleware: options.middleware ?? [],
  } as const;
  const own = {
    ...(to.region === undefined ? {} : { region: to.region }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.agent === undefined ? {} : { customUserAgent: customUserAgent(options.agent) }),
    retryMode: 'standard',
    maxAttempts: options.maxAttempts ?? 4,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  };

  const ownSts = new STSClient(own);
  installRules(ownSts.middlewareStack, 'sts', rules);
  const region = await regionOf(ownSts);
  // Its client is asked again and again, for as long as the connection is open.
  const role = to.role === undefined ? undefined : assumedRole(ownSts, to.role, options.clock);
  const config = role === undefined ? own : { ...own, credentials: role };
  const sts = role === undefined ? ownSts : new STSClient(config);
  if (role !== undefined) installRules(sts.middlewareStack, 'sts', rules);
  const caller = await callerOf(sts, region).finally(() => sts.destroy());
  if (to.accountId !== undefined && to.accountId !== caller.accountId) {
    throw new TerminalError(
      'WrongAccount',
      `the credentials are of account ${caller.accountId} (${caller.arn}), but the destination is account ${to.accountId}: ` +
        'use credentials of that account, or change spec.destination.accountId',
    );
  }

  const located = { ...config, region };
  const ecs = new ECSClient(located);
  const elbv2 = new ElasticLoadBalancingV2Client(located);
  const autoscaling = new ApplicationAutoScalingClient(located);
  const logs = new CloudWatchLogsClient(located);
  const ssm = new SSMClient(located);
  installRules(ecs.middlewareStack, 'ecs', rules);
  installRules(elbv2.middlewareStack, 'elbv2', rules);
  installRules(autoscaling.middlewareStack, 'autoscaling', rules);
  installRules(logs.middlewareStack, 'logs', rules);
  installRules(ssm.middlewareStack, 'ssm', rules);

  const settings = { config: located, rules };
  const newPass = passes(
    {
      ecs,
      elbv2,
      autoscaling,
      ssm,
      rollouts: () => rolloutClients({ settings }),
      preflight: () => preflightClients({ settings }),
      secretKeys: (asked, abort) => secretKeysOf(settings, asked, abort),
    },
    priorities,
  );
  return {
    accountId: caller.accountId,
    region,
    partition: caller.partition,
    callerArn: caller.arn,
    settings,
    ecs,
    elbv2,
    autoscaling,
    logs,
    ssm,
    pass: newPass,
    close: () => {
      closeRolloutClients({ settings });
      void closePreflightClients({ settings });
      for (const client of [ecs, elbv2, autoscaling, logs, ssm, ownSts]) client.destroy();
    },
  };
}

async function regionOf(sts: STSClient): Promise<string> {
  try {
    return await sts.config.region();
  } catch (error) {
    throw new TerminalError(
      'NoRegion',
      'no AWS region: set spec.destination.region, AWS_REGION, or `region` in the profile',
      { cause: error },
    );
  }
}

interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: string;
}

async function callerOf(sts: STSClient, region: string): Promise<Caller> {
  try {
    const { Account: accountId = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId, arn, partition: arn.split(':')[1] ?? 'aws' };
  } catch (error) {
    if (error instanceof Error && error.name === 'CredentialsProviderError') {
      throw new TerminalError(
        'NoCredentials',
        `no AWS credentials for region ${region}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, ` +
          `or run where a role is attached (${error.message})`,
        { cause: error },
      );
    }
    if (classifyAws(error) === 'credentials') {
      throw new TerminalError('BadCredentials', wrapAws(error, 'GetCallerIdentity').message, { cause: error });
    }
    throw wrapAws(error, `GetCallerIdentity in ${region}`);
  }
}
