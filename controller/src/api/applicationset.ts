import type { ApplicationSpec } from './application.ts';

/** Makes Applications from a template and what its generators find. */
export interface ApplicationSetSpec {
  /**
   * Each gives sets of parameters; one Application for each set.
   * @minItems 1
   * @maxItems 20
   */
  generators: ApplicationSetGenerator[];
  /** One Application for each of these regions and parameter set, with the parameter `region`. */
  regions?: string[];
  /** One Application for each of these accounts and parameter set, with the parameter `accountId`. */
  accounts?: string[];
  /** What each Application is. `{{name}}` stands for the parameter `name` in every text of it. */
  template: ApplicationSetTemplate;
  /** What is done to the Applications after they were made. */
  syncPolicy?: ApplicationSetSyncPolicy;
  /** How a change reaches the Applications. */
  strategy?: ApplicationSetStrategy;
}

/**
 * Exactly one of the generators.
 * @rules [{"rule":"(has(self.list) ? 1 : 0) + (has(self.gitDirectories) ? 1 : 0) + (has(self.gitFiles) ? 1 : 0) + (has(self.matrix) ? 1 : 0) + (has(self.merge) ? 1 : 0) + (has(self.pullRequest) ? 1 : 0) == 1","message":"exactly one of list, gitDirectories, gitFiles, matrix, merge and pullRequest must be set"}]
 */
export interface ApplicationSetGenerator {
  /** Written down. */
  list?: ListGenerator;
  /** One set for each folder of a repository. */
  gitDirectories?: GitDirectoriesGenerator;
  /** One set for each YAML or JSON file of a repository. */
  gitFiles?: GitFilesGenerator;
  /** Every combination of what two generators find. */
  matrix?: MatrixGenerator;
  /** What the first finds, overridden by the others where the keys agree. */
  merge?: MergeGenerator;
  /** One set for each open pull request. */
  pullRequest?: PullRequestGenerator;
}

/** Written down. */
export interface ListGenerator {
  /** The sets. */
  elements: Record<string, string>[];
}

/** Gives `path`, `path.basename`, `path[0]` ..., and `revision`. */
export interface GitDirectoriesGenerator {
  /** The repository. */
  repoURL: string;
  /** Branch, tag, commit or range. Default: HEAD. */
  revision?: string;
  /**
   * Globs of folders, the last that matches wins.
   * @minItems 1
   */
  directories: GitDirectoryMatch[];
}

/** Folders to take or to leave out. */
export interface GitDirectoryMatch {
  /** A glob, such as `environments/*`. */
  path: string;
  /** Leaves out what matches. */
  exclude?: boolean;
}

/** Gives every scalar of the file by its path (`cluster.region`), and `path` as gitDirectories does. */
export interface GitFilesGenerator {
  /** The repository. */
  repoURL: string;
  /** Branch, tag, commit or range. Default: HEAD. */
  revision?: string;
  /**
   * Globs of files.
   * @minItems 1
   */
  files: GitFileMatch[];
}

/** Files to take. */
export interface GitFileMatch {
  /** A glob, such as `clusters/*.yaml`. */
  path: string;
}

/**
 * A generator inside of `matrix` and `merge`.
 * @rules [{"rule":"(has(self.list) ? 1 : 0) + (has(self.gitDirectories) ? 1 : 0) + (has(self.gitFiles) ? 1 : 0) + (has(self.pullRequest) ? 1 : 0) == 1","message":"exactly one of list, gitDirectories, gitFiles and pullRequest must be set"}]
 */
export interface InnerGenerator {
  /** Written down. */
  list?: ListGenerator;
  /** One set for each folder of a repository. */
  gitDirectories?: GitDirectoriesGenerator;
  /** One set for each file of a repository. */
  gitFiles?: GitFilesGenerator;
  /** One set for each open pull request. */
  pullRequest?: PullRequestGenerator;
}

/** Every combination. The second may use parameters of the first as `{{name}}`. */
export interface MatrixGenerator {
  /**
   * Two generators.
   * @minItems 2
   * @maxItems 2
   */
  generators: InnerGenerator[];
}

/** As Argo CD's merge generator. */
export interface MergeGenerator {
  /**
   * The parameters that say which sets belong together.
   * @minItems 1
   */
  mergeKeys: string[];
  /**
   * The first gives the sets, the others override.
   * @minItems 2
   * @maxItems 10
   */
  generators: InnerGenerator[];
}

/** Gives `number`, `branch`, `branch_slug`, `target_branch`, `head_sha`, `head_short_sha`, `labels`, `author`. */
export interface PullRequestGenerator {
  /** A repository on GitHub, or on a server that speaks its API. */
  github: GitHubRepository;
  /** Only pull requests with all of these labels. */
  labels?: string[];
  /**
   * How often the pull requests are listed without a webhook, in seconds.
   * @asType integer
   * @minimum 10
   * @default 1800
   */
  requeueAfterSeconds?: number;
}

/** A repository by its owner and name. */
export interface GitHubRepository {
  /** The user or organisation. */
  owner: string;
  /** The repository's name. */
  repo: string;
  /**
   * Address of the API; credentials are those of the controller's configuration for it.
   * @default "https://api.github.com"
   */
  api?: string;
}

/** What each Application is. */
export interface ApplicationSetTemplate {
  /** Name, labels and annotations. */
  metadata: ApplicationSetTemplateMetadata;
  /** The Application. */
  spec: ApplicationSpec;
}

/** Name, labels and annotations. */
export interface ApplicationSetTemplateMetadata {
  /** For example `payments-{{region}}`. */
  name: string;
  /** Labels, which `strategy.steps` chooses by. */
  labels?: Record<string, string>;
  /** Annotations. */
  annotations?: Record<string, string>;
}

/** What is done to the Applications after they were made. */
export interface ApplicationSetSyncPolicy {
  /**
   * `create-only`: neither changed nor deleted; `create-update`: changed, not deleted; `sync`: both.
   * @default "sync"
   */
  applicationsSync?: 'create-only' | 'create-update' | 'sync';
}

/** How a change reaches the Applications: step by step, each Healthy before the next begins; the first that degrades stops it. */
export interface ApplicationSetStrategy {
  /**
   * Groups of Applications, in order. Applications that no step chooses are not synced by it.
   * @minItems 1
   */
  steps: ApplicationSetStep[];
}

/** One group of Applications. */
export interface ApplicationSetStep {
  /**
   * All expressions have to hold.
   * @minItems 1
   */
  matchExpressions: LabelExpression[];
  /**
   * How many at once: a number or a share such as `25%`. Default: all.
   */
  maxUpdate?: number | string;
}

/** A label of the Application and its values. */
export interface LabelExpression {
  /** The label's key. */
  key: string;
  /** Whether the values are wanted or not. */
  operator: 'In' | 'NotIn';
  /** The values. */
  values: string[];
}
