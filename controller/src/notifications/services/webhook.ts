import { createHmac } from 'node:crypto';
import type { WebhookService } from '../../api/controllerconfiguration.ts';
import { DeliveryError, type NotificationService, type ReadSecret, request } from '../service.ts';

/** Messages as JSON documents to named addresses. The recipient is the name. */
export function webhookService(configs: readonly WebhookService[], readSecret: ReadSecret): NotificationService {
  return {
    async send(message, name, delivery, signal) {
      const config = configs.find((each) => each.name === name);
      if (config === undefined) {
        const names = configs.map((each) => each.name).join(', ');
        throw new DeliveryError(`there is no webhook "${name}" in the configuration, only ${names || 'none'}`, false);
      }
      const body = JSON.stringify(message);
      const headers: Record<string, string> = { 'content-type': 'application/json', 'x-longshore-delivery': delivery };
      for (const { name: header, value } of config.headers ?? []) headers[header] = await readSecret(value);
      if (config.secret !== undefined) {
        const key = await readSecret(config.secret);
        headers['x-longshore-signature'] = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
      }
      const response = await request(config.url, { method: 'POST', headers, body }, signal);
      await response.body?.cancel();
    },
  };
}
