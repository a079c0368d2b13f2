import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LogsQuery } from '../../api/http/streams.ts';
import { logSourcesOf } from '../../aws/logsources.ts';
import { tailLogs } from '../../aws/logtail.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import type { ApplicationInput, ResourceHandle } from '../../engine/engine.ts';
import { execView, rolloutView, taskView } from '../../engine/rollout-view.ts';
import { reportOperation } from '../apply/report.ts';
import { globalsOf } from '../globals.ts';
import type { Io } from '../io.ts';
import { progressFor } from '../progress/progress.ts';
import { openSession, type Session } from '../session.ts';
import { systemClock } from '../system-clock.ts';
import { targetOf } from '../target.ts';
import type { Desk } from './desk.ts';
import type { DeskOptions } from './desk-options.ts';

const DEFAULT_SCALE_S = 3_600;
const DEFAULT_SINCE_S = 3_600;
const DEFAULT_TAIL = 1_000;

/** Works on a resource of the Application of `--path`, with the credentials of whoever runs the command. */
export async function atAws(
  command: Command,
  io: Io,
  ref: Ref,
  signal: AbortSignal,
  work: (desk: Desk) => Promise<void>,
): Promise<void> {
  const { path = '.', region } = command.optsWithGlobals<DeskOptions>();
  const globals = globalsOf(command);
  const target = await targetOf(resolve(io.cwd, path), { param: {}, ...(region !== undefined && { region }) }, io);
  const progress = progressFor('text', globals.debug === true, io);
  const session = openSession(target, { globals, sink: progress.sink, io });
  try {
    await work(awsDesk({ session, input: await session.load(signal), ref }, io, signal));
  } finally {
    progress.end();
    await session.close();
  }
}

interface About {
  readonly session: Session;
  readonly input: ApplicationInput;
  readonly ref: Ref;
}

function awsDesk({ session, input, ref }: About, io: Io, signal: AbortSignal): Desk {
  const { engine } = session;
  const application = input.name;
  const by = io.env.USER ?? io.env.USERNAME ?? 'unknown';
  const handle = (): Promise<ResourceHandle> => engine.resource(input, ref, signal);
  const look: Desk['rollout'] = async () => {
    const { rollout, ...rest } = await handle();
    if (rollout === undefined) {
      throw new TerminalError(
        'NotFound',
        `${ref} has no rollout: it is not there yet, or is of a kind without rollouts`,
      );
    }
    return rolloutView(application, { ...rest, rollout });
  };
  return {
    application,
    ref,
    rollout: look,
    act: async (action) => {
      await (await handle()).act(action);
      return await look();
    },
    tasks: async () => (await (await handle()).tasks()).map(taskView),
    scale: async ({ count, forSeconds = DEFAULT_SCALE_S }) => {
      const until = new Date(systemClock.now().getTime() + forSeconds * 1000);
      return { kind: 'Scale', ref, count, message: await (await handle()).scale({ count, until, by }) };
    },
    exec: async (body) => execView(await (await handle()).exec(body)),
    run: async ({ output, timeoutSeconds }) => {
      const initiator = { kind: 'person', name: by } as const;
      const operation = await engine.run(input, { ref, initiator, timeoutSeconds }, signal);
      signal.throwIfAborted();
      reportOperation(operation, output, io);
      const exitCode = operation.results.find((result) => result.ref === ref)?.exitCode;
      return { phase: operation.phase, message: operation.message, ...(exitCode !== undefined && { exitCode }) };
    },
    logs: (query) => lines({ session, ref, parts: async () => (await handle()).parts }, query, signal),
  };
}

interface Logged {
  readonly session: Session;
  readonly ref: Ref;
  readonly parts: () => Promise<ResourceHandle['parts']>;
}

async function* lines(
  { session, ref, parts }: Logged,
  {
    container,
    task,
    sinceSeconds = DEFAULT_SINCE_S,
    tail = DEFAULT_TAIL,
    follow = false,
    contains,
  }: Omit<LogsQuery, 'resource'>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const definition = (await parts()).findLast(({ type }) => type === 'ecs:task-definition')?.id;
  if (definition === undefined) {
    throw new TerminalError('NoLogs', `${ref} has no containers, expected a Service or a Job that exists`);
  }
  const aws = await session.connect();
  const sources = await logSourcesOf(aws.ecs, definition, aws.region, container);
  const options = {
    sources,
    since: new Date(systemClock.now().getTime() - sinceSeconds * 1000),
    tail,
    follow,
    ...(task !== undefined && { task }),
    ...(contains !== undefined && { contains }),
  };
  for await (const { text } of tailLogs(aws.logs, options, systemClock, signal)) {
    // One line stays one line, whatever the container prints.
    yield `${text.replaceAll(/[\r\n]+/gu, ' ')}\n`;
  }
}
