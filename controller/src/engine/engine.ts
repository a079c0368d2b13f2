import type { ApplicationSpec } from '../api/application.ts';
import type { AwsContext } from '../aws/context.ts';
import type { Clock } from '../core/clock.ts';
import type { Health } from '../core/driver.ts';
import type { EventSink } from '../core/events.ts';
import type { Manifest, Ref } from '../core/manifest.ts';
import type { Plan } from '../core/plan.ts';
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
}

/** Argo CD's operation phases. */
export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';

/** Who or what asked for a sync. */
export interface Initiator {
  readonly kind: 'commit' | 'person' | 'self-heal' | 'schedule' | 'webhook';
  readonly name: string;
}

/** What became of one step. */
export interface StepResult {
  readonly ref: Ref;
  readonly status: 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';
  readonly message: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** One recorded sync. Times in ISO 8601. */
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
  readonly results: readonly StepResult[];
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
}

/** Sync and health of an Application, from a fresh look. */
export interface ApplicationStatus {
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly health: Health;
  readonly plan: Plan;
  readonly resources: readonly { readonly ref: Ref; readonly sync: 'Synced' | 'OutOfSync'; readonly health: Health }[];
}

/** Plans and syncs Applications. Holds no state of its own besides AWS connections. */
export interface Engine {
  plan(input: ApplicationInput, options: { readonly prune?: boolean }, signal: AbortSignal): Promise<Plan>;
  /** Applies wave by wave until verified. Never throws for a failed sync: that is an Operation with phase Failed or Error. */
  sync(input: ApplicationInput, options: SyncOptions, signal: AbortSignal): Promise<Operation>;
  status(input: ApplicationInput, signal: AbortSignal): Promise<ApplicationStatus>;
  close(): void;
}
