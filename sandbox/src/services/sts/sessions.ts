import type { UserIdentity } from '../../kernel/identity.ts';
import type { Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import type { Authenticate } from '../../wire/caller.ts';
import { accountOfKeyId, temporaryKeyId } from './access-keys.ts';

/** Account of access keys that name none. */
const defaultAccountId = '000000000000';

/** Temporary credentials that were given out. */
export interface Session {
  /** ARN of who acts under them. */
  readonly principal: string;
  readonly userId: string;
  /** ARN of the role that was assumed; absent for sessions of the account itself. */
  readonly roleArn?: string;
  /** Sandbox time, in milliseconds since the epoch. Sessions of snapshots of before have none. */
  readonly createdAt?: number;
  /** As `createdAt`. */
  readonly expiresAt: number;
}

interface StsState {
  /** By access key id. */
  readonly sessions: Record<string, Session>;
}

/** Credentials as STS answers them. */
export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/** Gives out credentials for `seconds` of sandbox time. */
export function openSession(
  world: World,
  accountId: string,
  who: Pick<Session, 'principal' | 'userId' | 'roleArn'>,
  seconds: number,
): TemporaryCredentials {
  const AccessKeyId = temporaryKeyId(accountId, world);
  const createdAt = world.clock.now();
  const expiresAt = createdAt + seconds * 1000;
  stateOf(world, accountId).sessions[AccessKeyId] = { ...who, createdAt, expiresAt };
  return {
    AccessKeyId,
    SecretAccessKey: Buffer.from(world.id(60), 'hex').toString('base64'),
    SessionToken: Buffer.from(world.id(240), 'hex').toString('base64'),
    Expiration: new Date(expiresAt),
  };
}

/** The session of an access key; undefined for keys that were not given out here. */
function sessionOf(world: World, accessKeyId: string): { accountId: string; session: Session } | undefined {
  const accountId = accountOfKeyId(accessKeyId);
  if (accountId === undefined) return undefined;
  const session = stateOf(world, accountId).sessions[accessKeyId];
  return session && { accountId, session };
}

/** The unique id of the caller: of the session's role, or the account's own when the caller is no session. */
export function userIdOf({ world, scope, principal }: Call): string {
  const sessions = Object.values(stateOf(world, scope.accountId).sessions);
  return sessions.find((session) => session.principal === principal)?.userId ?? scope.accountId;
}

/**
 * Finds callers: by their session; else the access key id is the account when it is a number of 12 digits; else the
 * caller is of account 000000000000. Secrets are not checked.
 */
export function authenticator(world: World): Authenticate {
  return (accessKeyId) => {
    const found = sessionOf(world, accessKeyId);
    if (found) {
      const expired = found.session.expiresAt <= world.clock.now();
      const { accountId, session } = found;
      return {
        accountId,
        principal: session.principal,
        expired,
        identity: sessionIdentity(accessKeyId, accountId, session),
      };
    }
    const accountId = /^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccountId;
    const principal = `arn:aws:iam::${accountId}:root`;
    const identity: UserIdentity = { type: 'Root', principalId: accountId, arn: principal, accountId, accessKeyId };
    return { accountId, principal, expired: false, identity };
  };
}

function sessionIdentity(accessKeyId: string, accountId: string, session: Session): UserIdentity {
  const { principal: arn, userId: principalId, roleArn, createdAt = 0 } = session;
  const creationDate = `${new Date(createdAt).toISOString().slice(0, 19)}Z`;
  const attributes = { creationDate, mfaAuthenticated: 'false' } as const;
  const who = { principalId, arn, accountId, accessKeyId };
  if (roleArn === undefined) return { type: 'Root', ...who, sessionContext: { attributes } };
  const sessionIssuer = {
    type: 'Role',
    principalId: principalId.replace(/:.*$/, ''),
    arn: roleArn,
    accountId,
    userName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
  } as const;
  return { type: 'AssumedRole', ...who, sessionContext: { sessionIssuer, webIdFederationData: {}, attributes } };
}

/** Sessions are valid in all regions, so they are kept in none. */
function stateOf(world: World, accountId: string): StsState {
  const scope: Scope = { accountId, region: 'aws-global' };
  return world.slice(scope, 'sts', () => ({ sessions: {} }));
}
