import type { Operation } from '../../api/http/operation.ts';
import { TerminalError } from '../../core/errors.ts';
import { shortRevision } from '../../core/render/words.ts';
import { INTERRUPTED } from '../../engine/operations.ts';
import { aborted } from '../interruption.ts';
import type { Io } from '../io.ts';
import { progressFor } from '../progress/progress.ts';
import type { Client } from './client.ts';
import { everyEvent } from './every-event.ts';
import { patiently, pause } from './patience.ts';
import type { ServerSentEvent } from './server-sent-events.ts';

/** How an operation is followed. */
export interface Following {
  readonly output: 'text' | 'json';
  readonly timeoutSeconds: number;
}

const POLL_MS = 2_000;
/** A controller that was started anew takes up what was interrupted after its first look. */
const RESUMED_WITHIN_MS = 20_000;
/** From the event of the end to when the operation is written. */
const SETTLE_MS = 100;

/**
 * Shows how an operation goes on, and gives it when it has ended; a controller that is started anew meanwhile is waited for.
 * @throws TerminalError `TimedOut` when that takes too long; the signal's reason when it aborts: the operation goes on
 */
export async function followOperation(
  client: Client,
  begun: Operation,
  { output, timeoutSeconds }: Following,
  io: Io,
  signal: AbortSignal,
): Promise<Operation> {
  const { id, application: name } = begun;
  const began = performance.now();
  const over = new AbortController();
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const watching = AbortSignal.any([signal, timeout]);
  const progress = progressFor(output, false, io);
  if (output === 'text') io.stderr(`operation ${id} of ${name} has begun, at ${shortRevision(begun.revision)}\n`);
  const shown = showEvents(client, begun, progress.sink, AbortSignal.any([watching, over.signal]));
  const ask = (): Promise<Operation> =>
    client.call('GET /api/v1/applications/{name}/operations/{id}', { path: { name, id }, signal: watching });
  try {
    for (;;) {
      const operation = await patiently(ask, watching, io);
      if (operation.finishedAt !== undefined) {
        over.abort();
        await shown;
        progress.end();
        const next = operation.message === INTERRUPTED ? await successor(client, operation, watching, io) : undefined;
        if (next === undefined) {
          report(operation, output, io);
          return operation;
        }
        const left = timeoutSeconds - Math.round((performance.now() - began) / 1000);
        return await followOperation(client, next, { output, timeoutSeconds: Math.max(1, left) }, io, signal);
      }
      await Promise.race([pause(POLL_MS, watching), shown.then(() => pause(SETTLE_MS, watching))]);
    }
  } catch (error) {
    progress.end();
    const goesOn = `operation ${id} of ${name} goes on: "longshore app wait ${name} --operation", or "longshore app terminate ${name}"`;
    if (signal.aborted) io.stderr(`${goesOn}\n`);
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new TerminalError('TimedOut', `after ${timeoutSeconds} s ${goesOn}`);
  } finally {
    over.abort();
    progress.end();
    await shown;
  }
}

/** The operation that goes on with one that was interrupted by the end of the controller, as soon as the next one takes it up. */
async function successor(
  client: Client,
  { id, application: name }: Operation,
  signal: AbortSignal,
  io: Io,
): Promise<Operation | undefined> {
  const path = { name };
  for (let looks = 0; looks < RESUMED_WITHIN_MS / POLL_MS; looks++) {
    const history = await patiently(
      () => client.call('GET /api/v1/applications/{name}/history', { path, signal }),
      signal,
      io,
    );
    const found = history.items.find(({ resumes }) => resumes === id);
    if (found !== undefined) {
      io.stderr(
        `operation ${id} of ${name} was interrupted by the end of the controller; the next one goes on with it\n`,
      );
      const next = { path: { name, id: found.id }, signal };
      return await client.call('GET /api/v1/applications/{name}/operations/{id}', next);
    }
    await pause(POLL_MS, signal);
  }
  return undefined;
}

/** Events of the operation, until the one of its end. Whoever gets none sees the end all the same: it is asked for besides. */
async function showEvents(
  client: Client,
  { id, application: name }: Operation,
  sink: ReturnType<typeof progressFor>['sink'],
  signal: AbortSignal,
): Promise<void> {
  const open = (lastEventId: string | undefined): AsyncIterable<ServerSentEvent> =>
    client.events('GET /api/v1/applications/{name}/events', {
      path: { name },
      query: {},
      signal,
      ...(lastEventId !== undefined && { lastEventId }),
    });
  try {
    for await (const event of everyEvent({ open, say: () => undefined }, signal)) {
      if (event.data?.['operation'] !== id) continue;
      // The last line says so.
      if (event.code === 'operation.finished') return;
      sink({ ...event, at: new Date(event.at) });
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof TerminalError)) throw error;
    await aborted(signal);
  }
}

function report(operation: Operation, output: 'text' | 'json', io: Io): void {
  if (output === 'json') {
    io.stdout(`${JSON.stringify(operation)}\n`);
    return;
  }
  const good = operation.phase === 'Succeeded';
  const line = `${operation.application}: ${operation.phase}: ${operation.message}`;
  io.stdout(`${io.style(good ? 'green' : 'red', line)}\n`);
}
