import type { Clock } from '../../core/clock.ts';
import type { EventSink } from '../../core/events.ts';
import type { Destination } from '../../kinds/kind.ts';
import type { GeneratorSources } from '../applicationset/generators.ts';
import type { Decisions } from '../decisions.ts';
import type { Emit } from '../emit.ts';
import type { Project } from '../projects.ts';
import type { QueueObserver, WorkQueue } from '../queue.ts';
import type { StateStore } from '../store.ts';
import type { ApplicationAccess, Declarations, DeclaredApplication, Workplace } from './declared.ts';
import type { Entry, Obstacle } from './entry.ts';
import type { PartIndex } from './part-index.ts';
import type { ProjectBook } from './project-book.ts';
import type { RecentPasses } from './recent-passes.ts';
import type { Registry } from './registry.ts';
import type { Slots } from './slots.ts';

/** What made the controller look at an Application: a new revision or declaration, the sweep of AWS, or an event. */
export type LookKind = 'source' | 'sweep' | 'event';

/** Hears what a controller does; for metrics. Must not throw. */
export interface ControllerObserver extends QueueObserver {
  /** An Application was compared with AWS, in that many milliseconds. */
  reconciled(durationMs: number, about: { readonly application: string; readonly kind: LookKind }): void;
}

/** Who changed objects of AWS, where no event told: CloudTrail's LookupEvents. The last change of each, by object. */
export type WhoChanged = (
  destination: Destination,
  objects: readonly string[],
  since: Date,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, { readonly principal: string; readonly at: Date }>>;

/** What a controller works with. */
export interface ControllerDeps {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** What the folder declares now. Throws when it cannot be read: then what is known stays. */
  readonly declarations: (signal: AbortSignal) => Promise<Declarations>;
  /** How an Application is read. Called again when its declaration changes. Reads nothing yet. */
  readonly open: (application: DeclaredApplication) => ApplicationAccess;
  /** Where the Applications of a Project work; called again when the Project changes. */
  readonly workplace: (project: Project) => Workplace;
  /** The account of the controller's own credentials. */
  readonly account: () => Promise<string>;
  /** What the generators of ApplicationSets ask. Default: lists alone can be evaluated. */
  readonly generators?: GeneratorSources;
  /** What was listed of a repository before now is not used any more: something was pushed to it. */
  readonly invalidate?: (repository: string) => void;
  /** How often `declarations` is called, in seconds. Default 10. */
  readonly reloadSeconds?: number;
  /** How many Applications are compared at once. Default 20. */
  readonly workers?: number;
  /** How many automated operations run at once. Default 200. */
  readonly operations?: number;
  readonly observer?: ControllerObserver;
  readonly whoChanged?: WhoChanged;
}

/** What the parts of a controller share. */
export interface Keeping {
  readonly deps: ControllerDeps;
  readonly registry: Registry;
  readonly index: PartIndex;
  readonly projects: ProjectBook;
  readonly decisions: Decisions;
  /** Applications that are to be looked at. */
  readonly queue: WorkQueue<string>;
  /** Repositories that are to be asked. */
  readonly polls: WorkQueue<string>;
  /** Destinations whose Applications are to be compared together. */
  readonly sweeps: WorkQueue<string>;
  readonly slots: Slots;
  readonly passes: RecentPasses;
  /** Aborts when the controller ends. */
  readonly stopping: AbortSignal;
  /** The order of the ApplicationSet that made an Application: what stands in its way, if anything does. */
  readonly strategyObstacle: (entry: Entry) => Obstacle | undefined;
  /** True when the ApplicationSet that made it says when it is synced. */
  readonly hasStrategy: (entry: Entry) => boolean;
  /** Called when the state of an Application has changed. */
  readonly changed: (entry: Entry) => void;
  emit(application?: string): Emit;
}

/** How often a source is looked at and AWS is compared, in milliseconds. */
export function pollMsOf(entry: Entry): number {
  return (entry.declared.spec.pollIntervalSeconds ?? 120) * 1000;
}
