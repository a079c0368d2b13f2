import type { CallMiddleware } from '../../src/aws/calls.ts';
import type { StateStore } from '../../src/engine/store.ts';

/**
 * How a process stops at a call. `before`: the call is not sent. `after`: it is answered, what the process does with the
 * answer until its next call happens. `lost`: AWS gets it, the process dies while it waits for the answer.
 */
export const WAYS = ['before', 'after', 'lost'] as const;
export type Way = (typeof WAYS)[number];

/** Where a process stops: at its n-th call, from 1. */
export interface Point {
  readonly at: number;
  readonly way: Way;
}

/** A process that is going to die. */
export interface Doomed {
  /** To be put around its calls. */
  readonly middleware: CallMiddleware;
  /** Its view of a store: what it writes after its death is not written. */
  store(store: StateStore): StateStore;
  /** Resolves when it is dead and what it had sent before has reached AWS. */
  readonly died: Promise<void>;
  /** `ecs:UpdateService`, the call that it died at; undefined while it lives. */
  operation(): string | undefined;
}

/** Turns of the event loop that an answered process has for writing down what it learnt. */
const TURNS_AFTER_ANSWER = 3;

/** A process that dies at this point: from then on none of its promises settles. */
export function doomed(point: Point): Doomed {
  const silence = new Promise<never>(() => undefined);
  const { promise: dead, resolve: die } = Promise.withResolvers<void>();
  const inFlight = new Set<Promise<unknown>>();
  let isDead = false;
  let made = 0;
  let operation: string | undefined;
  const kill = (): void => {
    isDead = true;
    die();
  };
  const whileAlive = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      return isDead ? await silence : result;
    } catch (error) {
      if (isDead) await silence;
      throw error;
    }
  };
  const sending = (send: () => Promise<object>): Promise<object> => {
    const sent = send();
    inFlight.add(sent);
    return sent;
  };
  const middleware: CallMiddleware = async (call, send) => {
    made += 1;
    if (isDead || made > point.at) return silence;
    if (made < point.at) return whileAlive(sending(send));
    operation = `${call.service}:${call.operation}`;
    if (point.way === 'after') {
      const sent = sending(send);
      void sent.then(dieSoon, dieSoon);
      return whileAlive(sent);
    }
    if (point.way === 'lost') sending(send).catch(() => undefined);
    kill();
    return silence;
  };
  const dieSoon = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS_AFTER_ANSWER; turn++) await new Promise((resolve) => setImmediate(resolve));
    kill();
  };
  const mortal =
    <In extends readonly unknown[], Out>(work: (...input: In) => Promise<Out>) =>
    (...input: In): Promise<Out> =>
      isDead ? silence : work(...input);
  return {
    middleware,
    store: (store) => ({
      get: mortal((type, key) => store.get(type, key)),
      list: mortal((type, prefix, limit, after) => store.list(type, prefix, limit, after)),
      put: mortal((type, key, value, expected) => store.put(type, key, value, expected)),
      delete: mortal((type, key, expected) => store.delete(type, key, expected)),
      close: () => store.close(),
    }),
    died: dead.then(async () => void (await Promise.allSettled(inFlight))),
    operation: () => operation,
  };
}
