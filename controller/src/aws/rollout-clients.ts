import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { installRules } from './calls.ts';
import type { AwsContext } from './context.ts';

/** Clients that rollouts need beside those of the context. */
export interface RolloutClients {
  readonly codeDeploy: CodeDeployClient;
  readonly cloudWatch: CloudWatchClient;
  readonly secretsManager: SecretsManagerClient;
}

const made = new WeakMap<AwsContext['settings'], RolloutClients>();

/** Clients with the region, credentials and rules of a context, made when first asked for. */
export function rolloutClients({ settings }: Pick<AwsContext, 'settings'>): RolloutClients {
  const known = made.get(settings);
  if (known !== undefined) return known;
  const { config, rules } = settings;
  const clients = {
    codeDeploy: new CodeDeployClient(config),
    cloudWatch: new CloudWatchClient(config),
    secretsManager: new SecretsManagerClient(config),
  };
  installRules(clients.codeDeploy.middlewareStack, 'codedeploy', rules);
  installRules(clients.cloudWatch.middlewareStack, 'monitoring', rules);
  installRules(clients.secretsManager.middlewareStack, 'secretsmanager', rules);
  made.set(settings, clients);
  return clients;
}

/** Closes those of a context that were made. */
export function closeRolloutClients({ settings }: Pick<AwsContext, 'settings'>): void {
  const clients = made.get(settings);
  if (clients === undefined) return;
  made.delete(settings);
  for (const client of Object.values(clients)) client.destroy();
}
