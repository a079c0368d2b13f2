import type { Io } from '../io.ts';

/** A part of the terminal that is drawn again and again, where it is. */
export interface Screen {
  draw(lines: readonly string[]): void;
}

/** Clears what was drawn before, line by line upwards. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const UP_AND_CLEAR = '\u001B[1A\u001B[2K';

/** Draws on standard output. What was drawn last stays when the program ends. */
export function screen(io: Pick<Io, 'stdout'>): Screen {
  let drawn = 0;
  let last = '';
  return {
    draw: (lines) => {
      const text = lines.map((line) => `${line}\n`).join('');
      if (text === last) return;
      io.stdout(UP_AND_CLEAR.repeat(drawn) + text);
      drawn = lines.length;
      last = text;
    },
  };
}
