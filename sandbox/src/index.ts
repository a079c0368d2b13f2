import { Calls } from './control/calls.ts';
import { type Controlled, control, isControlPath } from './control/control-api.ts';
import { defaultLagMs, Faults } from './control/faults.ts';
import type { WorldEffect } from './kernel/faults.ts';
import { RunningClock, SteppedClock } from './kernel/sandbox-clock.ts';
import { Past } from './kernel/past.ts';
import { SandboxWorld } from './kernel/sandbox-world.ts';
import type { Service } from './kernel/service.ts';
import { readSnapshot, writeSnapshot } from './kernel/snapshot.ts';
import { TimeKeeper } from './kernel/time-keeper.ts';
import type { Settings } from './kernel/world.ts';
import { listen } from './server.ts';
import { portsOf, services as allServices } from './services/index.ts';
import { callRecorder } from './services/cloudtrail/record.ts';
import { pushByControl } from './services/ecr/put-image.ts';
import { authenticator } from './services/sts/sessions.ts';
import { Dispatcher } from './wire/dispatcher.ts';

/** How to start a sandbox. Everything has a default. */
export interface SandboxOptions extends Partial<Settings> {
  /** Default 4566; 0 takes any free port. A busy port is an error that names the port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Real time (default), real time multiplied by `speed`, or stepped by `Sandbox.advance`. */
  readonly time?: 'real' | 'stepped';
  readonly speed?: number;
  /** Start of sandbox time, in milliseconds since the epoch. Default: real time's now, or 2026-01-01 when stepped. */
  readonly startAt?: number;
  /** A folder written by `snapshot`, to go on from. Time goes on from the snapshot's too. */
  readonly restore?: string;
  /** Hears of the sandbox's own defects: a timer or a handler that failed. Default: standard error. */
  readonly onProblem?: (problem: Error) => void;
}

/** A running local AWS. */
export interface Sandbox {
  /** Endpoint for AWS clients: `http://127.0.0.1:4566`. */
  readonly url: string;
  /** Sandbox time, in milliseconds since the epoch. */
  now(): number;
  /** Steps time (with `time: 'stepped'`), running everything that becomes due, in order. */
  advance(ms: number): Promise<void>;
  /** Calls made so far by `service:Operation`, for benchmarks and tests. */
  calls(): Readonly<Record<string, number>>;
  /** Loopback address of each load balancer's listener, by listener ARN. */
  listeners(): Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  /** Makes calls fail as a rule says; see control/faults. */
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** Writes the whole state to a folder. */
  snapshot(folder: string): Promise<void>;
  /** Stops tasks, listeners and the endpoint. Once is enough: further calls wait for the first. */
  close(): Promise<void>;
}

/** What a fault does to the calls that it hits. */
type CallEffect =
  | 'throttle'
  | 'serverError'
  /** The change is made, and the connection is cut before the answer. */
  | 'dropAnswer'
  | 'delay'
  | 'expiredCredentials'
  /** Describe, List and Get calls are answered from the state of `lagMs` ago. */
  | 'staleReads';

/** A fault, by rule. */
export interface FaultRule {
  /** Effects on calls, and effects on the world: tasks, images, targets and alarms that `target` names. */
  readonly effect: CallEffect | WorldEffect;
  /** Of the calls: `ecs`, or `*`. Default `*`. */
  readonly service?: string;
  /** Of the calls: `UpdateService`, or `*`. Default `*`. */
  readonly operation?: string;
  /**
   * What an effect on the world hits, with `*` for any text. Default `*`. `capacityUnavailable`: a service by name or
   * `cluster/name`, or a task definition family that RunTask starts; `imagePullFailure`: an image; `unhealthyTargets`:
   * a target group by name or ARN; `alarmOn`: an alarm by name; `targetUnavailable`: a target of EventBridge by ARN or
   * queue name; `loseTrailEvent`, `doubleTrailEvent`: an event of CloudTrail by `UpdateService` or
   * `ecs.amazonaws.com:UpdateService`.
   */
  readonly target?: string;
  /** How long `delay` holds the call back, in milliseconds of real time, as a slow network would. Default 1000. */
  readonly delayMs?: number;
  /** How old the state is that `staleReads` shows, in milliseconds of sandbox time. Default 5000. */
  readonly lagMs?: number;
  /**
   * How often it hits: calls, launches, pulls, health checks or alarm evaluations, whichever the effect is on. Default:
   * always.
   */
  readonly times?: number;
  /** Share of them that it hits, from 0 to 1, seeded; default 1. */
  readonly probability?: number;
}

const defaults: Settings = {
  runtime: 'simulated',
  throttle: true,
  consistencyLagMs: 0,
  iam: 'off',
  cloudTrail: {},
  seed: 1,
  images: {},
  functions: {},
  behaviours: {},
};

/** Where stepped time begins when nothing is said: a fixed time, so that runs are the same. */
const steppedStart = Date.UTC(2026, 0, 1);

/**
 * Starts a local AWS. `services` are the APIs that it serves, by default all there are.
 * Throws when the port is busy or a snapshot cannot be read.
 */
export async function startSandbox(
  options: SandboxOptions = {},
  services: readonly Service[] = allServices,
): Promise<Sandbox> {
  const {
    port = 4566,
    host = '127.0.0.1',
    time = 'real',
    speed = 1,
    startAt,
    restore,
    onProblem,
    ...settings
  } = options;
  const problems: string[] = [];
  const report = (problem: Error): void => {
    problems.push(problem.message);
    if (onProblem) onProblem(problem);
    else process.stderr.write(`sandbox: ${problem.stack ?? problem.message}\n`);
  };

  const restored = restore === undefined ? undefined : await readSnapshot(restore);
  const clock =
    time === 'stepped'
      ? new SteppedClock(startAt ?? restored?.now ?? steppedStart)
      : new RunningClock(startAt ?? restored?.now ?? Date.now(), speed);
  const faults = new Faults(settings.seed ?? defaults.seed);
  const world = new SandboxWorld(clock, { ...defaults, ...settings }, portsOf, restored, faults);
  const past = new Past(world, portsOf);
  past.remember(world.settings.consistencyLagMs);
  const keeper = new TimeKeeper(world, clock, services, report, () => past.record());
  const calls = new Calls();
  const authenticate = authenticator(world);
  const audited = services.some(({ name }) => name === 'cloudtrail');
  const record = audited ? callRecorder(world) : () => undefined;
  const dispatcher = new Dispatcher({ world, past, services, authenticate, faults, calls, report, record });

  const stopServices = async (): Promise<void> => {
    for (const service of services) await service.close?.(world);
  };
  for (const service of services) await service.start?.(world);
  const endpoint = await listen(host, port, (request) =>
    isControlPath(request.path) ? control(controlled, request) : dispatcher.dispatch(request),
  ).catch(async (problem: unknown): Promise<never> => {
    await stopServices();
    throw problem;
  });
  for (const service of services) service.listening?.(world, endpoint.url);
  const close = async (): Promise<void> => {
    await endpoint.close();
    await keeper.close();
    await stopServices();
  };
  let closing: Promise<void> | undefined;
  const sandbox: Sandbox = {
    url: endpoint.url,
    now: () => clock.now(),
    advance: (ms) => keeper.advance(ms),
    calls: () => calls.all(),
    listeners: () => Object.assign({}, ...services.map((service) => service.listeners?.(world))),
    fault(rule) {
      // What is to be shown later must be remembered from now on.
      if (rule.effect === 'staleReads') past.remember(rule.lagMs ?? defaultLagMs);
      faults.add(rule);
    },
    clearFaults: () => faults.clear(),
    snapshot: (folder) => writeSnapshot(folder, world.state()),
    close: () => (closing ??= close()),
  };
  const controlled: Controlled = {
    sandbox,
    faults,
    calls,
    problems,
    services: services.map((service) => service.name),
    state: () => world.state(),
    pushImage(image) {
      const pushed = pushByControl(world, image);
      past.record();
      return pushed;
    },
  };
  keeper.start();
  return sandbox;
}
