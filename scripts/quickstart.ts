/** `npm start`: a local AWS, a repository, a controller that follows it, and a small service to try them with. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aborted, interruption } from '../controller/src/cli/interruption.ts';
import { processIo } from '../controller/src/cli/io.ts';
import { progressFor } from '../controller/src/cli/progress/progress.ts';
import { reportError } from '../controller/src/cli/report-error.ts';
import { tableOf } from './quickstart/checks.ts';
import { type Environment, startEnvironment } from './quickstart/environment.ts';
import { tour } from './quickstart/tour.ts';
import { greeting, welcome } from './quickstart/welcome.ts';

const DEFAULT_PORT = '4566';

const USAGE = `npm start -- [--once] [--port ${DEFAULT_PORT}] [--speed 4]

  --once    take the tour without a person: deploy, plan again, a good commit and a bad one under load; exit 0 if all is well
  --port    port of the local AWS
  --speed   how many seconds of AWS's time pass in one of yours
`;

const io = processIo(false);
const interrupted = interruption((text) => io.stderr(text));
const { signal } = interrupted;
const progress = progressFor('text', false, io);
let environment: Environment | undefined;
try {
  const options = readOptions();
  environment = await startEnvironment({
    ...options,
    folder: folderOf,
    sink: progress.sink,
    signal,
  });
  io.stdout(`${greeting(environment.sandboxUrl, options.speed)}\n`);
  if (options.once) await takeTour(environment);
  else await stay(environment);
} catch (error) {
  progress.end();
  io.exit(signal.aborted ? 130 : reportError(explained(error), process.argv.includes('--debug'), io));
} finally {
  progress.end();
  await environment?.close();
  interrupted.dispose();
}

/** Two quickstarts at once, on ports of their own, leave each other alone. */
function folderOf(port: string): string {
  const name = port === DEFAULT_PORT ? 'quickstart' : `quickstart-${port}`;
  return fileURLToPath(new URL(`../.longshore/${name}`, import.meta.url));
}

/** Until Ctrl-C. */
async function stay(running: Environment): Promise<void> {
  const first = await running.operationOf(running.repository.first);
  if (first.phase !== 'Succeeded') throw new Error(`the first deployment ended ${first.phase}: ${first.message}`);
  io.stdout(welcome(running));
  await aborted(signal);
  io.stderr('\nstopping\n');
}

async function takeTour(running: Environment): Promise<void> {
  const began = performance.now();
  const checks = await tour(running, (line) => io.stdout(`${line}\n`));
  progress.end();
  io.stdout(`\n${tableOf(checks)}\n\n${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  if (!checks.every((check) => check.held)) io.exit(1);
}

interface Options {
  readonly once: boolean;
  readonly port: number;
  readonly speed: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: DEFAULT_PORT },
      speed: { type: 'string', default: '4' },
      debug: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout(USAGE);
    process.exit();
  }
  const port = Number(values.port);
  const speed = Number(values.speed);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: expected 0 to 65535`);
  if (!(speed > 0 && speed <= 10)) throw new Error(`--speed ${values.speed}: expected above 0, at most 10`);
  return { once: values.once, port, speed };
}

/** The sandbox names the port; what to do about it is the quickstart's to say. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || !/\b(in use|EADDRINUSE)\b/u.test(error.message)) return error;
  return new Error(
    `${error.message}\n  Is another quickstart or sandbox running? Stop it, or take another port: npm start -- --port 4567`,
  );
}
