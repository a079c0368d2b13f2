import type { AuditActor, AuditEntry } from '../api/http/access.ts';
import type { Clock } from '../core/clock.ts';
import { ConflictError } from '../core/errors.ts';
import type { EventSink } from '../core/events.ts';
import { asJson, isObject, type Json, type JsonObject } from '../core/json.ts';
import type { StateStore } from '../engine/store.ts';
import type { AuditLimits } from './dependencies.ts';
import type { Page } from './paging.ts';
import { redacted } from './redaction.ts';

/** What is kept unless the configuration says otherwise. */
const DEFAULT_AUDIT_LIMITS: AuditLimits = { entries: 10_000, days: 400 };

/** Code of the event for an entry. Not streamed: it says from where people work. */
export const AUDIT_EVENT = 'audit';

/** Strangers must not push what known people did out of the log: they have a tenth of it. */
const STRANGERS_SHARE = 10;
const LAST_SEQUENCE = 999_999_999_999_999;
const DAY_MS = 86_400_000;
const PAGE = 500;

/** What is noted of something that somebody asked for. */
export type AuditNote = Pick<AuditEntry, 'actor' | 'action' | 'application' | 'project' | 'from' | 'detail'>;

/** How it ended. */
export type AuditResult = Pick<AuditEntry, 'result' | 'code'>;

/** Who did what, when, from where, and what became of it. */
export interface AuditLog {
  /** Before something is done: when this cannot be written, it must not be done. Gives the way to write how it ended. */
  begin(note: AuditNote): Promise<(result: AuditResult) => Promise<void>>;
  /** Something that has ended already. */
  note(note: AuditNote, result: AuditResult): Promise<void>;
  /** Newest first, after the entry whose key is `after`. */
  list(limit: number, after: string | undefined, accept: (entry: AuditEntry) => boolean): Promise<Page<AuditEntry>>;
}

interface Kept {
  readonly key: string;
  readonly at: number;
  readonly isStranger: boolean;
}

/**
 * The audit log in a store. Keys count down, so that the newest entries are listed first. Each entry that has ended is also said
 * as the event `audit`, so that it is in the controller's log, out of reach of whoever has the store.
 */
export function createAuditLog(
  store: StateStore,
  clock: Clock,
  sink: EventSink,
  configured: Partial<AuditLimits> = {},
): AuditLog {
  const limits = { ...DEFAULT_AUDIT_LIMITS, ...configured };
  let loading: Promise<{ readonly kept: Kept[]; next: number }> | undefined;

  const append = async (entry: Omit<AuditEntry, 'sequence'>): Promise<AuditEntry & { readonly version: string }> => {
    loading ??= load(store);
    const log = await loading;
    for (;;) {
      const numbered: AuditEntry = { sequence: log.next++, ...entry };
      try {
        const version = await store.put('audit', keyOf(numbered.sequence), toJson(numbered), null);
        log.kept.push(keptOf(numbered));
        await trim(store, log.kept, limits, clock.now());
        return { ...numbered, version };
      } catch (error) {
        // Another replica took this number.
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  };
  const entryOf = (note: AuditNote, result: AuditResult): Omit<AuditEntry, 'sequence'> =>
    redacted({ at: clock.now().toISOString(), ...note, ...result });

  const say = (entry: AuditEntry): void => {
    const { actor, action, application, result } = entry;
    const message = `${actor.name} ${action}${application === undefined ? '' : ` ${application}`}: ${result}`;
    sink({ at: clock.now(), code: AUDIT_EVENT, level: 'info', message, data: { ...toJson(entry) } });
  };

  return {
    begin: async (note) => {
      const { version, ...entry } = await append(entryOf(note, { result: 'Started' }));
      return async (result) => {
        await store.put('audit', keyOf(entry.sequence), toJson({ ...entry, ...result }), version);
        say({ ...entry, ...result });
      };
    },
    note: async (note, result) => {
      const { version: _version, ...entry } = await append(entryOf(note, result));
      say(entry);
    },
    list: async (limit, after, accept) => {
      const items: AuditEntry[] = [];
      for (let from = after; ; ) {
        const records = await store.list('audit', '', PAGE, from);
        for (const { key, value } of records) {
          from = key;
          const entry = asEntry(value);
          if (!accept(entry)) continue;
          if (items.length === limit) return { items, last: keyOf((items.at(-1) as AuditEntry).sequence) };
          items.push(entry);
        }
        if (records.length < PAGE) return { items };
      }
    },
  };
}

async function load(store: StateStore): Promise<{ kept: Kept[]; next: number }> {
  const kept: Kept[] = [];
  let next = 1;
  for (let after: string | undefined; ; ) {
    const records = await store.list('audit', '', PAGE, after);
    for (const { value } of records) {
      const entry = asEntry(value);
      next = Math.max(next, entry.sequence + 1);
      kept.push(keptOf(entry));
    }
    if (records.length < PAGE) return { kept: kept.toReversed(), next };
    after = records.at(-1)?.key;
  }
}

/** Takes away what is beyond the limits. `kept` is in the order of time. */
async function trim(store: StateStore, kept: Kept[], limits: AuditLimits, now: Date): Promise<void> {
  const oldest = now.getTime() - limits.days * DAY_MS;
  const strangers = kept.filter(({ isStranger }) => isStranger).length;
  let strangersOver = strangers - Math.max(1, Math.floor(limits.entries / STRANGERS_SHARE));
  let over = kept.length - limits.entries;
  for (let index = 0; index < kept.length; ) {
    const { key, at, isStranger } = kept[index] as Kept;
    const goes = at < oldest || over > 0 || (isStranger && strangersOver > 0);
    if (!goes && strangersOver <= 0) return;
    if (!goes) {
      index++;
      continue;
    }
    kept.splice(index, 1);
    over--;
    if (isStranger) strangersOver--;
    const record = await store.get('audit', key);
    if (record !== undefined) await store.delete('audit', key, record.version);
  }
}

function keptOf({ sequence, at, actor }: AuditEntry): Kept {
  return { key: keyOf(sequence), at: Date.parse(at), isStranger: actor.type === 'anonymous' };
}

function keyOf(sequence: number): string {
  return String(LAST_SEQUENCE - sequence);
}

function asEntry(value: Json): AuditEntry {
  if (!isObject(value)) throw new Error('a record of type audit is no entry of the audit log');
  return value as unknown as AuditEntry;
}

function toJson(entry: AuditEntry): JsonObject {
  return asJson(entry);
}

/** Somebody of whom nothing is known. */
export const STRANGER: AuditActor = { type: 'anonymous', name: 'unknown' };
