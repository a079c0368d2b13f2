import type { Command } from 'commander';
import type { LogsQuery } from '../../api/http/streams.ts';
import type {
  ExecAnswer,
  ExecBody,
  RolloutActionName,
  RolloutView,
  ScaleAnswer,
  ScaleBody,
  Task,
} from '../../api/http/rollout.ts';
import type { Ref } from '../../core/manifest.ts';
import { EXIT, type Io } from '../io.ts';
import type { DeskOptions } from './desk-options.ts';
import { subjectOf } from './subject.ts';

/** How a run of a Job ended. */
export interface JobEnd {
  readonly phase: string;
  readonly message: string;
  readonly exitCode?: number;
}

/** One resource, and all that a command asks about it: of a controller, or of AWS itself. */
export interface Desk {
  readonly application: string;
  readonly ref: Ref;
  rollout(): Promise<RolloutView>;
  act(action: RolloutActionName): Promise<RolloutView>;
  tasks(): Promise<readonly Task[]>;
  scale(body: ScaleBody): Promise<ScaleAnswer>;
  exec(body: ExecBody): Promise<ExecAnswer>;
  /** Runs a Job and shows how it goes, to its end. */
  run(options: { readonly output: 'text' | 'json'; readonly timeoutSeconds: number }): Promise<JobEnd>;
  logs(query: Omit<LogsQuery, 'resource'>): AsyncIterable<string>;
}

/** Works at a desk until it is done or a signal ends it. */
export async function withDesk(
  command: Command,
  io: Io,
  { text, kind }: { readonly text: string; readonly kind: 'Service' | 'Job' },
  work: (desk: Desk, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const options = command.optsWithGlobals<DeskOptions>();
  const subject = subjectOf(text, kind, options.path !== undefined);
  const interruption = io.interruption();
  const { signal } = interruption;
  try {
    if (subject.application === undefined) {
      const { atAws } = await import('./aws-desk.ts');
      await atAws(command, io, subject.ref, signal, (desk) => work(desk, signal));
    } else {
      const [{ openClient }, { remoteDesk }] = await Promise.all([
        import('../remote/session.ts'),
        import('./remote-desk.ts'),
      ]);
      const client = await openClient(options, io);
      const { application, ref } = subject;
      await work(remoteDesk({ client, application, ref }, io, signal), signal);
    }
  } finally {
    interruption.dispose();
  }
}

/** As `withDesk`, for what goes on until Ctrl-C, which then is no news. */
export async function untilInterruptedAt(...[command, io, subject, work]: Parameters<typeof withDesk>): Promise<void> {
  await withDesk(command, io, subject, async (desk, signal) => {
    try {
      await work(desk, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      io.exit(EXIT.interrupted);
    }
  });
}
