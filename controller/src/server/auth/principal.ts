import type { AccessLevel } from '../../api/http/access.ts';

/** What somebody may do where. */
export interface Grant {
  /** Undefined: in every Project. */
  readonly project?: string;
  readonly access: AccessLevel;
  /** Only for these Applications, with `*` as wildcard. Undefined: all. */
  readonly applications?: readonly string[];
}

/** A person, by the identity provider. What they may do is looked up at each request: roles change. */
export interface User {
  readonly type: 'user';
  /** For messages and records: the verified e-mail, else the `sub`. */
  readonly name: string;
  readonly subject: string;
  /** Only when the provider says that it is verified. */
  readonly email?: string;
  readonly groups: readonly string[];
  readonly expiresAt: Date;
  /** Hash of the session, where the person came with a cookie. */
  readonly session?: string;
}

/** A program with a token. */
export interface TokenHolder {
  readonly type: 'token';
  readonly id: string;
  readonly name: string;
  readonly grant: Grant;
  readonly expiresAt: Date;
}

/** Anybody, on a controller that was started without authentication. */
export interface Anonymous {
  readonly type: 'anonymous';
  readonly name: string;
}

/** Who asks. */
export type Principal = User | TokenHolder | Anonymous;

/** Names a principal for rate limits. */
export function keyOf(principal: Principal): string {
  if (principal.type === 'user') return `user:${principal.subject}`;
  return principal.type === 'token' ? `token:${principal.id}` : 'anonymous';
}
