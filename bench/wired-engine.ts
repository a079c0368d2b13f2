import { join } from 'node:path';
import { connect } from '../controller/src/aws/connect.ts';
import type { AwsContext } from '../controller/src/aws/context.ts';
import type { Clock } from '../controller/src/core/clock.ts';
import type { EventSink } from '../controller/src/core/events.ts';
import { createEngine } from '../controller/src/engine/create.ts';
import type { Engine } from '../controller/src/engine/engine.ts';
import type { StateStore } from '../controller/src/engine/store.ts';
import { sqliteStore } from '../controller/src/engine/stores/sqlite.ts';
import { kinds } from '../controller/src/kinds/registry.ts';
import { ACCOUNT, REGION } from '../controller/test/harness.ts';
import { traffic, type Traffic } from './traffic.ts';

/** Connections that the SDK keeps to one host. */
const CONNECTIONS = 50;

/** Where everything of the benchmarks is. */
export const DESTINATION = { accountId: ACCOUNT, region: REGION } as const;

/** An engine and its store as the controller wires them: records in SQLite. */
export interface WiredEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: StateStore;
  /** The clients of the engine. */
  aws(): Promise<AwsContext>;
}

/** What a scenario wants of its engine. */
interface Wiring {
  /** Counts the calls of AWS. Default: no more than the SDK has connections. */
  readonly calls?: Traffic;
  readonly sink?: EventSink;
  /** Every look reads from the answers of the first one. */
  readonly onePass?: boolean;
}

/** Wires an engine to the AWS at `url`, with its records in `folder`. */
export function wireEngine(
  url: string,
  folder: string,
  clock: Clock,
  { calls = traffic(CONNECTIONS), sink = () => undefined, onePass = false }: Wiring = {},
): WiredEngine {
  const store = sqliteStore(join(folder, 'state.db'));
  let connected: Promise<AwsContext> | undefined;
  const open = async (): Promise<AwsContext> => {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'secret' };
    const aws = await connect(DESTINATION, { clock, endpoint: url, credentials, middleware: [calls.middleware] });
    if (!onePass) return aws;
    const pass = aws.pass(clock.now(), new AbortController().signal);
    return { ...aws, pass: () => pass };
  };
  const aws = (): Promise<AwsContext> => (connected ??= open());
  const engine = createEngine({
    kinds,
    connect: aws,
    store,
    clock,
    sink,
    // The fleet was made by an engine of this name.
    instance: 'test',
  });
  return {
    engine,
    store,
    aws,
    [Symbol.asyncDispose]: async () => {
      engine.close();
      await store.close();
    },
  };
}

/** Real time in which nobody waits: to sleep is to leap ahead. What is measured is work, not the wait for a token. */
export function leapingClock(): Clock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    sleep: (ms) => {
      ahead += ms;
      return Promise.resolve();
    },
  };
}
