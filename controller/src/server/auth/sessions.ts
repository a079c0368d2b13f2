import type { Clock } from '../../core/clock.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { StateStore } from '../../engine/store.ts';
import type { User } from './principal.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Keys of sessions in the store: beside those of tokens, which are records of the same type. */
const KEYS = 'session/';
/** A working day: then the provider is asked again who is in which group. */
const LIFETIME_MS = 12 * 3_600_000;
const PAGE = 500;

/** What a session keeps. */
interface StoredSession {
  readonly subject: string;
  readonly name: string;
  readonly email?: string;
  readonly groups: readonly string[];
  readonly expiresAt: string;
}

/** A session that begins now. Gives the secret of the cookie; only its hash is stored. Expired ones are taken away. */
export async function beginSession(
  store: StateStore,
  clock: Clock,
  user: Omit<User, 'expiresAt'>,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  await sweep(store, clock.now());
  const secret = newSecret();
  const expiresAt = new Date(clock.now().getTime() + LIFETIME_MS);
  const { subject, name, email, groups } = user;
  const session: StoredSession = {
    subject,
    name,
    ...(email !== undefined && { email }),
    groups,
    expiresAt: expiresAt.toISOString(),
  };
  await store.put('token', `${KEYS}${hashOf(secret)}`, session as unknown as Json, null);
  return { secret, expiresAt };
}

/** Whose session a cookie is of. Undefined when there is none, or when it is over. */
export function sessionUser(store: StateStore, clock: Clock, secret: string): Promise<User | undefined> {
  return userOf(store, clock, hashOf(secret));
}

/** The same by the hash that `User.session` is: for streams that look again whether it is still so. */
export async function userOf(store: StateStore, clock: Clock, session: string): Promise<User | undefined> {
  const record = await store.get('token', `${KEYS}${session}`);
  if (record === undefined || !isObject(record.value)) return undefined;
  const { expiresAt, ...user } = record.value as unknown as StoredSession;
  if (clock.now() >= new Date(expiresAt)) return undefined;
  return { type: 'user', ...user, expiresAt: new Date(expiresAt), session };
}

/** Ends a session: its cookie is refused from now on. */
export async function endSession(store: StateStore, session: string): Promise<void> {
  const record = await store.get('token', `${KEYS}${session}`);
  if (record !== undefined) await store.delete('token', record.key, record.version);
}

async function sweep(store: StateStore, now: Date): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await store.list('token', KEYS, PAGE, after);
    for (const record of page) {
      const { expiresAt } = record.value as unknown as StoredSession;
      if (now >= new Date(expiresAt)) await store.delete('token', record.key, record.version);
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.key;
  }
}
