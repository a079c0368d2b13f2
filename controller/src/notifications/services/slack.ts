import type { SlackService } from '../../api/controllerconfiguration.ts';
import { isObject } from '../../core/json.ts';
import { type Message, moodOf, shortened } from '../message.ts';
import { DeliveryError, type NotificationService, type ReadSecret, request } from '../service.ts';

const DEFAULT_API = 'https://slack.com/api';
const COLOURS = { good: '#2eb67d', bad: '#e01e5a', neutral: '#36c5f0' } as const;

/** Errors of chat.postMessage that another try may cure; all others are ours to mend. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

/** Messages to channels by a bot: https://docs.slack.dev/reference/methods/chat.postMessage */
export function slackService(config: SlackService, readSecret: ReadSecret): NotificationService {
  return {
    async send(message, channel, _delivery, signal) {
      const token = await readSecret(config.token);
      const response = await request(
        `${config.api ?? DEFAULT_API}/chat.postMessage`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ channel, ...bodyOf(message) }),
        },
        signal,
      );
      // Slack answers 200 and says in the body whether it worked.
      const answer: unknown = await response.json().catch(() => undefined);
      if (isObject(answer) && answer['ok'] === true) return;
      const error = isObject(answer) && typeof answer['error'] === 'string' ? answer['error'] : 'the answer is no JSON';
      throw new DeliveryError(`Slack refused the message to ${channel}: ${error}`, PASSING.has(error));
    },
  };
}

function bodyOf(message: Message): object {
  const title = message.link === undefined ? escaped(message.title) : `<${message.link}|${escaped(message.title)}>`;
  const text = message.text === '' ? '' : `\n${escaped(shortened(message.text))}`;
  return {
    text: message.title,
    attachments: [{ color: COLOURS[moodOf(message.event)], mrkdwn_in: ['text'], text: `*${title}*${text}` }],
    unfurl_links: false,
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: nothing in a message may call people or look like a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
