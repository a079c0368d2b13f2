import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createProgram } from '../../src/cli/program.ts';
import { recordingIo } from '../../src/cli/testing/recording-io.ts';
import { longshore } from '../e2e/program.ts';

/** A temporary folder with files, gone at the end of its scope. */
export class BadFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'longshore-badinput-'));

  /** Writes files by their path below the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), content);
    }
    return this;
  }

  /** A file of that many bytes that takes no space on the disk. */
  sparse(path: string, bytes: number): this {
    this.write({ [path]: '' });
    truncateSync(join(this.path, path), bytes);
    return this;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

/** How `longshore ARGUMENTS` ended. */
export interface Answer {
  readonly code: number | undefined;
  /** Lines of standard error and standard output, in this order. */
  readonly lines: readonly string[];
}

/** Runs the command line in this process, below the folder. */
export async function run(folder: BadFolder, ...args: readonly string[]): Promise<Answer> {
  const io = recordingIo({ cwd: folder.path });
  await createProgram(io).parseAsync(args, { from: 'user' });
  return { code: io.code(), lines: linesOf(io.errText() + io.outText()) };
}

/** What `longshore validate` says of one text in `f.yaml`, without the line of counts. */
export async function saysOf(content: string | Uint8Array): Promise<readonly string[]> {
  using folder = new BadFolder().write({ 'f.yaml': content });
  const { lines } = await run(folder, 'validate', 'f.yaml');
  return lines.slice(0, -1);
}

/** A run in a process of its own, with what it cost. */
export interface Cost extends Answer {
  readonly seconds: number;
  /** The most memory that the process held, in MiB. */
  readonly mebibytes: number;
}

/** Runs `longshore ARGUMENTS` as a child with a heap of 192 MiB, in which whoever expands a bomb dies. */
export async function runSmall(folder: BadFolder, ...args: readonly string[]): Promise<Cost> {
  const began = performance.now();
  const { code, stdout, stderr } = await longshore(args, {
    cwd: folder.path,
    env: { NODE_OPTIONS: `--max-old-space-size=192 --import=data:text/javascript,${encodeURIComponent(METER)}` },
  });
  const seconds = (performance.now() - began) / 1000;
  const lines = linesOf(stderr + stdout);
  const kibibytes = lines.flatMap((line) => /^max-rss (\d+)$/u.exec(line)?.[1] ?? []).map(Number)[0];
  if (kibibytes === undefined) throw new Error(`it ended without its meter: ${stderr}`);
  const said = lines.filter((line) => !line.startsWith('max-rss '));
  return { code: code ?? undefined, lines: said, seconds, mebibytes: kibibytes / 1024 };
}

/** Says at the end of a process how much memory it held. https://nodejs.org/api/process.html#processresourceusage */
const METER = `process.on('exit',()=>process.stderr.write('max-rss '+process.resourceUsage().maxRSS+'\\n'))`;

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
