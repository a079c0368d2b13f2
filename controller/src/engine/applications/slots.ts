/** Lets so many work at once; the others wait in the order in which they came. */
export interface Slots {
  /** Resolves with what gives the slot back. Rejects with the signal's reason when it aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** So many slots. */
export function slots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else {
        const turn = Promise.withResolvers<void>();
        const leave = (): void => {
          const index = waiting.indexOf(turn.resolve);
          if (index !== -1) waiting.splice(index, 1);
          turn.reject(signal.reason);
        };
        waiting.push(turn.resolve);
        signal.addEventListener('abort', leave, { once: true });
        await turn.promise.finally(() => signal.removeEventListener('abort', leave));
      }
      let given = false;
      return () => {
        if (given) return;
        given = true;
        giveBack();
      };
    },
  };
}
