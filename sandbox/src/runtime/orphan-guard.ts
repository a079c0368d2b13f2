import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * What the guard runs: it keeps the list of processes that it reads line by line, and kills them when its input ends,
 * which it does however its parent goes. It ignores the signals that a terminal sends to all.
 */
const script = `
trap '' INT TERM HUP
pids=' '
while read -r change pid; do
  case "$change" in
    +) pids="$pids$pid " ;;
    -) case "$pids" in *" $pid "*) pids="\${pids%% "$pid" *} \${pids#* "$pid" }" ;; esac ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
`;

/**
 * Ends processes that would outlive a parent that was killed without a chance to end them itself. A small shell that
 * reads from the parent does it; on Windows there is none, and nothing is guarded.
 */
export class OrphanGuard {
  private shell: ChildProcess | undefined;

  /** Kills the process when this one is gone. */
  watch(pid: number | undefined): void {
    if (pid === undefined || process.platform === 'win32') return;
    this.shell ??= start();
    this.shell.stdin?.write(`+ ${pid}\n`);
  }

  /** The process ended: its number may be another one's soon. */
  forget(pid: number | undefined): void {
    if (pid !== undefined) this.shell?.stdin?.write(`- ${pid}\n`);
  }

  /** Ends the guard, with what it still watches. */
  close(): void {
    this.shell?.stdin?.end();
    this.shell = undefined;
  }
}

function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // A guard that cannot run guards nothing: the processes still end with a parent that ends in good order.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  // Neither it nor the pipe to it must keep this process alive.
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell;
}
