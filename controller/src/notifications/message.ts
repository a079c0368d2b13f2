import type { NotificationEvent } from '../api/application.ts';

/** What is told, before any service puts it into its own words. */
export interface Message {
  readonly event: NotificationEvent;
  readonly application: string;
  readonly project: string;
  /** Of the operation that it is about, where it is about one. */
  readonly operation?: string;
  readonly revision?: string;
  /** One line: what happened. */
  readonly title: string;
  /** The cause, or what changed. May be empty. */
  readonly text: string;
  /** In ISO 8601. */
  readonly at: string;
  /** The page of the Application, where the controller knows its own address. */
  readonly link?: string;
}

/** How much of an error a message carries: the whole of it is in the history. */
const TEXT_LENGTH = 2_000;

/** A text that fits into a message. */
export function shortened(text: string, length = TEXT_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Good, bad, or worth a look: for colours and subjects. */
export function moodOf(event: NotificationEvent): 'good' | 'bad' | 'neutral' {
  switch (event) {
    case 'Deployed':
    case 'SyncSucceeded':
      return 'good';
    case 'SyncFailed':
    case 'SyncStatusUnknown':
    case 'HealthDegraded':
      return 'bad';
    default:
      return 'neutral';
  }
}
