import type { ApplicationSpec } from '../api/application.ts';
import type { AwsContext } from '../aws/context.ts';
import type { Clock } from '../core/clock.ts';
import type {
  Claim,
  ExecRequest,
  ExecSession,
  Health,
  Part,
  Pass,
  ResourceEvent,
  Rollout,
  RolloutAction,
  ScaleRequest,
  TaskState,
} from '../core/driver.ts';
import type { EventSink } from '../core/events.ts';
import type { HookPhase } from '../core/hooks.ts';
import type { Manifest, Position, Ref } from '../core/manifest.ts';
import type { PlacedPreflight, Plan } from '../core/plan.ts';
import type { Destination, Kind } from '../kinds/kind.ts';
import type { StateStore } from './store.ts';

/** What an engine works with. */
export interface EngineDeps {
  readonly kinds: ReadonlyMap<string, Kind<never, never>>;
  /** Clients for a destination; the engine asks once and keeps them. */
  readonly connect: (destination: Destination) => Promise<AwsContext>;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** Value of the tag `longshore.dev/instance`: which installation of Longshore owns a resource. */
  readonly instance: string;
}

/** One Application at one revision, rendered and validated. */
export interface ApplicationInput {
  readonly name: string;
  readonly spec: ApplicationSpec;
  readonly destination: Destination;
  readonly revision: string;
  readonly manifests: readonly Manifest[];
  /** Of the Application itself: `longshore.dev/deletion-approved`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where a field of the Application itself stands, for errors in its spec. Pointers as in `Manifest.positionOf`. */
  readonly positionOf?: (pointer: string) => Position;
}

/** Argo CD's operation phases. */
export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';

/** Who or what asked for a sync. */
export interface Initiator {
  readonly kind: 'commit' | 'person' | 'self-heal' | 'schedule' | 'webhook' | 'retry' | 'rollback' | 'rollout';
  readonly name: string;
}

/** What became of one step. */
export interface StepResult {
  readonly ref: Ref;
  readonly status: 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';
  readonly message: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Present for a hook: the phase that it ran in. */
  readonly hook?: HookPhase;
  /** The last rollout that was seen on its way while the step ran, as it was in the end. */
  readonly rollout?: RecordedRollout;
  /** Of a Job that a person ran. */
  readonly exitCode?: number;
}

/** What is kept of a rollout. Times in ISO 8601. */
export interface RecordedRollout extends Pick<Rollout, 'id' | 'target' | 'strategy' | 'phase' | 'cause'> {
  readonly startedAt: string;
  /** Absent: the operation ended before the rollout did. */
  readonly endedAt?: string;
  readonly steps: readonly RecordedStep[];
}

/** What is kept of a step of a rollout. Times in ISO 8601; where AWS tells none, when they were first seen. */
export interface RecordedStep {
  readonly name: string;
  readonly status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly message?: string;
}

/** What was found of what one resource rests on. */
export interface Verified {
  readonly ref: Ref;
  readonly findings: readonly PlacedPreflight[];
}

/** One recorded sync, or removal of a whole Application. Times in ISO 8601. */
export interface Operation {
  readonly id: string;
  readonly application: string;
  readonly initiator: Initiator;
  readonly phase: OperationPhase;
  readonly message: string;
  readonly revision: string;
  readonly digest: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly plan: Plan;
  /** What is done so far; written while the operation runs. */
  readonly results: readonly StepResult[];
  /** True for the removal of the Application. */
  readonly removal?: true;
  /**
   * Names what hooks run for: no hook runs twice for the same run and phase. An operation that takes up an interrupted one
   * has the same. Absent in records of versions before hooks.
   */
  readonly run?: string;
  /** Id of the interrupted operation that this one took up. */
  readonly resumes?: string;
  /** Id of the failed operation that this one tries again. */
  readonly retryOf?: string;
  /** Selectors of a partial sync. Such an operation says nothing of the rest of the revision. */
  readonly resources?: readonly string[];
  /** It ran this Job once more, and synced nothing. */
  readonly job?: Ref;
  /** It only brought these to their end: rollouts that were under way while no operation was. */
  readonly carriesOn?: readonly Ref[];
  /** Values of `${param.name}` that the manifests were rendered with. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** True when the rendered manifests are on record: `readManifests` gives them, also after Git lost the commit. */
  readonly manifestsKept?: true;
  /** True for a dry run: nothing was done, and the operation is in no history. */
  readonly dryRun?: true;
}

/** How a sync is asked for. */
export interface SyncOptions {
  readonly initiator: Initiator;
  /** Only when the world still gives this plan (digest and changes); otherwise a TerminalError says what moved. */
  readonly expect?: Plan;
  /** Delete what the source no longer has. Default: the Application's syncPolicy.automated.prune. */
  readonly prune?: boolean;
  /** A person said yes to adopting, replacing and deleting beyond maxDeletions. */
  readonly approved?: boolean;
  /** A person said yes to deletions alone: beyond maxDeletions, and of what asks by Prune=confirm or Delete=confirm. */
  readonly approveDeletions?: boolean;
  /** Partial sync: selectors `KIND:NAME`, `*` for any, `!` in front for all but these. Hooks run as in a whole sync. */
  readonly resources?: readonly string[];
  /** Gives the plan as an operation that did nothing and is not recorded. */
  readonly dryRun?: boolean;
  /** As `Replace=true` on every resource: what cannot be changed or replaced side by side is deleted and made anew. */
  readonly replace?: boolean;
  /** How long it may take, in seconds. Default: the Application's syncPolicy.timeoutSeconds, else 3600. */
  readonly timeoutSeconds?: number;
  /** Id of the interrupted operation that this one takes up: hooks that it ran are not run again. */
  readonly resumes?: string;
  /** Id of the failed operation that this one tries again. Its hooks run again. */
  readonly retryOf?: string;
  /** Names what hooks run for. Default: that of the operation that it resumes, else a new one. */
  readonly run?: string;
  /** It is there to bring these to their end, and named so in the history. */
  readonly carriesOn?: readonly Ref[];
  /** Hears of the operation as soon as it is on record. Must not throw. */
  readonly began?: (operation: Operation) => void;
}

/** How the removal of an Application is asked for. */
export interface RemoveOptions
  extends Pick<
    SyncOptions,
    'initiator' | 'approveDeletions' | 'timeoutSeconds' | 'resumes' | 'retryOf' | 'run' | 'began'
  > {}

/** An Application whose source is not there any more: what it owns is found by its records alone, and no hook runs. */
export interface ForgottenApplication {
  readonly name: string;
  /** Where to look besides the destinations that are on record. The first one is its own. */
  readonly destinations: readonly Destination[];
}

/** Sync and health of an Application, from a fresh look. */
export interface ApplicationStatus {
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly health: Health;
  readonly plan: Plan;
  readonly resources: readonly ResourceStatus[];
}

/** Sync and health of one resource. */
export interface ResourceStatus {
  readonly ref: Ref;
  readonly sync: 'Synced' | 'OutOfSync';
  readonly health: Health;
  /** The rollout in flight, or the last one. */
  readonly rollout?: Rollout;
}

/** A finished look. Given back to `status`, what was not touched since is not read again. */
export interface Looked {
  readonly status: ApplicationStatus;
  /** Which objects of AWS belong to which resource, also of what is on record and not declared any more. */
  readonly parts: ReadonlyMap<Ref, readonly Part[]>;
}

/** How to look. */
export interface StatusOptions {
  /** Of the Application's destination, shared by all Applications that are looked at together. */
  readonly pass?: Pass;
  /** With `before`: only these are read afresh, and what depends on what they give. */
  readonly touched?: ReadonlySet<Ref>;
  /** The look before. Of other manifests, or after a sync, it is not used. */
  readonly before?: Looked;
  /** What is kept between looks, because it hardly ever changes, is read anew. Not with `pass`. */
  readonly recheck?: boolean;
}

/** What a plan is asked for. */
export interface PlanOptions extends Pick<SyncOptions, 'prune' | 'resources' | 'replace'> {}

/** One resource, from a fresh look, and what a person can do to it. */
export interface ResourceHandle {
  readonly ref: Ref;
  readonly health: Health;
  readonly parts: readonly { readonly type: string; readonly id: string }[];
  /** Fields that Git does not decide now. */
  readonly claims: readonly Claim[];
  /** The rollout in flight, or the last one. */
  readonly rollout?: Rollout;
  /** What AWS reported, newest first. */
  readonly events: readonly ResourceEvent[];
  /** Steers its rollout. @throws TerminalError `NotAllowed` with what is allowed, `NotThere` */
  act(action: RolloutAction): Promise<void>;
  /** Newest first. @throws TerminalError `NotAllowed` for a kind without tasks, `NotThere` */
  tasks(): Promise<readonly TaskState[]>;
  /** @throws TerminalError `NotAllowed`, `NotFound`, `NotThere` */
  exec(request: ExecRequest): Promise<ExecSession>;
  /** What was done, in words. @throws TerminalError `NotAllowed`, `NotThere` */
  scale(request: ScaleRequest): Promise<string>;
}

/** How a Job is run once more. */
export interface RunOptions extends Pick<SyncOptions, 'initiator' | 'timeoutSeconds' | 'resumes' | 'began'> {
  readonly ref: Ref;
}

/** Plans and syncs Applications. Holds no state of its own besides AWS connections. */
export interface Engine {
  plan(input: ApplicationInput, options: PlanOptions, signal: AbortSignal): Promise<Plan>;
  /** Looks at what every resource rests on: roles, secrets, images, networks, quotas. In the order of the waves. */
  verify(input: ApplicationInput, signal: AbortSignal): Promise<readonly Verified[]>;
  /** Applies wave by wave until verified. Never throws for a failed sync: that is an Operation with phase Failed or Error. */
  sync(input: ApplicationInput, options: SyncOptions, signal: AbortSignal): Promise<Operation>;
  status(input: ApplicationInput, signal: AbortSignal, options?: StatusOptions): Promise<Looked>;
  /** Looks at one resource afresh. Beside an operation that runs, too. @throws TerminalError `NotFound`, `Foreign` */
  resource(input: ApplicationInput, ref: Ref, signal: AbortSignal): Promise<ResourceHandle>;
  /**
   * Runs a Job once more, to its end: an operation like any other. @throws TerminalError `NotFound`, `NotAllowed`,
   * `OperationInProgress`
   */
  run(input: ApplicationInput, options: RunOptions, signal: AbortSignal): Promise<Operation>;
  /**
   * Takes away all that an Application owns: PreDelete hooks, everything on record in reverse order (but what is retained,
   * or waits for a person), PostDelete hooks. An operation like any other; maxDeletions does not apply.
   */
  remove(
    target: ApplicationInput | ForgottenApplication,
    options: RemoveOptions,
    signal: AbortSignal,
  ): Promise<Operation>;
  /**
   * Ends the operation of an Application that runs in this process: phase Terminating while calls in flight come to rest,
   * then Failed, "Operation terminated", or `why`. False when none runs.
   */
  terminate(application: string, why?: string): boolean;
  close(): void;
}
