import type { ProjectSpec } from '../project.ts';
import type { OriginView } from './application.ts';
import type { ListMeta, PageQuery } from './common.ts';

/** What somebody may do, each the ones before it too. */
export type AccessLevel = 'viewer' | 'deployer' | 'admin';

/** Projects of which one may see anything. */
export interface ProjectList {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'ProjectList';
  metadata: ListMeta;
  items: Project[];
}

/** A Project. */
export interface Project {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'Project';
  metadata: ProjectMetadata;
  spec: ProjectSpec;
  status: ProjectStatus;
}

/** What names a Project. */
export interface ProjectMetadata {
  name: string;
}

/** What is known of a Project. */
export interface ProjectStatus {
  /** What the one who asks may do in it. */
  access: AccessLevel;
}

/** ApplicationSets of which one may see an Application. */
export interface ApplicationSetList {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'ApplicationSetList';
  metadata: ListMeta;
  items: ApplicationSet[];
}

/** What is known of an ApplicationSet. */
export interface ApplicationSet {
  apiVersion: 'longshore.dev/v1alpha1';
  kind: 'ApplicationSet';
  metadata: ProjectMetadata;
  status: ApplicationSetStatus;
}

/** What an ApplicationSet made. */
export interface ApplicationSetStatus {
  /** Where it was declared. */
  origin: OriginView;
  /** Names of the Applications that it made and that one may see, in order. */
  applications: string[];
  /** Why it could not be evaluated last; then its Applications stay as they are. */
  problem?: string;
}

/** A token to make. */
export interface TokenRequest {
  /**
   * What it is for.
   * @minLength 1
   * @maxLength 100
   */
  name: string;
  /**
   * The only Project that it is good for. Default: all, which an admin of everything can give.
   * @maxLength 63
   */
  project?: string;
  access: AccessLevel;
  /**
   * Only for these Applications, with `*` as wildcard. Default: all of the Project.
   * @maxItems 100
   */
  applications?: string[];
  /**
   * How long it is good for; at most 365 days. Default: 90 days, or as long as the token that it is made with.
   * @asType integer
   * @minimum 60
   * @maximum 31536000
   */
  expiresInSeconds?: number;
}

/** What is known of a token; never the token itself. */
export interface Token {
  id: string;
  name: string;
  project?: string;
  access: AccessLevel;
  applications?: string[];
  /** In ISO 8601. */
  createdAt: string;
  createdBy: string;
  /** In ISO 8601. */
  expiresAt: string;
  /** In ISO 8601, to the minute. Absent: never. */
  lastUsedAt?: string;
}

/** A new token. This is the only time that it is shown. */
export interface CreatedToken extends Token {
  /** `lsp_...`, for `Authorization: Bearer`. */
  token: string;
}

/** Tokens that one may delete. */
export interface TokenList {
  kind: 'TokenList';
  metadata: ListMeta;
  items: Token[];
}

/** Who asks. */
export interface UserInfo {
  kind: 'UserInfo';
  /** `anonymous` where the controller was started without authentication. */
  type: 'user' | 'token' | 'anonymous';
  /** E-mail, name or `sub` of a person; name of a token. */
  name: string;
  email?: string;
  groups: string[];
  /** What one may do in all Projects. */
  access?: AccessLevel;
  /** What one may do in single Projects. */
  projects: ProjectAccess[];
  /** When one has to log in again, in ISO 8601. */
  expiresAt?: string;
}

/** What one may do in one Project. */
export interface ProjectAccess {
  project: string;
  access: AccessLevel;
}

/** What a client has to know before it can log in. Open to everybody. */
export interface Settings {
  kind: 'Settings';
  /** Where people reach this controller. */
  url?: string;
  /** Absent: there are tokens only. The ID token goes into `Authorization: Bearer`. */
  oidc?: OidcSettings;
  /** False: the controller was started without authentication. */
  authentication: boolean;
}

/** With whom to log in. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** The public client of the command line. Absent: `clientId`. */
  cliClientId?: string;
  scopes: string[];
}

/** What runs. */
export interface Version {
  kind: 'Version';
  version: string;
}

/** Which entries of the audit log. */
export interface AuditQuery extends PageQuery {
  application?: string;
  project?: string;
  /** Who did it. */
  actor?: string;
  /** For example `application.sync`. */
  action?: string;
}

/** Entries of the audit log, newest first. */
export interface AuditList {
  kind: 'AuditList';
  metadata: ListMeta;
  items: AuditEntry[];
}

/** One entry of the audit log: a mutation, a login, or one that was refused. */
export interface AuditEntry {
  /**
   * Counts up by one.
   * @asType integer
   */
  sequence: number;
  /** In ISO 8601. */
  at: string;
  actor: AuditActor;
  /** For example `application.sync`, `token.create`, `session.login`. */
  action: string;
  application?: string;
  project?: string;
  /** Address of the client. */
  from: string;
  /** `Started`: the controller ended before it was known what became of it. */
  result: 'Started' | 'Succeeded' | 'Refused' | 'Failed';
  /** Code of the problem where it was refused or failed. */
  code?: string;
  /** What was asked for, without secrets. */
  detail?: string;
}

/** Who did it. */
export interface AuditActor {
  type: 'user' | 'token' | 'anonymous';
  name: string;
}
