import type { CreatedToken, Token, TokenRequest } from '../../api/http/access.ts';
import type { Clock } from '../../core/clock.ts';
import { ConflictError, TerminalError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { StateRecord, StateStore } from '../../engine/store.ts';
import type { TokenHolder } from './principal.ts';
import { hashOf, newToken } from './secrets.ts';

/** Keys of tokens in the store: beside those of sessions, which are records of the same type. */
const KEYS = 'api/';
/** Of the hash: enough to tell tokens apart. */
const ID_LENGTH = 16;
const DEFAULT_LIFETIME_S = 90 * 86_400;
const MINUTE_MS = 60_000;

/** Who a token is made by, and what it may not exceed. */
export interface TokenMaker {
  readonly name: string;
  /** When the maker's own credentials end, where those are a token: it must not live on in another. */
  readonly until?: Date;
}

/**
 * Makes a token. Only its hash is stored: the answer is the only time that it is shown. Also without a controller, for the
 * first one (`longshore token create NAME --state FILE`).
 * @throws TerminalError `TokenOutlives` when it is asked to be good for longer than the maker's own token.
 */
export async function createToken(
  store: StateStore,
  clock: Clock,
  request: TokenRequest,
  maker: TokenMaker,
): Promise<CreatedToken> {
  const now = clock.now();
  const expiresAt = endOf(request, maker, now);
  const token = newToken();
  const hash = hashOf(token);
  const { name, project, access, applications } = request;
  const known: Token = {
    id: hash.slice(0, ID_LENGTH),
    name,
    ...(project !== undefined && { project }),
    access,
    ...(applications !== undefined && { applications: [...applications] }),
    createdAt: now.toISOString(),
    createdBy: maker.name,
    expiresAt: expiresAt.toISOString(),
  };
  await store.put('token', `${KEYS}${hash}`, toJson(known), null);
  return { ...known, token };
}

/** Who does not say how long means as long as may be. */
function endOf({ expiresInSeconds }: TokenRequest, { until }: TokenMaker, now: Date): Date {
  const end = new Date(now.getTime() + (expiresInSeconds ?? DEFAULT_LIFETIME_S) * 1000);
  if (until === undefined || end <= until) return end;
  if (expiresInSeconds === undefined) return until;
  throw new TerminalError(
    'TokenOutlives',
    `a token that is made with a token ends no later than that (${until.toISOString()}), ` +
      `but this one would end at ${end.toISOString()}: give a shorter expiresInSeconds`,
  );
}

/** Tokens in the order of their ids, after the one of the id `after`, expired ones too. */
export async function listTokens(store: StateStore, limit: number, after?: string): Promise<readonly Token[]> {
  // `~` sorts behind every hexadecimal digit, so behind every key of that id.
  const records = await store.list('token', KEYS, limit, after === undefined ? undefined : `${KEYS}${after}~`);
  return records.map(asToken);
}

/** A token by its id. */
export async function findToken(store: StateStore, id: string): Promise<Token | undefined> {
  const record = await recordOf(store, id);
  return record && asToken(record);
}

/** Takes a token away; it is refused from now on. False when there is none. */
export async function deleteToken(store: StateStore, id: string): Promise<boolean> {
  for (;;) {
    const record = await recordOf(store, id);
    if (record === undefined) return false;
    try {
      await store.delete('token', record.key, record.version);
      return true;
    } catch (error) {
      // Its last use was written in between.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Whose token this is. Undefined when there is none, or when it has expired. */
export async function holderOf(store: StateStore, clock: Clock, token: string): Promise<TokenHolder | undefined> {
  const record = await store.get('token', `${KEYS}${hashOf(token)}`);
  if (record === undefined) return undefined;
  const known = asToken(record);
  const now = clock.now();
  const expiresAt = new Date(known.expiresAt);
  if (now >= expiresAt) return undefined;
  await noteUse(store, record, known, now);
  const { id, name, project, access, applications } = known;
  const grant = { access, ...(project !== undefined && { project }), ...(applications && { applications }) };
  return { type: 'token', id, name, grant, expiresAt };
}

/** To the minute: a write for each request would be more work than the request. */
async function noteUse(store: StateStore, record: StateRecord, token: Token, now: Date): Promise<void> {
  const last = token.lastUsedAt === undefined ? 0 : Date.parse(token.lastUsedAt);
  if (now.getTime() - last < MINUTE_MS) return;
  try {
    await store.put('token', record.key, toJson({ ...token, lastUsedAt: now.toISOString() }), record.version);
  } catch (error) {
    // Somebody noted it at the same time, or took the token away: then the next request is refused.
    if (!(error instanceof ConflictError)) throw error;
  }
}

async function recordOf(store: StateStore, id: string): Promise<StateRecord | undefined> {
  if (!/^[0-9a-f]{16}$/u.test(id)) return undefined;
  return (await store.list('token', `${KEYS}${id}`, 1))[0];
}

function asToken(record: StateRecord): Token {
  if (!isObject(record.value)) throw new Error(`record ${record.key} is no token`);
  return record.value as unknown as Token;
}

function toJson(token: Token): Json {
  return token as unknown as Json;
}
