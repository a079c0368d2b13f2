import type { RolloutView } from '../../api/http/rollout.ts';
import { TerminalError } from '../../core/errors.ts';
import { EXIT, type Io } from '../io.ts';
import { pause } from '../remote/patience.ts';
import type { Desk } from './desk.ts';
import { line, picture } from './picture.ts';
import { screen } from './screen.ts';
import { isOver } from './words.ts';

/** How a rollout is watched. */
export interface Watching {
  readonly output: 'text' | 'json';
  readonly timeoutSeconds: number;
  /** A rollout that is over and not the one that is meant: the next one is waited for, for a while or to the timeout. */
  readonly after?: { readonly id: string; readonly withinMs?: number };
}

const POLL_MS = 2_000;
/** How long a rollout that was just asked for may take to show. */
export const SHOWS_WITHIN_MS = 60_000;

/**
 * Shows a rollout until it is over: in place on a terminal, else a line for each change. Gives the exit code that says how
 * it ended. @throws TerminalError `TimedOut`; the signal's reason when it aborts: the rollout goes on
 */
export async function watchRollout(
  desk: Pick<Desk, 'rollout'>,
  { output, timeoutSeconds, after }: Watching,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const show = output === 'json' ? jsonLines(io) : io.stdoutIsTTY ? pictures(io) : plainLines(io);
  const began = performance.now();
  for (;;) {
    const view = await desk.rollout();
    const waited = performance.now() - began;
    const isOld = view.id === after?.id && isOver(view) && waited < (after.withinMs ?? Number.POSITIVE_INFINITY);
    if (!isOld) {
      show(view);
      if (isOver(view)) return view.phase === 'Succeeded' ? EXIT.ok : EXIT.failed;
    }
    if (waited > timeoutSeconds * 1000) {
      const state = isOld ? 'no rollout has begun' : `the rollout is ${view.phase}; it goes on`;
      throw new TerminalError('TimedOut', `after ${timeoutSeconds} s ${state}`);
    }
    await pause(POLL_MS, signal);
  }
}

type Show = (view: RolloutView) => void;

function pictures(io: Io): Show {
  const drawing = screen(io);
  return (view) => drawing.draw(picture(view, new Date().toISOString(), io));
}

function plainLines(io: Io): Show {
  let last = '';
  return (view) => {
    const text = line(view);
    if (text === last) return;
    last = text;
    io.stdout(`${new Date().toTimeString().slice(0, 8)}  ${text}\n`);
  };
}

function jsonLines(io: Io): Show {
  let last = '';
  return (view) => {
    const text = JSON.stringify(view);
    if (text === last) return;
    last = text;
    io.stdout(`${text}\n`);
  };
}
