import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Pass } from '../core/driver.ts';
import type { CallRules } from './calls.ts';
import type { PassOptions } from './pass.ts';

/** What every client of the SDK takes. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly endpoint?: string;
  readonly customUserAgent?: [string, string][];
  readonly retryMode: string;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

/** What clients of one account and region share. */
export interface ClientSettings {
  /** Region, credentials, endpoint, user agent, retries and timeouts. */
  readonly config: ClientConfig;
  /** Token buckets, observer and middleware. */
  readonly rules: CallRules;
}

/** Clients of one account and region. Every call passes the token bucket of its action group and the call observer. */
export interface AwsContext {
  readonly accountId: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Who we are there, as STS says: the ARN of the user or the role session. */
  readonly callerArn: string;
  /** What further clients of the same account and region are made with. */
  readonly settings: ClientSettings;
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly autoscaling: ApplicationAutoScalingClient;
  readonly logs: CloudWatchLogsClient;
  readonly ssm: SSMClient;
  /** A new look at this account and region; see aws/reads.ts for what can be read. */
  pass(now: Date, signal: AbortSignal, options?: PassOptions): Pass;
  close(): void;
}
