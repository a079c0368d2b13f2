import type { Command } from 'commander';
import { EXIT, type Io } from '../io.ts';
import type { Client } from './client.ts';
import type { ServerOptions } from './server-options.ts';

/** Does something with the controller until it is done or a signal ends it. */
export async function withClient(
  command: Command,
  io: Io,
  work: (client: Client, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { openClient } = await import('./session.ts');
  const client = await openClient(command.optsWithGlobals<ServerOptions>(), io);
  const interruption = io.interruption();
  try {
    await work(client, interruption.signal);
  } finally {
    interruption.dispose();
  }
}

/** As `withClient`, for what goes on until Ctrl-C, which then is no news. */
export async function untilInterrupted(
  command: Command,
  io: Io,
  work: (client: Client, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await withClient(command, io, async (client, signal) => {
    try {
      await work(client, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      io.exit(EXIT.interrupted);
    }
  });
}
