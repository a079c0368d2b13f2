import type { Notification, SyncWindow } from './application.ts';

/** What the Applications of a team may do. The project `default` allows nothing outside the controller's own account. */
export interface ProjectSpec {
  /** What it is for. */
  description?: string;
  /** Repositories that Applications may name, with `*` as wildcard; `!` in front denies. Default: none. */
  sourceRepos?: string[];
  /** Where Applications may go, and as whom. Default: none. */
  destinations?: ProjectDestination[];
  /** Kinds that may be declared. Default: all but Application, ApplicationSet and Project. */
  allowedKinds?: string[];
  /** Kinds that may not. */
  deniedKinds?: string[];
  /** Windows for the Applications of the Project. */
  windows?: SyncWindow[];
  /** Who may do what to them. */
  roles?: ProjectRole[];
  /** Commits have to be signed: Applications without `source.verify` are refused. */
  requireSignatures?: boolean;
  /** Who hears of what happens to any of them. */
  notifications?: Notification[];
}

/** Accounts and regions, and the role by which the controller works there, which an Application cannot name. */
export interface ProjectDestination {
  /** Twelve digits, or `*`. */
  accountId: string;
  /**
   * Regions, with `*` as wildcard.
   * @minItems 1
   */
  regions: string[];
  /** ARN of the role to assume. Default: the controller's own credentials. */
  roleArn?: string;
  /** External id for the role's trust policy. */
  externalId?: string;
  /**
   * ARNs of roles that Applications may name as `destination.preflight.secretReaderRole`, with `*` as wildcard; `!` in
   * front denies. Default: none.
   */
  secretReaderRoles?: string[];
}

/** Who may do what. */
export interface ProjectRole {
  /** For tokens and messages. */
  name: string;
  /** `viewer` reads; `deployer` also syncs, rolls back, terminates; `admin` also deletes and approves deletions. */
  access: 'viewer' | 'deployer' | 'admin';
  /** Groups of the identity provider that have it. */
  groups?: string[];
  /** People that have it, by the `sub` or verified `email` of the identity provider. */
  users?: string[];
  /** Only for these Applications, with `*` as wildcard. Default: all of the Project. */
  applications?: string[];
}
