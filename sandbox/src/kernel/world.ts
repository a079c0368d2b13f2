import type { Clock } from './clock.ts';
import type { WorldFaults } from './faults.ts';
import type { Ports } from './ports.ts';
import type { Registry } from './registry.ts';
import type { Timers } from './timers.ts';

/** An account and a region: the place that a call is made at. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** What the sandbox was started with. */
export interface Settings {
  /** `process`: images map to local commands and load balancers are real local proxies; `simulated`: behaviour is scripted. */
  readonly runtime: 'process' | 'simulated';
  /** AWS's own request rates; off for benchmarks. */
  readonly throttle: boolean;
  /** How long reads may lag behind writes, in milliseconds of sandbox time. */
  readonly consistencyLagMs: number;
  /**
   * `enforced`: roles exist when IAM made them, ECS must be allowed to assume them, and their policies decide what tasks
   * may fetch; `off`: every role exists and may do everything.
   */
  readonly iam: 'off' | 'enforced';
  /** Seed of everything random. */
  readonly seed: number;
  /** How CloudTrail's events reach EventBridge and the event history. */
  readonly cloudTrail: TrailSettings;
  /** Images to local commands, for the `process` runtime. The longest matching prefix of the image wins. */
  readonly images: Readonly<Record<string, ImageCommand>>;
  /** What stands in for Lambda functions, by function name. */
  readonly functions: Readonly<Record<string, FunctionStandIn>>;
  /** Scripted behaviour of images, for the `simulated` runtime. The longest matching prefix of the image wins. */
  readonly behaviours: Readonly<Record<string, ImageBehaviour>>;
}

/**
 * How well CloudTrail delivers. "AWS services deliver events to CloudTrail on a best effort basis", and CloudTrail to
 * EventBridge; which events are late, lost or doubled depends on the seed.
 */
export interface TrailSettings {
  /** Share of the events that EventBridge never gets, from 0 to 1. Default 0. */
  readonly lost?: number;
  /** Share of the events that EventBridge gets twice, from 0 to 1. Default 0.02. */
  readonly doubled?: number;
  /** Shortest and longest time until EventBridge gets an event, in milliseconds. Default 5 to 90 seconds. */
  readonly delayMs?: readonly [number, number];
  /** Shortest and longest time until LookupEvents shows an event, in milliseconds. Default 1 to 9 minutes. */
  readonly historyDelayMs?: readonly [number, number];
}

/** A local command that stands in for an image. */
export interface ImageCommand {
  /** Program and arguments; never a shell. `node` is the Node that runs the sandbox. */
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The variable that tells the program which loopback port to listen on. Default `PORT`. */
  readonly portEnv?: string;
}

/** What stands in for a Lambda function. */
export type FunctionStandIn =
  /** Program and arguments; never a shell. It gets the event as JSON on its standard input and prints its answer as JSON. */
  | {
      readonly command: readonly string[];
      readonly cwd?: string;
      readonly env?: Readonly<Record<string, string>>;
    }
  /** It answers so after this many milliseconds of sandbox time. Default 0. */
  | { readonly answer: unknown; readonly afterMs?: number }
  /** It answers one after the other; the last one again and again. */
  | { readonly answers: readonly unknown[]; readonly afterMs?: number }
  /** A function of a CodeDeploy hook: it reports this to PutLifecycleEventHookExecutionStatus after so long. */
  | { readonly lifecycle: 'Succeeded' | 'Failed'; readonly afterMs?: number }
  /** It fails with this message. */
  | { readonly error: string };

/** How tasks of an image behave in the `simulated` runtime. Times in milliseconds of sandbox time. */
export interface ImageBehaviour {
  /** Until the process in the container runs. Default 1000. */
  readonly startMs?: number;
  /** The container exits by itself after this long... */
  readonly exitAfterMs?: number;
  /** ... with this code. Default 1. */
  readonly exitCode?: number;
  /** The container and target-group health checks begin to pass after this long; `never` keeps them failing. Default 0. */
  readonly healthyAfterMs?: number | 'never';
  /** Status that HTTP requests and health checks are answered with. Default 200. */
  readonly status?: number;
  /** Log lines that the container writes at its start. */
  readonly logs?: readonly string[];
  /** The image cannot be pulled; this is the end of the CannotPullContainerError. */
  readonly pullError?: string;
  /** CPUUtilization that the service's metrics report, in percent. Default 2. */
  readonly cpuPercent?: number;
  /** MemoryUtilization that the service's metrics report, in percent. Default 10. */
  readonly memoryPercent?: number;
}

/** Everything that the sandbox knows. Plain data in slices, so that it can be written to a folder and read back. */
export interface World {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly timers: Timers;
  readonly resources: Registry;
  /** What services may ask of each other. */
  readonly ports: Ports;
  /** What is to go wrong beyond calls. */
  readonly faults: WorldFaults;
  /** State of one service at one place, made by `initial` when first asked for. It must be JSON: no class, Map, Date or function. */
  slice<T extends object>(scope: Scope, service: string, initial: () => T): T;
  /** What a service keeps beside its state for the life of this process (children, proxies); never in a snapshot. */
  local<T extends object>(service: string, initial: () => T): T;
  /** Every place that has a slice of this service. */
  scopes(service: string): readonly Scope[];
  /** A number from 0 to 1, from the seed. */
  random(): number;
  /** A hexadecimal id of `length` characters, from the seed. */
  id(length: number): string;
  /** A UUID, from the seed. */
  uuid(): string;
}
