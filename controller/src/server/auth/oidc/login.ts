import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  type Configuration,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  ResponseBodyError,
} from 'openid-client';
import type { Clock } from '../../../core/clock.ts';
import { WaitError } from '../../../core/errors.ts';
import type { OidcClient } from '../../dependencies.ts';
import type { User } from '../principal.ts';
import { newSecret } from '../secrets.ts';
import { Unauthenticated } from '../unauthenticated.ts';
import { loginAttempts } from './attempts.ts';
import { discover } from './discovery.ts';
import { emailOf, groupsOf, type Identity, identityOf } from './identity.ts';
import { providerKeys } from './keys.ts';

/** The path that the provider sends browsers back to; has to be registered there as redirect URI of this client. */
export const CALLBACK_PATH = '/auth/callback';

const RETRY_AFTER_MS = 5_000;

/** A login that has begun: where the browser goes, and the cookie that it takes along. */
export interface BegunLogin {
  readonly location: string;
  readonly browser: string;
}

/** A login that has ended. */
export interface EndedLogin {
  readonly user: User;
  readonly returnTo: string;
}

/** Logins at one provider. */
export interface Oidc {
  /** Who an ID token (or an access token that is a JWT for this client) is of. @throws Unauthenticated */
  identify(token: string): Promise<User>;
  /** `origin`: where the browser sees this controller. */
  begin(origin: string, returnTo: string): Promise<BegunLogin>;
  /**
   * `query`: what the provider sent the browser back with.
   * @throws Unauthenticated for an unknown, used or foreign `state`, and when the provider refuses.
   */
  end(origin: string, query: string, browser: string | undefined): Promise<EndedLogin>;
}

/**
 * Logs in by authorization code with PKCE, state and nonce.
 * https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, https://www.rfc-editor.org/rfc/rfc9700
 * @throws TerminalError `InsecureIssuer`
 */
export function oidcLogins(client: OidcClient, clock: Clock): Oidc {
  const discovery = discover(client, clock);
  const keys = providerKeys(async () => (await discovery.metadata()).jwks_uri ?? '', clock);
  const attempts = loginAttempts(clock);
  const identify = (token: string): Promise<Identity> => identityOf(token, client, discovery, keys, clock);
  return {
    identify: async (token) => (await identify(token)).user,
    begin: async (origin, returnTo) => {
      const configuration = await discovery.configuration();
      const attempt = { nonce: randomNonce(), verifier: randomPKCECodeVerifier(), browser: newSecret(), returnTo };
      const location = buildAuthorizationUrl(configuration, {
        redirect_uri: `${origin}${CALLBACK_PATH}`,
        scope: client.scopes.join(' '),
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
        state: attempts.begin(attempt),
        nonce: attempt.nonce,
      });
      return { location: location.href, browser: attempt.browser };
    },
    end: async (origin, query, browser) => {
      const state = new URLSearchParams(query).get('state') ?? '';
      const attempt = attempts.end(state);
      if (attempt === undefined || attempt.browser !== browser) {
        throw new Unauthenticated('this login was not begun here, took too long, or was ended before: log in again');
      }
      const configuration = await discovery.configuration();
      const tokens = await asked(
        authorizationCodeGrant(configuration, new URL(`${origin}${CALLBACK_PATH}?${query}`), {
          expectedState: state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.verifier,
          idTokenExpected: true,
        }),
      );
      const identity = await identify(tokens.id_token ?? '');
      return {
        user: await completed(identity, tokens.access_token, client, configuration),
        returnTo: attempt.returnTo,
      };
    },
  };
}

/** What the provider refuses is the end of this login; that it cannot be reached is not. */
async function asked<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
      const why = error.error_description === undefined ? error.error : `${error.error} (${error.error_description})`;
      throw new Unauthenticated(`the identity provider did not log you in: ${why}`, { cause: error });
    }
    if (error instanceof ClientError) {
      throw new Unauthenticated(`the identity provider's answer is refused: ${error.message}`, { cause: error });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new WaitError(`the identity provider cannot be reached: ${why}`, RETRY_AFTER_MS, { cause: error });
  }
}

/** Providers may tell groups and e-mail at the UserInfo endpoint only: OpenID Connect Core, section 5.4. */
async function completed(
  { user, claims }: Identity,
  accessToken: string,
  client: OidcClient,
  configuration: Configuration,
): Promise<User> {
  const isComplete = groupsOf(claims, client.groupsClaim) !== undefined && claims['email'] !== undefined;
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return user;
  const more = await asked(fetchUserInfo(configuration, accessToken, user.subject));
  const email = user.email ?? emailOf(more);
  const groups = groupsOf(claims, client.groupsClaim) ?? groupsOf(more, client.groupsClaim) ?? [];
  return { ...user, name: email ?? user.subject, ...(email !== undefined && { email }), groups };
}
