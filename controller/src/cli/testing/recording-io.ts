import type { Io } from '../io.ts';

/** An Io that keeps what is written, for tests. No terminal, no colours. */
export interface RecordingIo extends Io {
  outText(): string;
  errText(): string;
  /** The last exit code that was set. */
  code(): number | undefined;
}

/** Makes one. */
export function recordingIo(overrides: Partial<Io> = {}): RecordingIo {
  let out = '';
  let err = '';
  let code: number | undefined;
  return {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    stdoutIsTTY: false,
    stderrIsTTY: false,
    stdinIsTTY: false,
    columns: 80,
    colour: false,
    env: {},
    cwd: '/',
    style: (_, text) => text,
    ask: async () => {
      throw new Error('nobody is there to answer');
    },
    readStdin: async () => '',
    interruption: () => ({ signal: new AbortController().signal, dispose: () => undefined }),
    exit: (value) => {
      code = value;
    },
    outText: () => out,
    errText: () => err,
    code: () => code,
    ...overrides,
  };
}
