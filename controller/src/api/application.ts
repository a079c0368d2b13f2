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
  /**
   * Applications that have to be Synced and Healthy before this one is synced.
   * @maxItems 50
   */
  dependsOn?: string[];
  /** How and when the source is made true. */
  syncPolicy?: SyncPolicy;
  /**
   * Fields that Git does not decide: what AWS has stays, and is not drift.
   * @maxItems 100
   */
  ignoreDifferences?: IgnoreDifferences[];
  /**
   * New images that become commits of the source.
   * @maxItems 50
   */
  imageUpdates?: ImageUpdate[];
  /**
   * Who hears of what happens, besides those that the Project names.
   * @maxItems 20
   */
  notifications?: Notification[];
  /**
   * What becomes of the resources in AWS when the Application itself is taken away.
   * @default "Retain"
   */
  deletionPolicy?: 'Delete' | 'Retain';
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
   * Branch, tag, commit, or a range of semantic versions such as `>=1.2.0 <2`, which means the highest tag in it. Default: the
   * repository's HEAD.
   */
  targetRevision?: string;
  /**
   * The folder in the repository.
   * @default "."
   */
  path?: string;
  /** Which files of the folder are manifests. */
  directory?: SourceDirectory;
  /** Rendered by kustomize. Default: when the folder has a `kustomization.yaml` and `directory` is not given. */
  kustomize?: SourceKustomize;
  /** Rendered by `helm template`. Default: when the folder has a `Chart.yaml` and `directory` is not given. */
  helm?: SourceHelm;
  /** Values for `${param.name}`. */
  parameters?: Record<string, string>;
  /** Whose signature a commit has to carry. */
  verify?: SourceVerification;
}

/** What `kustomize edit` would set, as in Argo CD. */
export interface SourceKustomize {
  /** Stands before every name. */
  namePrefix?: string;
  /** Stands behind every name. */
  nameSuffix?: string;
  /** Images to put in: `name=newName:newTag`, `name:newTag` or `name=newName@digest`. */
  images?: string[];
  /** Labels for everything. */
  commonLabels?: Record<string, string>;
  /** Annotations for everything. */
  commonAnnotations?: Record<string, string>;
}

/** What `helm template` is given. */
export interface SourceHelm {
  /** Default: the Application's name. */
  releaseName?: string;
  /** Files of the repository, relative to the chart; later ones win. */
  valueFiles?: string[];
  /** Values in YAML, which win over the files. */
  values?: string;
  /** Single values, as `--set` takes them; they win over all. */
  parameters?: HelmParameter[];
}

/** One `--set`. */
export interface HelmParameter {
  /** For example `image.tag`. */
  name: string;
  /** The value. */
  value: string;
  /** Text, whatever it looks like, as `--set-string`. */
  forceString?: boolean;
}

/** Whose signature a commit has to carry. Keys are never taken from the repository that they are to vouch for. */
export interface SourceVerification {
  /**
   * What is verified, as in Flux: the commit, the tag, or both.
   * @default "Head"
   */
  mode?: 'Head' | 'Tag' | 'TagAndHead';
  /** Lines of OpenSSH's allowed_signers file (ssh-keygen, "ALLOWED SIGNERS"). */
  allowedSigners?: string;
  /** Armoured OpenPGP public keys. */
  gpgKeys?: string;
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
   * Twelve digits. Default: the account of the credentials. In the template of an ApplicationSet, `{{name}}` may stand in it.
   * @pattern ^([0-9]{12}|.*\{\{.*)$
   */
  accountId?: string;
  /** For example `eu-west-1`. Default: the region of the environment. */
  region?: string;
  /** How pre-flight looks there. */
  preflight?: DestinationPreflight;
}

/** What pre-flight may do beyond what the controller itself may. */
export interface DestinationPreflight {
  /**
   * ARN of a role that may read the values of secrets (`secretsmanager:GetSecretValue`), to see whether they have the JSON
   * keys that containers are given. It is assumed for one read of one secret at a time, of which the names of the keys are
   * looked at and nothing is kept. Has to be among `secretReaderRoles` of the Project. Default: keys are not checked. In the
   * template of an ApplicationSet, `{{name}}` may stand in it.
   * @pattern ^(arn:aws[a-z-]*:iam::[0-9]{12}:role/.+|.*\{\{.*)$
   */
  secretReaderRole?: string;
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
  /** Times at which syncs are allowed or denied, as in Argo CD; those of the Project count as well. */
  windows?: SyncWindow[];
  /**
   * `manual`: a person approves each plan before it is synced.
   * @default "auto"
   */
  gate?: 'auto' | 'manual';
  /**
   * `PruneLast=true`: what the source has no more goes after everything else is healthy, hooks included.
   * `ApplyOutOfSyncOnly=true`: resources that are in sync are not waited for. `Preflight=false`: a step begins whatever is
   * missing of what it rests on.
   */
  syncOptions?: (
    | 'PruneLast=true'
    | 'PruneLast=false'
    | 'ApplyOutOfSyncOnly=true'
    | 'ApplyOutOfSyncOnly=false'
    | 'Preflight=true'
    | 'Preflight=false'
  )[];
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

/** A time at which syncs are allowed or denied. A deny window wins; with any allow window, all other times are denied. */
export interface SyncWindow {
  /** `allow` or `deny`. */
  kind: 'allow' | 'deny';
  /** When it opens: cron with five fields, such as `0 18 * * 5`. */
  schedule: string;
  /**
   * For how long, such as `60h`.
   * @pattern ^([0-9]+(ms|s|m|h))+$
   */
  duration: string;
  /**
   * Of the schedule, such as `Europe/Berlin`.
   * @default "Etc/UTC"
   */
  timezone?: string;
  /** Applications that it is for, with `*` as wildcard. Only in a Project. Default: all. */
  applications?: string[];
  /** True: a person may sync all the same. */
  manualSync?: boolean;
}

/** Fields of resources that Git does not decide. */
export interface IgnoreDifferences {
  /** For example `Service`. */
  kind: string;
  /** Default: every resource of the kind. */
  name?: string;
  /**
   * Fields by JSON pointer (RFC 6901), such as `/spec/desiredCount`.
   * @maxItems 50
   */
  jsonPointers?: string[];
  /**
   * Fields by jq path expression, such as `.spec.task.containers[] | select(.name == "web") | .image`.
   * @maxItems 50
   */
  jqPathExpressions?: string[];
}

/** A new image in a repository becomes a commit: every image of the repository in the files of the source's path is set to it. */
export interface ImageUpdate {
  /** The repository without tag, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/api`. */
  image: string;
  /** Which of its images is wanted. */
  policy: ImagePolicy;
  /** How the commit reaches the source. */
  writeBack?: ImageWriteBack;
}

/**
 * Exactly one of `semver`, `newest`, `alphabetical` and `digest`.
 * @rules [{"rule":"(has(self.semver) ? 1 : 0) + (has(self.newest) ? 1 : 0) + (has(self.alphabetical) ? 1 : 0) + (has(self.digest) ? 1 : 0) == 1","message":"exactly one of semver, newest, alphabetical and digest must be set"}]
 */
export interface ImagePolicy {
  /** The highest tag in a range of semantic versions, such as `^1.4`. */
  semver?: string;
  /** The image that was pushed last. */
  newest?: ImageTagFilter;
  /** The tag that comes last (or first) in the order of characters. */
  alphabetical?: ImageTagOrder;
  /** The digest that a moving tag points at, such as `stable`. */
  digest?: ImageTag;
}

/** Which tags count. */
export interface ImageTagFilter {
  /** A regular expression (RE2-like: no backreferences) for the whole tag. Default: every tag. */
  tags?: string;
}

/** Which tags count, and in which order. */
export interface ImageTagOrder extends ImageTagFilter {
  /**
   * `asc`: the last tag is wanted; `desc`: the first.
   * @default "asc"
   */
  order?: 'asc' | 'desc';
}

/** One tag. */
export interface ImageTag {
  /** For example `stable`. */
  tag: string;
}

/** How the commit of an image update reaches the source. */
export interface ImageWriteBack {
  /** The branch that is written. Default: `targetRevision`; with `pullRequest`: `longshore/images-<application>`. */
  branch?: string;
  /** A pull request from `branch` to `targetRevision` instead of a commit on it. GitHub only. */
  pullRequest?: boolean;
}

/** What can be told. As in Argo CD's catalogue of triggers. */
export type NotificationEvent =
  | 'Deployed'
  | 'SyncSucceeded'
  | 'SyncFailed'
  | 'SyncRunning'
  | 'SyncStatusUnknown'
  | 'HealthDegraded'
  | 'Drifted'
  | 'ApprovalNeeded'
  | 'AwaitingPromotion'
  | 'RolledBack'
  | 'ImageUpdated';

/** Who hears of what. The services themselves (tokens, addresses) are the controller's configuration. */
export interface Notification {
  /**
   * What is told, each once for an operation.
   * @minItems 1
   */
  on: NotificationEvent[];
  /** A Slack channel, such as `#deploys`. */
  slack?: string;
  /** Name of a webhook of the controller's configuration. */
  webhook?: string;
  /**
   * E-mail addresses.
   * @maxItems 20
   */
  email?: string[];
  /** Commit status and pull-request comment with the plan on the source's repository. */
  github?: boolean;
}
