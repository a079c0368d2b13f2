import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { EmailService } from '../../api/controllerconfiguration.ts';
import type { Message } from '../message.ts';
import { DeliveryError, type NotificationService, type ReadSecret } from '../service.ts';

const DEFAULT_PORT = 587;
const TIMEOUT_MS = 10_000;

/** Messages by SMTP. The recipient is an address. */
export function emailService(config: EmailService, readSecret: ReadSecret): NotificationService {
  const security = config.security ?? 'starttls';
  return {
    async send(message, address, delivery) {
      const password = config.password === undefined ? undefined : await readSecret(config.password);
      const transport = createTransport({
        host: config.host,
        port: config.port ?? DEFAULT_PORT,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(config.username !== undefined && { auth: { user: config.username, pass: password ?? '' } }),
      });
      try {
        await transport.sendMail({
          from: config.from,
          to: address,
          subject: `[longshore] ${message.title}`,
          text: textOf(message),
          // The same for every try: a mail server that has it already keeps one.
          messageId: `<${createHash('sha256').update(delivery).digest('hex').slice(0, 32)}@longshore>`,
        });
      } catch (error) {
        const { message: why, responseCode } = error as Error & { readonly responseCode?: number };
        // SMTP (RFC 5321, section 4.2.1): 4yz may pass, 5yz does not.
        throw new DeliveryError(`${config.host}: ${why}`, responseCode === undefined || responseCode < 500);
      } finally {
        transport.close();
      }
    },
  };
}

function textOf(message: Message): string {
  const lines = [
    message.title,
    '',
    ...(message.text === '' ? [] : [message.text, '']),
    `Application: ${message.application} (project ${message.project})`,
    ...(message.revision === undefined ? [] : [`Revision: ${message.revision}`]),
    ...(message.operation === undefined ? [] : [`Operation: ${message.operation}`]),
    `At: ${message.at}`,
    ...(message.link === undefined ? [] : ['', message.link]),
  ];
  return `${lines.join('\n')}\n`;
}
