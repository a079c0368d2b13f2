import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../core/clock.ts';
import { isObject } from '../../../core/json.ts';
import { WaitError } from '../../../core/errors.ts';

/** A key that the provider has taken back is not believed for longer than this. */
const FRESH_MS = 600_000;
/** Tokens with invented key ids must not make us ask the provider each time. */
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1_048_576;

/**
 * The provider's keys: asked for at the first use, every ten minutes, and when a token names a key that is not among them,
 * which is how providers rotate keys. https://openid.net/specs/openid-connect-core-1_0.html#RotateSigningKeys
 */
export function providerKeys(address: () => Promise<string>, clock: Clock): JWTVerifyGetKey {
  let known: { readonly at: number; readonly find: ReturnType<typeof createLocalJWKSet> } | undefined;
  let asking: Promise<void> | undefined;
  const ask = (): Promise<void> => {
    asking ??= fetchKeys(address)
      .then((keys) => {
        known = { at: clock.now().getTime(), find: createLocalJWKSet(keys) };
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const age = (): number => (known === undefined ? Number.POSITIVE_INFINITY : clock.now().getTime() - known.at);
  return async (header, token) => {
    if (age() >= FRESH_MS) await ask();
    try {
      return await find(known, header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || age() < COOLDOWN_MS) throw error;
      await ask();
      return await find(known, header, token);
    }
  };
}

function find(
  known: { readonly find: ReturnType<typeof createLocalJWKSet> } | undefined,
  ...[header, token]: Parameters<JWTVerifyGetKey>
): ReturnType<ReturnType<typeof createLocalJWKSet>> {
  if (known === undefined) throw new errors.JWKSNoMatchingKey();
  return known.find(header, token);
}

async function fetchKeys(address: () => Promise<string>): Promise<JSONWebKeySet> {
  const url = await address();
  try {
    const answer = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    const text = await answer.text();
    if (text.length > MAX_BYTES) throw new Error(`its answer has more than ${MAX_BYTES} bytes`);
    const keys: unknown = JSON.parse(text);
    if (!isObject(keys) || !Array.isArray(keys['keys'])) throw new Error('its answer is no JSON Web Key Set');
    return keys as unknown as JSONWebKeySet;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WaitError(`the identity provider's keys cannot be read from ${url}: ${why}`, TIMEOUT_MS, {
      cause: error,
    });
  }
}
