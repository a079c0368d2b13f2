import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../core/clock.ts';
import type { OidcClient } from '../../dependencies.ts';
import { Unauthenticated } from '../unauthenticated.ts';
import type { User } from '../principal.ts';
import type { Discovery } from './discovery.ts';

/** Signatures by a key of the provider's alone. Never `none`; never HMAC, for which every reader's key can also write. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_S = 30;
const MAX_GROUPS = 1_000;

/** A token of the provider that was found good. */
export interface Identity {
  readonly user: User;
  readonly claims: JWTPayload;
}

/**
 * Who a token of the provider is of: signature, issuer, audience, times, and `azp` where there are several audiences.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 * @throws Unauthenticated, which says what is wrong with it; WaitError while the provider cannot be reached.
 */
export async function identityOf(
  token: string,
  client: OidcClient,
  discovery: Discovery,
  keys: JWTVerifyGetKey,
  clock: Clock,
): Promise<Identity> {
  const { issuer } = await discovery.metadata();
  const { clientId, cliClientId } = client;
  const ours = cliClientId === undefined ? [clientId] : [clientId, cliClientId];
  const claims = await verified(token, keys, {
    issuer,
    audience: ours,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: clock.now(),
    requiredClaims: ['sub', 'exp', 'iat'],
  });
  const { azp } = claims;
  const isOurs = typeof azp === 'string' && ours.includes(azp);
  if (Array.isArray(claims.aud) && claims.aud.length > 1 && !isOurs) {
    throw new Unauthenticated(`the token is for several audiences, and was not issued to ${ours.join(' or ')} (azp)`);
  }
  // A logout token has the same signature, issuer and audience, and is no proof of anything.
  // https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken
  if (claims['events'] !== undefined) throw new Unauthenticated('the token is a logout token');
  return { user: userOf(claims, client.groupsClaim), claims };
}

/** Groups of a claim: a list of texts, or one text. Undefined when the claim is not there. */
export function groupsOf(claims: Readonly<Record<string, unknown>>, claim: string): readonly string[] | undefined {
  const found = claims[claim];
  if (typeof found === 'string') return [found];
  if (!Array.isArray(found)) return undefined;
  return found.filter((group) => typeof group === 'string').slice(0, MAX_GROUPS);
}

/** The e-mail, when the provider says that it is verified: anybody can claim one that is not. */
export function emailOf(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { email, email_verified: isVerified } = claims;
  return typeof email === 'string' && isVerified === true ? email : undefined;
}

async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new Unauthenticated(`the identity provider's token is refused: ${wordsOf(error)}`, { cause: error });
  }
}

function wordsOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired, log in again';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim "${error.claim}" is not as expected`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `its algorithm is none of ${ALGORITHMS.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'it is signed by no key of the provider';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is no JSON Web Token of the provider';
}

function userOf(claims: JWTPayload, groupsClaim: string): User {
  const subject = claims.sub ?? '';
  const email = emailOf(claims);
  return {
    type: 'user',
    subject,
    name: email ?? subject,
    ...(email !== undefined && { email }),
    groups: groupsOf(claims, groupsClaim) ?? [],
    expiresAt: new Date((claims.exp ?? 0) * 1000),
  };
}
