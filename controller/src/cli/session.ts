import type { AwsContext } from '../aws/context.ts';
import type { EventSink } from '../core/events.ts';
import { createEngine } from '../engine/create.ts';
import type { ApplicationInput, Engine } from '../engine/engine.ts';
import { memoryStore } from '../engine/stores/memory.ts';
import { kinds } from '../kinds/registry.ts';
import { applicationInput } from './application-input.ts';
import { destinations } from './destinations.ts';
import type { Globals } from './globals.ts';
import { instanceOf } from './instance.ts';
import type { Io } from './io.ts';
import { openSources } from './sources.ts';
import { systemClock } from './system-clock.ts';
import type { Target } from './target.ts';
import { reportWarnings } from './warnings.ts';

/** One Application, its source, and an engine on its account and region. */
export interface Session {
  readonly engine: Engine;
  /** Clients of its account and region. */
  connect(): Promise<AwsContext>;
  /** Fetches and reads the manifests. */
  load(signal: AbortSignal): Promise<ApplicationInput>;
  close(): Promise<void>;
}

/** What a session is opened with. */
export interface SessionOptions {
  readonly globals: Globals;
  readonly sink: EventSink;
  readonly io: Io;
}

/**
 * Opens an Application to plan or sync it once. History is not kept: the inventory is mirrored in the account itself,
 * so that each run finds what earlier ones own.
 */
export function openSession(target: Target, { globals, sink, io }: SessionOptions): Session {
  const endpoint = globals.endpointUrl;
  const aws = destinations({ clock: systemClock, ...(endpoint !== undefined && { endpoint }) });
  const source = openSources(io).open(target.spec, { name: target.name, trusted: true });
  const store = memoryStore();
  const engine = createEngine({
    kinds,
    connect: async (destination) => await aws.to(destination),
    store,
    clock: systemClock,
    sink,
    instance: instanceOf(io),
  });
  return {
    engine,
    connect: () => aws.to(target.spec.destination ?? {}),
    load: async (signal) => {
      const [destination, fetched] = await Promise.all([aws.to(target.spec.destination ?? {}), source.fetch(signal)]);
      const { input, warnings } = applicationInput(target, fetched, destination, source.folder);
      reportWarnings(warnings, target.name, systemClock, sink);
      return input;
    },
    close: async () => {
      engine.close();
      await aws.close();
      await store.close();
    },
  };
}
