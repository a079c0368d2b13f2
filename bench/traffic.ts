import type { CallMiddleware } from '../controller/src/aws/calls.ts';

/** The calls of AWS that are under way. */
export interface Traffic {
  /** For the clients whose calls count. */
  readonly middleware: CallMiddleware;
  /** Calls under way. */
  readonly open: number;
  /** When a call last began or ended, as `performance.now()`. */
  readonly movedAt: number;
}

/**
 * Counts calls, and lets at most `limit` of them out at once. Where token buckets are not waited for, nothing else holds a
 * pass over ten thousand services back from a thousand calls at once, of which the SDK gives up those that wait for a
 * connection for five seconds.
 */
export function traffic(limit: number): Traffic {
  let open = 0;
  let movedAt = performance.now();
  const waiting: (() => void)[] = [];
  return {
    middleware: async (_call, send) => {
      if (open >= limit) await new Promise<void>((resolve) => void waiting.push(resolve));
      open++;
      movedAt = performance.now();
      try {
        return await send();
      } finally {
        open--;
        movedAt = performance.now();
        waiting.shift()?.();
      }
    },
    get open() {
      return open;
    },
    get movedAt() {
      return movedAt;
    },
  };
}
