import type { WebhookSecrets as SecretSources } from '../../api/controllerconfiguration.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Controller } from '../../engine/controller.ts';
import type { WebhookReceiver } from '../../server/dependencies.ts';
import type { WebhookResult } from '../../server/traffic-metrics.ts';
import { readWebhook, type WebhookProvider, type WebhookRefusal, type WebhookSecrets } from '../../source/webhooks.ts';
import type { Configuration } from './configuration.ts';

const PROVIDERS: readonly WebhookProvider[] = ['github', 'gitlab', 'bitbucket', 'generic'];

const REFUSALS: Readonly<Record<WebhookRefusal['code'], string>> = {
  unknown: 'WebhookUnknown',
  malformed: 'WebhookUnknown',
  unconfigured: 'WebhookNotConfigured',
  unsigned: 'WebhookUnsigned',
};

/** Webhooks of Git servers: believed by their signature, and then they only make the controller ask the repository. */
export function webhookReceiver(
  controller: Pick<Controller, 'webhook'>,
  configuration: Configuration,
  observe: (provider: string, result: WebhookResult) => void = () => undefined,
  /** Hears of pull requests that were opened, changed or closed. */
  pullRequest: (repoURLs: readonly string[]) => void = () => undefined,
): WebhookReceiver {
  return async ({ headers, body }) => {
    const read = readWebhook(headers, body, await secretsOf(configuration));
    if (read.kind === 'refusal') {
      observe(read.provider ?? 'unknown', 'refused');
      throw new TerminalError(REFUSALS[read.code], read.reason);
    }
    const { provider, repoURLs, ref } = read;
    if (read.event === 'pull_request') pullRequest(repoURLs);
    const count = controller.webhook({ repoURLs, ...(ref !== undefined && { ref }) });
    observe(provider, count > 0 ? 'accepted' : 'ignored');
    return count;
  };
}

/** Read at each webhook: a secret that was exchanged counts at once. */
async function secretsOf({ spec, secret }: Configuration): Promise<WebhookSecrets> {
  const sources: SecretSources = spec.webhooks ?? {};
  const found: Partial<Record<WebhookProvider, string>> = {};
  for (const provider of PROVIDERS) {
    const source = sources[provider];
    if (source !== undefined) found[provider] = await secret(source);
  }
  return found;
}
