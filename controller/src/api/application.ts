/** A set of manifests in a source, and the account and region that they are to be true in. */
export interface ApplicationSpec {
  /**
   * The Project whose rules apply.
   * @default "default"
   */
  project?: string;
  /** Where the manifests come from. */
  source: ApplicationSource;
  /** The account and region that the manifests describe. */
  destination?: ApplicationDestination;
  /** How and when the source is made true. */
  syncPolicy?: SyncPolicy;
  /**
   * How often the source is looked at without a webhook, in seconds.
   * @asType integer
   * @minimum 1
   * @default 120
   */
  pollIntervalSeconds?: number;
  /**
   * How many operations are kept in the history.
   * @asType integer
   * @minimum 1
   * @default 10
   */
  revisionHistoryLimit?: number;
}

/** A folder of a Git repository, or a plain folder. */
export interface ApplicationSource {
  /** `https://`, `ssh://` or `git@host:` address, `file://` address, or a path. */
  repoURL: string;
  /**
   * Branch, tag or commit. Default: the repository's HEAD.
   */
  targetRevision?: string;
  /**
   * The folder in the repository.
   * @default "."
   */
  path?: string;
  /** Which files of the folder are manifests. */
  directory?: SourceDirectory;
  /** Values for `${param.name}`. */
  parameters?: Record<string, string>;
}

/** Which files of a folder are manifests: every .yaml, .yml and .json file unless said otherwise. */
export interface SourceDirectory {
  /** Sub-folders as well. */
  recurse?: boolean;
  /** Glob of the files to take. */
  include?: string;
  /** Glob of the files to leave out. */
  exclude?: string;
}

/** An AWS account and region. */
export interface ApplicationDestination {
  /**
   * Twelve digits. Default: the account of the credentials.
   * @pattern ^[0-9]{12}$
   */
  accountId?: string;
  /** For example `eu-west-1`. Default: the region of the environment. */
  region?: string;
}

/** How and when the source is made true. */
export interface SyncPolicy {
  /** Present: a new commit is synced without a person. */
  automated?: AutomatedSync;
  /** What happens after a failed sync. */
  retry?: RetryPolicy;
  /**
   * How long one sync may take, in seconds.
   * @asType integer
   * @minimum 1
   * @default 3600
   */
  timeoutSeconds?: number;
  /**
   * How many resources one sync may delete or replace: a number, or a share of the inventory such as `10%` (at least one).
   * More needs a person's approval.
   * @default "10%"
   */
  maxDeletions?: number | string;
}

/** What is done without a person. */
export interface AutomatedSync {
  /** Delete what the source no longer has. */
  prune?: boolean;
  /** Correct what was changed by hand. */
  selfHeal?: boolean;
  /** Let a source without any manifest delete everything. */
  allowEmpty?: boolean;
}

/** Retries of a failed sync; each takes the newest commit. */
export interface RetryPolicy {
  /**
   * How many times.
   * @asType integer
   * @minimum 0
   * @default 5
   */
  limit?: number;
  /** The time between tries. */
  backoff?: Backoff;
}

/** Times between tries: duration, duration x factor, ... up to maxDuration. */
export interface Backoff {
  /**
   * The first wait, such as `5s`.
   * @pattern ^([0-9]+(ms|s|m|h))+$
   * @default "5s"
   */
  duration?: string;
  /**
   * What each wait is multiplied by.
   * @minimum 1
   * @default 2
   */
  factor?: number;
  /**
   * The longest wait, such as `3m`.
   * @pattern ^([0-9]+(ms|s|m|h))+$
   * @default "3m"
   */
  maxDuration?: string;
}
