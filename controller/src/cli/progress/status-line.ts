import type { Io } from '../io.ts';

/** One line at the bottom of the terminal that says what is waited for, with lines scrolling by above it. */
export interface StatusLine {
  /** Says what `key` waits for. */
  show(key: string, text: string): void;
  /** `key` waits no longer. */
  drop(key: string): void;
  /** Writes a line that stays. */
  above(line: string): void;
  end(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 120;
const CLEAR = '\r\u001B[K';

/** Draws on standard error. Seconds are the person's: they count from when a thing began to wait. */
export function statusLine(io: Io): StatusLine {
  const waiting = new Map<string, { text: string; readonly since: number }>();
  let frame = 0;
  let drawn = false;

  const draw = (): void => {
    if (waiting.size === 0) {
      if (drawn) io.stderr(CLEAR);
      drawn = false;
      return;
    }
    const parts = [...waiting].map(([key, { text, since }]) => {
      const seconds = Math.round((performance.now() - since) / 1000);
      return `${key === '' ? '' : `${key}: `}${text} (${seconds} s)`;
    });
    const line = `${FRAMES[frame % FRAMES.length]} ${parts.join('  ')}`;
    io.stderr(CLEAR + io.style('cyan', cut(line, io.columns - 1)));
    drawn = true;
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, FRAME_MS);
  timer.unref();

  return {
    show: (key, text) => {
      const known = waiting.get(key);
      if (known) known.text = text;
      else waiting.set(key, { text, since: performance.now() });
      draw();
    },
    drop: (key) => {
      if (waiting.delete(key)) draw();
    },
    above: (line) => {
      if (drawn) io.stderr(CLEAR);
      drawn = false;
      io.stderr(`${line}\n`);
      draw();
    },
    end: () => {
      clearInterval(timer);
      waiting.clear();
      draw();
    },
  };
}

/** A line longer than the terminal would wrap, and could not be taken back. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
