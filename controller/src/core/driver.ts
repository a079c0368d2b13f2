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
  readonly holds: { readonly exactly: Json } | { readonly between: readonly [number, number] } | 'any';
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

/** A rollout, read from AWS alone. */
export interface Rollout {
  readonly id: string;
  /** The revision it goes to, for example a task definition ARN. */
  readonly target: string;
  readonly phase: 'InProgress' | 'AwaitingPromotion' | 'Paused' | 'RollingBack' | 'Succeeded' | 'Failed';
  /** Step i of n, counted from 1. */
  readonly step: readonly [index: number, of: number];
  /** How it goes, in the words of `spec.deployment.strategy`: `ROLLING` and so on. */
  readonly strategy: string;
  /** Share of traffic in percent by target group. */
  readonly weights: Readonly<Record<string, number>>;
  readonly allows: readonly RolloutAction[];
  /** Why it rolled back or failed. */
  readonly cause?: string;
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
}

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
  /** Pure. Healthy is bound to the wanted revision, never to an earlier one that still runs. */
  health(desired: Desired<Spec>, live: Live, now: Date): Health;
}
