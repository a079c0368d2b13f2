import type { Clock } from '../core/clock.ts';
import { ConflictError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Emit } from '../engine/emit.ts';
import { backoffMs } from '../engine/retry.ts';
import type { StateRecord, StateStore } from '../engine/store.ts';
import type { Message } from './message.ts';
import { DeliveryError, type NotificationService } from './service.ts';

/** What services there are. */
export type ServiceName = 'slack' | 'webhook' | 'email' | 'github';

/** A message on its way to one recipient. */
interface Delivery {
  readonly service: ServiceName;
  readonly recipient: string;
  readonly message: Message;
  /** `pending` is written before it is sent, `sent` or `failed` after it. */
  readonly state: 'pending' | 'sent' | 'failed';
  readonly since: string;
}

/** What an outbox works with. */
export interface OutboxDeps {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly services: Readonly<Partial<Record<ServiceName, NotificationService>>>;
}

/** Messages that are written down before they are sent: each goes out once, also after a restart. */
export interface Outbox {
  /** Takes a message, unless it was taken before under this key. Resolves when it is written down. */
  put(key: string, service: ServiceName, recipient: string, message: Message): Promise<void>;
  /** Sends what an earlier process left unsent. */
  resume(): Promise<void>;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
  /** Stops trying; what is unsent is sent after the next start. */
  close(): Promise<void>;
}

const BACKOFF = { baseMs: 1_000, factor: 2, maxMs: 300_000 };
/** A message that nobody could be told for a day is told to nobody. */
const GIVE_UP_MS = 86_400_000;
/** How long it is remembered that something was sent. */
const KEEP_MS = 7 * 86_400_000;
const PAGE = 500;

/** An outbox in the state store: intent, send, mark. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  // One after the other to each recipient: a later message does not overtake one that is tried again.
  const lines = new Map<string, Promise<void>>();

  const start = (record: StateRecord): void => {
    const { service, recipient } = record.value as unknown as Delivery;
    const line = `${service}\n${recipient}`;
    const work: Promise<void> = (lines.get(line) ?? Promise.resolve())
      .then(() => deliver(deps, record, stopping.signal))
      .finally(() => {
        running.delete(work);
        if (lines.get(line) === work) lines.delete(line);
      });
    lines.set(line, work);
    running.add(work);
  };
  return {
    async put(key, service, recipient, message) {
      const delivery: Delivery = {
        service,
        recipient,
        message,
        state: 'pending',
        since: deps.clock.now().toISOString(),
      };
      const id = `${key}/${service}/${recipient}`;
      const value = delivery as unknown as Json;
      const version = await deps.store.put('sent', id, value, null).catch((error: unknown) => {
        if (error instanceof ConflictError) return undefined;
        throw error;
      });
      if (version !== undefined) start({ type: 'sent', key: id, version, value });
    },
    async resume() {
      for await (const record of records(deps.store)) {
        const { state, since } = record.value as unknown as Delivery;
        if (state === 'pending') start(record);
        else if (deps.clock.now().getTime() - Date.parse(since) > KEEP_MS) {
          await deps.store.delete('sent', record.key, record.version);
        }
      }
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async close() {
      stopping.abort(new Error('the controller stops'));
      await Promise.all(running);
    },
  };
}

/** Tries until it is through, until trying is pointless, or until the process stops. */
async function deliver(deps: OutboxDeps, record: StateRecord, signal: AbortSignal): Promise<void> {
  const delivery = record.value as unknown as Delivery;
  const { service, recipient, message } = delivery;
  const end = async (state: 'sent' | 'failed'): Promise<void> => {
    await deps.store.put('sent', record.key, { ...delivery, state } as unknown as Json, record.version);
  };
  const data = { service, recipient, application: message.application, event: message.event };
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      const sender = deps.services[service];
      if (sender === undefined) throw new DeliveryError(`${service} is not in the controller's configuration`, false);
      await sender.send(message, recipient, record.key, signal);
      await end('sent');
      deps.emit('notification.sent', 'debug', `told ${recipient}: ${message.title}`, data);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      const passing = !(error instanceof DeliveryError) || error.passing;
      const age = deps.clock.now().getTime() - Date.parse(delivery.since);
      if (!passing || age > GIVE_UP_MS) {
        deps.emit('notification.failed', 'error', `${recipient} was not told "${message.title}": ${why}`, data);
        await end('failed');
        return;
      }
      const asked = error instanceof DeliveryError ? (error.retryAfterMs ?? 0) : 0;
      const pause = Math.max(asked, backoffMs(BACKOFF, tries, record.key));
      deps.emit('notification.retry', 'warn', `${recipient} is not told yet: ${why}`, { ...data, afterMs: pause });
      const woken = await deps.clock.sleep(pause, signal).then(
        () => true,
        () => false,
      );
      if (!woken) return;
    }
  }
}

async function* records(store: StateStore): AsyncGenerator<StateRecord> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list('sent', '', PAGE, after);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.key;
  }
}
