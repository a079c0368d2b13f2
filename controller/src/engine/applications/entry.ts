import type { Ref } from '../../core/manifest.ts';
import type { Fetched } from '../../source/source.ts';
import type { Condition, DriftedField } from '../control.ts';
import type { ApplicationInput, ApplicationStatus, Engine, Looked, Operation } from '../engine.ts';
import type { Touch } from '../touch.ts';
import type { Anonymous } from './attribution.ts';
import type { ApplicationAccess, DeclaredApplication } from './declared.ts';
import type { Past } from './past.ts';

/** Why an Application is not synced though it is to be: one condition that stands in the way, and until when it is known to. */
export interface Obstacle {
  /** For example `WindowClosed`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** When it is worth to look again without anything having happened; absent: something has to happen. */
  readonly until?: Date;
}

/** The deletion of an Application, under way. */
export interface Deletion {
  /** Who or what asked: a person by name, or what took it out of where it was declared. */
  readonly by: string;
  /** True when a person asked for it by name. */
  readonly personally?: true;
  /** In ISO 8601. */
  readonly since: string;
  /** A person said yes to what asks for a confirmation. */
  readonly approved?: boolean;
}

/**
 * What the controller remembers of an Application between looks. All of it can be lost: the declarations, the store and AWS
 * say the rest.
 */
export interface Entry {
  declared: DeclaredApplication;
  /** Digest of what is declared. */
  version: string;
  access: ApplicationAccess;
  /** False: nobody declares it any more, and it is kept for a reason. */
  wanted: boolean;
  /** Counts changes of its source and declaration; what was rendered and what was compared with AWS say of which. */
  changes: number;
  rendered: number;
  compared: number;
  /** The Project allows its source and destination. Before that nothing is asked of its repository. */
  admitted: boolean;
  /** What a poll has read already, of a source that gives its files or nothing. */
  fetched?: Fetched;
  /** What was rendered last. */
  input?: ApplicationInput;
  treeHash?: string;
  looked?: Looked;
  lookedAt?: Date;
  /** The next turn looks at everything afresh. */
  lookDue: boolean;
  /** What is to be looked at afresh in the next turn, with the event that said so. */
  readonly touched: Map<Ref, Touch>;
  /** Counts operations and declarations: what was looked at under an earlier count is old news. */
  epoch: number;
  /** Why it could not be compared. */
  problem?: string;
  /** Why its source could not be read. What was read before stays what is compared. */
  sourceProblem?: string;
  past?: Past;
  running?: Operation | 'starting';
  /** The engine that runs it. */
  engine?: Engine;
  /** Resolves when the operation that runs has ended. */
  ended?: Promise<void>;
  drift: readonly DriftedField[];
  /** Drift whose author is not known yet. */
  anonymous?: Anonymous;
  /** Who touched what last, for drift that is found later. */
  readonly hands: Map<Ref, Touch>;
  obstacle?: Obstacle;
  /** The plan that was seen right after an operation failed: another one means that the world has changed. */
  failedOn?: { readonly operation: string; readonly plan: string };
  conditions: readonly Condition[];
  deletion?: Deletion;
  /** The failed try of a deletion after which a person said yes. */
  approvedAfter?: string;
  /** What the last operation said of each resource. */
  results?: ReadonlyMap<Ref, string>;
  /** What was told of last, so that each thing is told once. */
  readonly told: Map<string, string>;
  /** Called when the next turn is over. */
  readonly waiting: (() => void)[];
}

/** What is remembered of an Application that is new. */
export function newEntry(declared: DeclaredApplication, version: string, access: ApplicationAccess): Entry {
  return {
    declared,
    version,
    access,
    wanted: true,
    changes: 1,
    rendered: 0,
    compared: 0,
    admitted: false,
    lookDue: true,
    touched: new Map(),
    epoch: 0,
    drift: [],
    hands: new Map(),
    conditions: [],
    told: new Map(),
    waiting: [],
  };
}

/** The Project of an Application. */
export function projectOf({ spec }: Pick<DeclaredApplication, 'spec'>): string {
  return spec.project ?? 'default';
}

/** True when Git, as it is known, is true in AWS and works. */
export function isReady(entry: Entry): boolean {
  const status = entry.looked?.status;
  return (
    !isStale(entry) &&
    entry.running === undefined &&
    problemOf(entry) === undefined &&
    entry.deletion === undefined &&
    status?.sync === 'Synced' &&
    status.health.status === 'Healthy'
  );
}

/**
 * The last look, as it is shown: what a rollback holds is Degraded until Git says something else, however well that runs
 * which was gone back to.
 */
export function shownStatus({ looked, obstacle }: Entry): ApplicationStatus | undefined {
  const status = looked?.status;
  if (status === undefined || obstacle?.type !== 'Held' || status.sync !== 'OutOfSync') return status;
  return { ...status, health: { status: 'Degraded', reason: 'Held', message: obstacle.message } };
}

/** Its source or declaration has changed and was not compared with AWS yet. */
export function isStale(entry: Entry): boolean {
  return entry.compared !== entry.changes;
}

/** Why it is not known whether Git is true in AWS. */
export function problemOf(entry: Entry): string | undefined {
  return entry.sourceProblem ?? entry.problem;
}
