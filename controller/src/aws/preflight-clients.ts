import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { IAMClient } from '@aws-sdk/client-iam';
import { installRules } from './calls.ts';
import type { AwsContext } from './context.ts';

/** Clients that looks before a change need beside those of the context. */
export interface PreflightClients {
  readonly ec2: EC2Client;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
}

const made = new WeakMap<AwsContext['settings'], Promise<PreflightClients>>();

/**
 * Clients with the region, credentials and rules of a context, made when first asked for: the client of EC2 alone takes
 * a fifth of a second to load.
 */
export function preflightClients({ settings }: Pick<AwsContext, 'settings'>): Promise<PreflightClients> {
  const known = made.get(settings);
  if (known !== undefined) return known;
  const making = make(settings);
  made.set(settings, making);
  return making;
}

async function make({ config, rules }: AwsContext['settings']): Promise<PreflightClients> {
  const [{ EC2Client }, { ECRClient }, { IAMClient }, { CloudWatchLogsClient }] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    import('@aws-sdk/client-ecr'),
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-cloudwatch-logs'),
  ]);
  const clients = {
    ec2: new EC2Client(config),
    ecr: new ECRClient(config),
    iam: new IAMClient(config),
    logs: new CloudWatchLogsClient(config),
  };
  installRules(clients.ec2.middlewareStack, 'ec2', rules);
  installRules(clients.ecr.middlewareStack, 'ecr', rules);
  installRules(clients.iam.middlewareStack, 'iam', rules);
  installRules(clients.logs.middlewareStack, 'logs', rules);
  return clients;
}

/** Closes those of a context that were made. */
export async function closePreflightClients({ settings }: Pick<AwsContext, 'settings'>): Promise<void> {
  const making = made.get(settings);
  if (making === undefined) return;
  made.delete(settings);
  for (const client of Object.values(await making)) client.destroy();
}
