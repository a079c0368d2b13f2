import type { NotificationEvent } from '../api/application.ts';
import type { Event } from '../core/events.ts';
import { isObject, type Json } from '../core/json.ts';
import { shortRevision } from '../core/render/words.ts';

/** Something that people may want to hear of. */
export interface Occurrence {
  readonly event: NotificationEvent;
  readonly application: string;
  readonly operation?: string;
  readonly revision?: string;
  readonly title: string;
  readonly text: string;
  readonly at: Date;
  /** The same for the same occurrence, whoever tells of it and however often: what "once" means. */
  readonly key: string;
}

/** What an event of the engine means for people; most mean nothing. */
export function occurrencesIn(event: Event): readonly Occurrence[] {
  const { application } = event.data;
  if (typeof application !== 'string') return [];
  const found = EVENTS[event.code]?.(event, application) ?? [];
  return found.map((occurrence) => ({ application, at: event.at, ...occurrence }));
}

type Told = Omit<Occurrence, 'application' | 'at'>;

const EVENTS: Readonly<Record<string, (event: Event, application: string) => readonly Told[]>> = {
  'operation.started': ({ data }, application) => {
    const operation = textOf(data['operation']);
    if (operation === undefined) return [];
    const revision = textOf(data['revision']) ?? '';
    return [
      ofOperation(
        'SyncRunning',
        operation,
        revision,
        `${application} syncs to ${shortRevision(revision)}`,
        inWords(data['initiator']),
      ),
    ];
  },
  'operation.finished': ({ data, message }, application) => {
    const operation = textOf(data['operation']);
    if (operation === undefined) return [];
    const revision = textOf(data['revision']) ?? '';
    const at = revision === '' ? '' : ` at ${shortRevision(revision)}`;
    if (data['phase'] !== 'Succeeded') {
      return [ofOperation('SyncFailed', operation, revision, `Sync of ${application}${at} failed`, message)];
    }
    const synced = ofOperation('SyncSucceeded', operation, revision, `${application} is synced${at}`, '');
    // A sync ends when everything is healthy and verified: where it changed something, that is a deployment.
    if (data['changed'] !== true) return [synced];
    return [synced, ofOperation('Deployed', operation, revision, `${application} is deployed${at}`, '')];
  },
  'application.status': ({ data, message, at }, application) => {
    const { health, revision } = data;
    if (!isObject(health) || health['status'] !== 'Degraded') return [];
    return [
      {
        event: 'HealthDegraded',
        ...(typeof revision === 'string' && { revision }),
        title: `${application} is degraded`,
        text: textOf(health['message']) ?? message,
        key: `HealthDegraded/${textOf(health['reason']) ?? ''}/${at.toISOString()}`,
      },
    ];
  },
  'application.unknown': ({ message, at }, application) => [
    {
      event: 'SyncStatusUnknown',
      title: `${application} cannot be compared with AWS`,
      text: message,
      key: `SyncStatusUnknown/${at.toISOString()}`,
    },
  ],
  'application.drift': ({ message, at }, application) => [
    {
      event: 'Drifted',
      title: `${application} was changed by hand`,
      text: message,
      key: `Drifted/${at.toISOString()}`,
    },
  ],
  'application.approval': ({ data, message }, application) => [
    {
      event: 'ApprovalNeeded',
      ...(typeof data['revision'] === 'string' && { revision: data['revision'] }),
      title: `${application} waits for an approval`,
      text: message,
      key: `ApprovalNeeded/${textOf(data['plan']) ?? ''}`,
    },
  ],
  'rollout.progress': ({ data, message }, application) => {
    const { ref, rollout } = data;
    if (typeof ref !== 'string' || rollout === undefined || !isObject(rollout)) return [];
    const id = textOf(rollout['id']) ?? '';
    const operation = textOf(data['operation']);
    const about = operation === undefined ? {} : { operation };
    if (rollout['phase'] === 'AwaitingPromotion') {
      const step = Array.isArray(rollout['step']) ? String(rollout['step'][0]) : '';
      const text = textOf(rollout['waitsFor']) ?? message;
      const title = `${ref} of ${application} waits to be promoted`;
      return [{ event: 'AwaitingPromotion', ...about, title, text, key: `AwaitingPromotion/${ref}/${id}/${step}` }];
    }
    if (rollout['phase'] !== 'Failed') return [];
    const text = textOf(rollout['cause']) ?? message;
    return [
      {
        event: 'RolledBack',
        ...about,
        title: `${ref} of ${application} went back`,
        text,
        key: `RolledBack/${ref}/${id}`,
      },
    ];
  },
  'image.updated': ({ data, message }, application) => [
    {
      event: 'ImageUpdated',
      ...(typeof data['revision'] === 'string' && { revision: data['revision'] }),
      title: `${application} gets a new image`,
      text: message,
      key: `ImageUpdated/${textOf(data['revision']) ?? ''}`,
    },
  ],
};

function ofOperation(event: NotificationEvent, operation: string, revision: string, title: string, text: string): Told {
  return { event, operation, ...(revision !== '' && { revision }), title, text, key: `${event}/${operation}` };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function inWords(initiator: Json | undefined): string {
  if (initiator === undefined || !isObject(initiator)) return '';
  return `asked for by ${textOf(initiator['kind']) ?? ''} ${textOf(initiator['name']) ?? ''}`.trimEnd();
}
