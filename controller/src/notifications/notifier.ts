import type { Notification, NotificationEvent } from '../api/application.ts';
import type { Event, EventSink } from '../core/events.ts';
import type { Message } from './message.ts';
import type { Outbox, ServiceName } from './outbox.ts';
import { type Occurrence, occurrencesIn } from './triggers.ts';

/** Who hears of an Application, and what messages say of it. */
export interface Subject {
  readonly project: string;
  readonly repoURL: string;
  /** Those of the Application and of its Project. */
  readonly notifications: readonly Notification[];
}

/** What a notifier works with. */
export interface NotifierDeps {
  readonly outbox: Outbox;
  /** Undefined for an Application that is gone. */
  readonly subject: (application: string) => Subject | undefined;
  /** The repository on GitHub (`owner/name`) that an address means; undefined for one elsewhere. */
  readonly repositoryOf: (repoURL: string) => string | undefined;
  /** The controller's own address, for links. */
  readonly url?: string;
  /** Hears of messages that could not even be written down. */
  readonly onError: (error: unknown) => void;
}

/** A sink for the events of the engine that tells people what they asked to be told, each thing once. */
export function notifier(deps: NotifierDeps): EventSink {
  return (event: Event) => {
    for (const occurrence of occurrencesIn(event)) {
      const subject = deps.subject(occurrence.application);
      if (subject === undefined) continue;
      const message = messageOf(occurrence, subject, deps.url);
      for (const [service, recipient] of recipientsOf(subject, occurrence.event, deps.repositoryOf)) {
        deps.outbox.put(`${occurrence.application}/${occurrence.key}`, service, recipient, message).catch(deps.onError);
      }
    }
  };
}

function messageOf(occurrence: Occurrence, { project }: Subject, url: string | undefined): Message {
  const { event, application, operation, revision, title, text, at } = occurrence;
  return {
    event,
    application,
    project,
    title,
    text,
    at: at.toISOString(),
    ...(operation !== undefined && { operation }),
    ...(revision !== undefined && { revision }),
    ...(url !== undefined && { link: `${url.replace(/\/$/u, '')}/applications/${application}` }),
  };
}

/** Each recipient once, however many of the subscriptions name it. */
function recipientsOf(
  subject: Subject,
  event: NotificationEvent,
  repositoryOf: NotifierDeps['repositoryOf'],
): readonly (readonly [ServiceName, string])[] {
  const found = new Map<string, readonly [ServiceName, string]>();
  const add = (service: ServiceName, recipient: string): void =>
    void found.set(`${service}\n${recipient}`, [service, recipient]);
  for (const notification of subject.notifications) {
    if (notification.github === true) {
      const repository = repositoryOf(subject.repoURL);
      // Commit statuses tell of every sync: who asks for them does not have to name each event.
      if (repository !== undefined) add('github', repository);
    }
    if (!notification.on.includes(event)) continue;
    if (notification.slack !== undefined) add('slack', notification.slack);
    if (notification.webhook !== undefined) add('webhook', notification.webhook);
    for (const address of notification.email ?? []) add('email', address);
  }
  return [...found.values()];
}
