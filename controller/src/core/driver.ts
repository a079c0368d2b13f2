import type { Event } from './events.ts';
import type { Json } from './json.ts';
import type { Ref } from './manifest.ts';

/** One AWS object of a resource. `id` is its ARN, or the nearest thing that AWS has. */
export interface Part {
  readonly type: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>> | 'untaggable';
}

/** What `${Kind/name:output}` references read. */
export type Outputs = Readonly<Record<string, Json>>;

/** A field of `on` that Git does not decide now: `by` does. */
export interface Claim {
  readonly on: Ref;
  /** JSON pointer into the spec of `on`, for example `/desiredCount`. */
  readonly path: string;
  readonly by: Ref;
  readonly reason: string;
  /** What the field may be. `oneOf`: any of these values; what is none of them goes to the first. */
  readonly holds:
    | { readonly exactly: Json }
    | { readonly oneOf: readonly [Json, ...Json[]] }
    | { readonly between: readonly [number, number] }
    | 'any';
}

/** What Git says of one resource, references resolved as far as the world allows. */
export interface Desired<Spec> {
  readonly id: Ref;
  readonly application: string;
  readonly spec: Spec;
  readonly annotations: Readonly<Record<string, string>>;
  /** The revision of the source. */
  readonly revision: string;
  /** Ownership tags (`longshore.dev/...`) to set on everything that takes tags, besides `spec.tags`. */
  readonly ownership: Readonly<Record<string, string>>;
  /** Tag keys that Longshore has set on it before (from the inventory): what is ours to remove. See core/ownership.ts. */
  readonly managedTagKeys?: readonly string[];
  /** Outputs of every resource that `edges(spec).needs` names and that exists. */
  readonly needs: Readonly<Record<Ref, Outputs>>;
  /** JSON pointers into `spec` whose `${Kind/name:output}` cannot be resolved yet; the text stands there still. */
  readonly unknown: readonly Unknown[];
  /** Claims of others on fields of this resource. */
  readonly claims: readonly Claim[];
  /**
   * Names the run that a hook belongs to: the same for every try of one operation, and after the controller was killed in
   * the middle of it. A Job with a run runs once for that run; a Job without runs once for its content.
   */
  readonly run?: string;
}

/** A value that is known only after other resources have been applied. */
export interface Unknown {
  readonly path: string;
  readonly after: readonly Ref[];
}

/** What a change does to what runs. */
export type Effect = 'inPlace' | 'restartsTasks' | 'replaces';

/** One field that differs between Git and AWS. */
export interface Change {
  /** Type of the part it belongs to, for example `ecs:service`. */
  readonly part: string;
  /** JSON pointer into the spec as the user wrote it; list items that have a key are named by it (`/task/containers/web/image`). */
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json | { readonly afterApply: readonly Ref[] };
  readonly effect: Effect;
  /** Why AWS would refuse it half-way, and what to do instead. A sync of a plan with such a change does not start. */
  readonly refused?: string;
}

/** Argo CD's health words. */
export type HealthStatus = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';

/** Health with its cause: `reason` is a constant in CamelCase, `message` a sentence for a person. */
export interface Health {
  readonly status: HealthStatus;
  readonly reason: string;
  readonly message: string;
}

/** What a person can do to a rollout. */
export type RolloutAction = 'promote' | 'pause' | 'resume' | 'abort' | 'retry' | 'restart';

/** One step, stage or lifecycle event of a rollout. */
export interface RolloutStep {
  /** In the words of whoever takes the step: `BeforeInstall`, `PRODUCTION_TRAFFIC_SHIFT`, `weight 10`, `pause 150s`. */
  readonly name: string;
  readonly status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** What it waits for, or why it failed. */
  readonly message?: string;
}

/** One side of a rollout: the tasks of one revision, and the traffic that they get. */
export interface RolloutSide {
  /** `stable` is what served before, `new` what the rollout goes to. Rolling deployments have both behind one target group. */
  readonly role: 'stable' | 'new';
  /** For example a task definition ARN. */
  readonly revision: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failed: number;
  /** ARN of its target group, where it has one. */
  readonly targetGroup?: string;
  /** Percent of production traffic; undefined where tasks of both sides share one target group. */
  readonly weight?: number;
  /** Percent of test traffic, where there is a test listener or rule. */
  readonly testWeight?: number;
}

/** A rollout, read from AWS alone. */
export interface Rollout {
  readonly id: string;
  /** The revision it goes to, for example a task definition ARN. */
  readonly target: string;
  readonly phase: 'InProgress' | 'AwaitingPromotion' | 'Paused' | 'RollingBack' | 'Succeeded' | 'Failed';
  /** Step i of n, counted from 1. */
  readonly step: readonly [index: number, of: number];
  /** How it goes, in the words of `spec.deployment.strategy`: `Rolling`, `CodeDeploy` and so on. */
  readonly strategy: string;
  /** Share of production traffic in percent by ARN of the target group; empty where the strategy has no weights. */
  readonly weights: Readonly<Record<string, number>>;
  readonly allows: readonly RolloutAction[];
  /** Why it rolled back or failed. */
  readonly cause?: string;
  /** All steps, stages or lifecycle events in their order, those to come too. */
  readonly steps?: readonly RolloutStep[];
  /** What served before, and what it goes to. */
  readonly sides?: readonly RolloutSide[];
  /** Who or what is waited for, in words: `15 minutes until blue goes`, `a person to promote`. */
  readonly waitsFor?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** AWS does not go on by itself: `ensure` has to be called until it is over. */
  readonly needsUs?: boolean;
}

/** What a look before a change found: what AWS would refuse, or what would fail afterwards. */
export interface PreflightFinding {
  /** What was looked at, in CamelCase: `ExecutionRole`, `Secret`, `Image`, `LogGroup`, `Subnet`, `TargetGroup`, `Quota`. */
  readonly check: string;
  /** `unchecked`: it could not be looked at, and why; it stops nothing. */
  readonly severity: 'error' | 'warning' | 'unchecked';
  /** JSON pointer into the spec, for the position in the file. */
  readonly path: string;
  /** What was found, and what was expected. */
  readonly message: string;
}

/** What a look before a change may do beyond what the controller itself may. */
export interface PreflightOptions {
  /** ARN of a role that may read the values of secrets. Undefined: no value is read. */
  readonly secretReaderRole?: string;
}

/** One container of a task. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html */
export interface TaskContainer {
  readonly name: string;
  readonly image: string;
  readonly lastStatus: string;
  readonly health?: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  readonly exitCode?: number;
  /** Why it did not start, or was stopped. */
  readonly reason?: string;
  /** Names the container to Session Manager. */
  readonly runtimeId?: string;
  /** Last status of its ExecuteCommandAgent; undefined where ECS started none. */
  readonly execAgent?: string;
}

/** One task of a Service or Job. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export interface TaskState {
  /** The end of its ARN. */
  readonly id: string;
  readonly arn: string;
  /** ARN of its cluster. */
  readonly cluster: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** `family:revision` of its task definition. */
  readonly revision: string;
  readonly zone?: string;
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
  /** Why it stopped, the container that failed first. */
  readonly stoppedReason?: string;
  /** Whether it was started with ECS Exec. */
  readonly execEnabled: boolean;
  readonly containers: readonly TaskContainer[];
}

/** A command that is to run in a container. */
export interface ExecRequest {
  readonly command: string;
  /** Id of the task. Default: a running one. */
  readonly task?: string;
  /** Default: the only container, or the first whose agent runs. */
  readonly container?: string;
}

/** A session that AWS has opened, as the Session Manager plugin takes it. */
export interface ExecSession {
  readonly task: string;
  readonly container: string;
  /** `ecs:<cluster>_<task>_<runtime id>`. */
  readonly target: string;
  readonly region: string;
  readonly sessionId: string;
  readonly streamUrl: string;
  /** A secret: whoever has it is in the container. */
  readonly token: string;
}

/** Another number of tasks than Git says. */
export interface ScaleRequest {
  readonly count: number;
  /** Until when it is kept. Undefined: it is set once, which only an autoscaler may take up from there. */
  readonly until?: Date;
  /** Who asks. */
  readonly by: string;
}

/** Something that AWS reported about a resource, for example an ECS service event. */
export interface ResourceEvent {
  readonly id: string;
  readonly at: Date;
  readonly message: string;
}

/** Whether `ensure` or `remove` has done all it has to do. */
export type Progress =
  | { readonly done: true }
  | { readonly done: false; readonly waitsFor: string; readonly pollAfterMs: number };

/** One look at one account and region. Reads are batched over everything that looks at the same time. */
export interface Pass {
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Undefined: AWS does not have it. `fresh`: after a write of our own, past every cache. */
  read<T>(type: string, key: string, options?: { readonly fresh?: boolean }): Promise<T | undefined>;
  /** Tells whoever watches the resource what was found on the way, once each time. Undefined: nobody watches. */
  readonly note?: (note: Note) => void;
  /** Somebody asks about one resource: what a sweep leaves out of what is at rest is read too, such as the last deployment. */
  readonly closely?: boolean;
}

/** What a driver found on the way, as an event without its time: see engine/emit.ts for codes and their data. */
export type Note = Omit<Event, 'at'>;

/** What a driver is asked to look at: a manifest and the parts on record, or the parts alone when the manifest is gone. */
export interface Subject<Spec> {
  readonly desired?: Desired<Spec>;
  readonly recorded: readonly Part[];
}

/**
 * All that is special to one kind towards AWS. Level-based: every method acts on what it is given,
 * never on "was it created by me a moment ago".
 */
export interface Driver<Spec, Live> {
  /**
   * The live state; undefined when absent. With a manifest: the object of the wanted name, else the recorded one
   * (a change of a create-only field gave it another name). Without: the recorded parts.
   */
  observe(subject: Subject<Spec>, pass: Pass): Promise<Live | undefined>;
  /** The AWS objects of this resource, with their tags: who owns them, whose event is this. */
  parts(live: Live): readonly Part[];
  /** What references read. */
  outputs(live: Live): Outputs;
  /** The rollout in flight, or the last one. */
  rollout(live: Live): Rollout | undefined;
  /** What AWS reported, newest first, as AWS gives it. */
  events(live: Live): readonly ResourceEvent[];
  /** Which fields of other resources this one holds. Called after all observes, before any diff. */
  claims(desired: Desired<Spec>, live: Live | undefined): readonly Claim[];
  /** What differs. Pure. Empty in sync, and while the rollout in flight goes to the wanted target. */
  diff(desired: Desired<Spec>, live: Live): readonly Change[];
  /** Makes AWS so. Idempotent; called again, with a fresh look, until it is done. */
  ensure(desired: Desired<Spec>, live: Live | undefined, pass: Pass): Promise<Progress>;
  /** Steers a rollout. */
  act(action: RolloutAction, live: Live, pass: Pass): Promise<void>;
  /** Takes it away. Absent is done; draining takes minutes. */
  remove(live: Live, pass: Pass): Promise<Progress>;
  /**
   * Looks at what the manifest rests on (roles, secrets, images, networks, quotas) before anything is changed. Reads
   * alone; what we may not read is `unchecked`. Undefined: this kind has nothing to look at.
   */
  preflight?(
    desired: Desired<Spec>,
    live: Live | undefined,
    pass: Pass,
    options?: PreflightOptions,
  ): Promise<readonly PreflightFinding[]>;
  /** Its tasks, newest first, those that stopped within the last hour too. Undefined: this kind has none. */
  tasks?(live: Live, pass: Pass): Promise<readonly TaskState[]>;
  /** Opens a session in a container. Undefined: this kind has none. @throws TerminalError `NotAllowed`, with the reason */
  exec?(request: ExecRequest, live: Live, pass: Pass): Promise<ExecSession>;
  /**
   * Sets the number of tasks, and writes down in AWS until when that counts; gives what it did, in words. Undefined: this
   * kind has no number. @throws TerminalError `NotAllowed`, with the reason
   */
  scale?(request: ScaleRequest, desired: Desired<Spec>, live: Live, pass: Pass): Promise<string>;
  /** Pure. Healthy is bound to the wanted revision, never to an earlier one that still runs. */
  health(desired: Desired<Spec>, live: Live, now: Date): Health;
}
