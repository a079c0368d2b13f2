import type { ApplicationSpec } from '../api/application.ts';
import type { ProjectSpec } from '../api/project.ts';
import type {
  Claim,
  ExecRequest,
  ExecSession,
  Health,
  ResourceEvent,
  Rollout,
  RolloutAction,
  ScaleRequest,
  TaskState,
} from '../core/driver.ts';
import type { Ref } from '../core/manifest.ts';
import type { Plan } from '../core/plan.ts';
import type { ApplicationStatus, Initiator, Operation } from './engine.ts';

/** A condition of an Application, as `kubectl wait` and Argo CD's `CONDITIONS` column know it. */
export interface Condition {
  /** For example `Ready`, `Reconciling`, `Stalled`, `Held`, `ComparisonError`, `DependencyNotReady`, `WindowClosed`, `ApprovalNeeded`. */
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** A constant in CamelCase. */
  readonly reason: string;
  readonly message: string;
  /** When `status` last changed, in ISO 8601. */
  readonly lastTransitionTime: string;
}

/** Where an Application came from. */
export type Origin =
  | { readonly kind: 'folder' }
  | { readonly kind: 'ApplicationSet' | 'Application'; readonly name: string };

/** A field that somebody changed by hand. */
export interface DriftedField {
  readonly ref: Ref;
  /** JSON pointer into the spec; empty where the resource itself is gone. */
  readonly path: string;
  /** ARN or name of who changed it, where an event or CloudTrail told. */
  readonly principal?: string;
  /** When they did, in ISO 8601. */
  readonly at?: string;
}

/** What is known of an Application: lists, metrics, the API. */
export interface ApplicationState {
  readonly name: string;
  readonly project: string;
  readonly spec: ApplicationSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly origin: Origin;
  /** Undefined until it was looked at. */
  readonly status?: ApplicationStatus;
  /** Commit or digest that was looked at last. */
  readonly revision?: string;
  /** Why the last look failed; then `status` is the last that succeeded, and sync is Unknown. */
  readonly problem?: string;
  readonly lookedAt?: Date;
  /** The operation that runs now. */
  readonly operation?: Operation;
  readonly drift: readonly DriftedField[];
  readonly conditions: readonly Condition[];
  /** True while it is being deleted. */
  readonly deleting: boolean;
}

/** A sync that somebody asks for. */
export interface SyncRequest {
  readonly initiator: Initiator;
  /** Another revision of the source than `targetRevision`, once. */
  readonly revision?: string;
  /** Default: what the Application's policy says. */
  readonly prune?: boolean;
  /** `KIND:NAME`, `*` as wildcard, `!` negates. Default: everything. */
  readonly resources?: readonly string[];
  /** A person said yes to deletions beyond maxDeletions, and to those that want a confirmation. */
  readonly approveDeletions?: boolean;
  /** A person said yes to the plan of this digest and these changes (gate, adoption); see `planId`. */
  readonly approvePlan?: string;
}

/** A Project as it is declared, or `default` where nobody declares one. */
export interface ProjectState {
  readonly name: string;
  readonly spec: ProjectSpec;
}

/** What is known of an ApplicationSet. */
export interface ApplicationSetState {
  readonly name: string;
  readonly origin: Origin;
  /** Names of the Applications that it made, in order. */
  readonly applications: readonly string[];
  /** Why it could not be evaluated last; then its Applications stay as they are. */
  readonly problem?: string;
}

/** What can be asked of a running controller about its Applications. The HTTP API is on this and on nothing else. */
export interface Control {
  /** In the order of names. */
  states(): readonly ApplicationState[];
  /** Names of all Applications, in order. With `state`, a page of a list costs as much as the page is long. */
  names(): readonly string[];
  state(name: string): ApplicationState | undefined;
  /** In the order of names; `default` is always among them. */
  projects(): readonly ProjectState[];
  /** In the order of names. */
  applicationSets(): readonly ApplicationSetState[];
  /** Looks at the source now, past every cache; resolves when it was looked at. @throws TerminalError `NotFound` */
  refresh(name: string, signal: AbortSignal): Promise<ApplicationState>;
  /** A fresh plan, of `revision` where one is given. @throws TerminalError; InvalidInputError */
  plan(
    name: string,
    options: { readonly revision?: string; readonly prune?: boolean; readonly resources?: readonly string[] },
    signal: AbortSignal,
  ): Promise<Plan>;
  /**
   * Begins a sync and gives the operation as it began; `operation` tells how it goes on.
   * @throws TerminalError `NotFound`, `OperationInProgress`, `WindowClosed`, `ApprovalNeeded`, `ProjectRefused`
   */
  sync(name: string, request: SyncRequest): Promise<Operation>;
  /** Ends the operation that runs. @throws TerminalError `NotFound`, `NoOperation` */
  terminate(name: string, by: string): Promise<void>;
  /**
   * Syncs what an earlier operation synced, by its id or that of a rollout that it saw (default: the last that succeeded before the current one), and holds the
   * manifests that it takes back until Git says something else. @throws TerminalError `NotFound`, `NoHistory`
   */
  rollback(name: string, id: string | undefined, by: string): Promise<Operation>;
  /** Lets automation go on with what a rollback holds. */
  release(name: string, by: string): Promise<void>;
  /** Oldest first. */
  history(name: string): Promise<readonly Operation[]>;
  operation(name: string, id: string): Promise<Operation | undefined>;
  /** The rendered manifests as YAML: of now, or of an operation. */
  manifests(name: string, id: string | undefined, signal: AbortSignal): Promise<string>;
  /** Health and sync of every resource, with its parts in AWS. */
  resources(name: string): readonly ResourceState[];
  /** The objects in AWS of one of them, from a fresh look; of hooks and of Jobs that only people run too. @throws TerminalError `NotFound`, `Foreign` */
  parts(name: string, ref: Ref, signal: AbortSignal): Promise<ResourceState['parts']>;
  /** The rollouts in flight and the last ones, from a fresh look, in the order of the plan. @throws TerminalError `NotFound` */
  rollouts(name: string, signal: AbortSignal): Promise<readonly RolloutState[]>;
  /** One of them. @throws TerminalError `NotFound`, `Foreign` */
  rollout(name: string, ref: Ref, signal: AbortSignal): Promise<RolloutState>;
  /**
   * Steers a rollout, also while an operation runs; gives it as it is then.
   * @throws TerminalError `NotAllowed` with what is allowed now, `NotFound`, `NotThere`, `Foreign`
   */
  act(name: string, ref: Ref, action: RolloutAction, by: string, signal: AbortSignal): Promise<RolloutState>;
  /** The tasks of a Service or Job, newest first. @throws TerminalError `NotFound`, `NotThere`, `NotAllowed` */
  tasks(name: string, ref: Ref, signal: AbortSignal): Promise<readonly TaskState[]>;
  /** Opens a session in a container. @throws TerminalError `NotFound`, `NotThere`, `NotAllowed` */
  exec(name: string, ref: Ref, request: ExecRequest, by: string, signal: AbortSignal): Promise<ExecSession>;
  /** Sets the number of tasks of a Service for a while; says what it did. @throws TerminalError `NotAllowed`, `NotFound` */
  scale(name: string, ref: Ref, request: ScaleRequest, signal: AbortSignal): Promise<string>;
  /** Runs a Job once more; gives the operation as it began. @throws TerminalError `OperationInProgress`, `NotAllowed` */
  runJob(name: string, ref: Ref, by: string): Promise<Operation>;
  /**
   * Takes an Application away. `cascade`: with everything that it owns in AWS. What comes from a folder, an ApplicationSet or
   * another Application and is still declared there is refused. @throws TerminalError `NotFound`, `StillDeclared`
   */
  delete(name: string, options: { readonly cascade: boolean; readonly by: string }): Promise<void>;
}

/** A rollout of a resource, from a fresh look. */
export interface RolloutState {
  readonly ref: Ref;
  readonly rollout: Rollout;
  readonly health: Health;
  /** What AWS reported, newest first. */
  readonly events: readonly ResourceEvent[];
  readonly parts: readonly { readonly type: string; readonly id: string }[];
  /** Fields that Git does not decide now. */
  readonly claims: readonly Claim[];
  /** Id of the operation that runs now. */
  readonly operation?: string;
}

/** One resource of an Application. */
export interface ResourceState {
  readonly ref: Ref;
  readonly sync: 'Synced' | 'OutOfSync';
  readonly health: Health;
  readonly parts: readonly { readonly type: string; readonly id: string }[];
  /** Its hook phase, where it is one. */
  readonly hook?: string;
  /** The last result of the last operation on it. */
  readonly message?: string;
}
