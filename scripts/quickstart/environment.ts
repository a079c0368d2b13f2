import { rm } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, type SandboxOptions, startSandbox } from '@longshore/sandbox';
import type { Clock } from '../../controller/src/core/clock.ts';
import type { EventSink } from '../../controller/src/core/events.ts';
import type { Plan } from '../../controller/src/core/plan.ts';
import type { Operation } from '../../controller/src/engine/engine.ts';
import { listOperations } from '../../controller/src/engine/operations.ts';
import { startController } from '../../controller/src/cli/controller/start.ts';
import { type Io, processIo } from '../../controller/src/cli/io.ts';
import { openSession } from '../../controller/src/cli/session.ts';
import { systemClock } from '../../controller/src/cli/system-clock.ts';
import { type Target, targetOf } from '../../controller/src/cli/target.ts';
import { createEventFeed } from '../../controller/src/server/events/feed.ts';
import { serveApi } from './api.ts';
import { type Repository, seedRepository } from './repository.ts';

/** How to start a local AWS with a repository. */
export interface EnvironmentOptions {
  /** What the repository holds at first. Default: the quickstart's sample. */
  readonly sample?: string;
  /** What stands in for the images `hello:TAG`, by tag. Default: the quickstart's service. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** What stands in for Lambda functions. Default: nothing. */
  readonly functions?: SandboxOptions['functions'];
  /** AWS's own request rates. Default: as AWS has them. */
  readonly throttle?: boolean;
  /** Port of the sandbox; 0 takes a free one. */
  readonly port: number;
  /** Seconds of AWS's time in one second. */
  readonly speed: number;
  /** Where the repository and the state are kept, by port of the sandbox. What an earlier run left there is removed. */
  readonly folder: (port: string) => string;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** A local AWS, a repository, and a controller that follows it. */
export interface Environment {
  readonly sandboxUrl: string;
  /** Where the controller's HTTP API answers. */
  readonly apiUrl: string;
  readonly repository: Repository;
  /** The first operation of a commit that has ended, as soon as there is one. */
  operationOf(revision: string): Promise<Operation>;
  /** What a sync would change now. */
  plan(): Promise<Plan>;
  /** The Application's health, as it was seen last. */
  health(): string | undefined;
  /** Where the service answers, through the first listener of its load balancer. */
  serviceUrl(): string;
  /** Where each listener answers, by its ARN. */
  listeners(): ReturnType<Sandbox['listeners']>;
  /** AWS's time. */
  now(): Date;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = join(ROOT, 'samples/quickstart');
const SERVER = join(ROOT, 'samples/hello/server.ts');
const LEASH = new URL('./leash.ts', import.meta.url).href;
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const QUICKSTART_IMAGES = Object.fromEntries(
  ['v1', 'v2', 'v3', 'broken'].map((version) => [version, [SERVER, version]]),
);
const LOOK_MS = 50;

/** Starts everything; when a part cannot start, those that did are stopped again. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  await using started = new AsyncDisposableStack();
  // First the sandbox: a second quickstart ends here, at the port, and touches nothing of the first.
  const sandbox = await startSandbox({
    port: options.port,
    runtime: 'process',
    speed: options.speed,
    throttle: options.throttle ?? true,
    images: Object.fromEntries(
      Object.entries(options.images ?? QUICKSTART_IMAGES).map(([tag, command]) => [
        `${REGISTRY}/hello:${tag}`,
        { command: ['node', '--import', LEASH, ...command] },
      ]),
    ),
    functions: options.functions ?? {},
  });
  started.defer(() => sandbox.close());
  useAsAws(sandbox);

  const folder = options.folder(new URL(sandbox.url).port);
  await rm(folder, { recursive: true, force: true });
  const repository = await seedRepository(options.sample ?? SAMPLE, join(folder, 'repo'));
  const io = processIo(false);
  const target = await targetOf(join(repository.folder, 'application.yaml'), { param: {} }, io);

  const clock = pacedBy(sandbox, options.speed);
  const feed = createEventFeed();
  const sink: EventSink = (event) => {
    feed.sink(event);
    options.sink(event);
  };
  const controller = await startController({
    // The Application manifest lies in the repository itself: whoever edits it there sees the controller take it up.
    applications: repository.folder,
    state: join(folder, 'state.sqlite'),
    clock,
    sink,
    globals: {},
    io,
  });
  started.defer(() => controller.close());
  // Of the API itself nothing is said here: whoever connects is on this machine.
  const api = await serveApi({ running: controller, clock, sink: feed.sink, feed, io });
  started.defer(() => api.close());

  const parts = started.move();
  return {
    sandboxUrl: sandbox.url,
    apiUrl: api.url,
    repository,
    operationOf: async (revision) => {
      for (;;) {
        options.signal.throwIfAborted();
        const operations = await listOperations(controller.store, target.name);
        const ended = operations.find((each) => each.revision === revision && each.finishedAt !== undefined);
        if (ended !== undefined) return ended;
        await systemClock.sleep(LOOK_MS, options.signal);
      }
    },
    health: () => controller.controller.state(target.name)?.status?.health.status,
    plan: async () => await planOf(target, io, options.signal),
    serviceUrl: () => serviceUrl(sandbox),
    listeners: () => sandbox.listeners(),
    now: () => new Date(sandbox.now()),
    close: () => parts.disposeAsync(),
  };
}

/** The controller lives in the sandbox's time: what it waits for there passes as fast. */
function pacedBy(sandbox: Sandbox, speed: number): Clock {
  return {
    now: () => new Date(sandbox.now()),
    sleep: async (ms, signal) => await systemClock.sleep(ms / speed, signal),
  };
}

/** Whatever AWS configuration this machine has, this process talks to the sandbox. */
function useAsAws(sandbox: Sandbox): void {
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
}

async function planOf(target: Target, io: Io, signal: AbortSignal): Promise<Plan> {
  const session = openSession(target, { globals: {}, sink: () => undefined, io });
  try {
    return await session.engine.plan(await session.load(signal), {}, signal);
  } finally {
    await session.close();
  }
}

/** The one listener of the sample's load balancer. */
function serviceUrl(sandbox: Sandbox): string {
  const [listener] = Object.values(sandbox.listeners());
  if (listener === undefined) throw new Error('the load balancer has no listener that is served');
  return `http://${listener.host}:${listener.port}/`;
}
