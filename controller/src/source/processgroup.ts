/** A child process that was started with `detached`, as the leader of a process group. */
interface GroupLeader<T> extends PromiseLike<T> {
  readonly pid?: number | undefined;
}

/** When a process group has to end. */
export interface GroupLimits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** How long a process has to tidy up (Git removes its locks) before it is killed. */
const GRACE_MS = 2_000;

/**
 * Waits for a child process. At the timeout or abort the whole group ends, not only the child: Git's helpers hold the
 * connection, and would go on without Git.
 */
export async function endingInTime<T>(
  child: GroupLeader<T>,
  { signal, timeoutMs }: GroupLimits,
): Promise<{ readonly result: PromiseSettledResult<T>; readonly timedOut: boolean }> {
  let timedOut = false;
  let grace: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (grace !== undefined) return;
    kill(child.pid, 'SIGTERM');
    grace = setTimeout(() => kill(child.pid, 'SIGKILL'), GRACE_MS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const [result] = await Promise.allSettled([child]);
    return { result, timedOut };
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
    clearTimeout(grace);
  }
}

/** A group that has ended already is no error. */
function kill(leader: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
