import type { HookPhase } from '../../core/hooks.ts';
import type { Plan } from '../../core/plan.ts';
import type { ListMeta } from './common.ts';
import type { RecordedRolloutView } from './rollout.ts';

/** What a plan is asked for. */
export interface PlanRequest {
  /**
   * Another revision of the source than `targetRevision`.
   * @maxLength 256
   */
  revision?: string;
  /** Default: what the Application's policy says. */
  prune?: boolean;
  /**
   * `KIND:NAME`, `*` as wildcard, `!` negates. Default: everything.
   * @maxItems 1000
   */
  resources?: string[];
}

/** A plan, and the word by which a person says yes to it. */
export interface PlanAnswer {
  kind: 'Plan';
  /** For `approvePlan` of a sync: names these manifests and these changes. */
  id: string;
  plan: Plan;
}

/** A sync that is asked for. */
export interface SyncBody extends PlanRequest {
  /** Yes to deletions beyond maxDeletions, and to those that want a confirmation. Needs the role admin. */
  approveDeletions?: boolean;
  /**
   * Yes to the plan of this id (gate, adoption, deletions). Needs the role admin where it has more deletions than maxDeletions.
   * @maxLength 256
   */
  approvePlan?: string;
}

/** What is rolled back to. */
export interface RollbackBody {
  /**
   * Id of an operation, or of a rollout that it saw. Default: the last that succeeded before the current one.
   * @maxLength 512
   */
  id?: string;
}

/** Who or what asked for an operation. */
export interface InitiatorView {
  kind: 'commit' | 'person' | 'self-heal' | 'schedule' | 'webhook' | 'retry' | 'rollback' | 'rollout';
  name: string;
}

/** An operation without its plan. */
export interface OperationSummary {
  id: string;
  application: string;
  initiator: InitiatorView;
  phase: 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';
  message: string;
  revision: string;
  /** In ISO 8601. */
  startedAt: string;
  /** In ISO 8601. */
  finishedAt?: string;
  /** True for the removal of the Application. */
  removal?: boolean;
  /** Id of the failed operation that this one tries again. */
  retryOf?: string;
  /** Id of the operation that was interrupted by the end of the controller, and that this one goes on with. */
  resumes?: string;
  /** Selectors of a partial sync. */
  resources?: string[];
  /** It ran this Job (`Kind/name`) once more, and synced nothing. */
  job?: string;
  /** It only brought the rollouts of these (`Kind/name`) to their end: they were under way while no operation was. */
  carriesOn?: string[];
  /** Rollouts that it saw on their way. */
  rollouts?: RecordedRolloutView[];
}

/** An operation in full. */
export interface Operation extends OperationSummary {
  kind: 'Operation';
  /** Of the rendered manifests. */
  digest: string;
  plan: Plan;
  /** What is done so far. */
  results: StepResultView[];
}

/** What became of one step. */
export interface StepResultView {
  /** `Kind/name`. */
  ref: string;
  status: 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';
  message: string;
  /** In ISO 8601. */
  startedAt: string;
  /** In ISO 8601. */
  finishedAt: string;
  /** The phase that it ran in, where it is a hook. */
  hook?: HookPhase;
  /**
   * Of a Job that a person ran.
   * @asType integer
   */
  exitCode?: number;
}

/** Operations, newest first. */
export interface OperationList {
  kind: 'OperationList';
  metadata: ListMeta;
  items: OperationSummary[];
}

/** What one can roll back to, and what failed, oldest first: ID DATE REVISION of `argocd app history`. */
export interface HistoryList {
  kind: 'HistoryList';
  items: OperationSummary[];
}
