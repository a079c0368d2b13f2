import { allowInsecureRequests, Configuration, discovery, type ServerMetadata } from 'openid-client';
import { ClientSecretBasic, ClientSecretPost, None, type ClientAuth } from 'openid-client';
import type { Clock } from '../../../core/clock.ts';
import { TerminalError, WaitError } from '../../../core/errors.ts';
import type { OidcClient } from '../../dependencies.ts';
import { isLoopback } from '../loopback.ts';

/** What is known of the provider is asked anew after an hour: endpoints move seldom. */
const FRESH_MS = 3_600_000;
const TIMEOUT_S = 10;
const RETRY_AFTER_MS = 5_000;

/** A provider, found by its issuer. */
export interface Discovery {
  /** @throws WaitError while the provider cannot be reached. */
  metadata(): Promise<ServerMetadata>;
  /** For one exchange: with the client's secret as it is now. */
  configuration(): Promise<Configuration>;
}

/**
 * Finds a provider by its `/.well-known/openid-configuration`, at the first use: a controller starts while the provider is
 * down. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @throws TerminalError `InsecureIssuer` for `http:` on any other than a loopback address.
 */
export function discover(client: OidcClient, clock: Clock): Discovery {
  const issuer = secureIssuer(client.issuer);
  let known: { readonly at: number; readonly metadata: Promise<ServerMetadata> } | undefined;
  const metadata = (): Promise<ServerMetadata> => {
    const now = clock.now().getTime();
    if (known !== undefined && now - known.at < FRESH_MS) return known.metadata;
    const asked = ask(issuer, client.clientId);
    known = { at: now, metadata: asked };
    asked.catch(() => {
      if (known?.metadata === asked) known = undefined;
    });
    return asked;
  };
  return {
    metadata,
    configuration: async () => {
      const server = await metadata();
      const secret = await client.clientSecret?.();
      const configuration = new Configuration(server, client.clientId, undefined, authOf(server, secret));
      configuration.timeout = TIMEOUT_S;
      if (issuer.protocol === 'http:') allowInsecureRequests(configuration);
      return configuration;
    },
  };
}

async function ask(issuer: URL, clientId: string): Promise<ServerMetadata> {
  try {
    const found = await discovery(issuer, clientId, undefined, undefined, {
      timeout: TIMEOUT_S,
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
    });
    const metadata = found.serverMetadata();
    for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
      secureIssuer(metadata[endpoint] ?? '', `${endpoint} of ${issuer.href}`);
    }
    return metadata;
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new WaitError(`the identity provider ${issuer.href} does not answer as one: ${why}`, RETRY_AFTER_MS, {
      cause: error,
    });
  }
}

function secureIssuer(address: string, what = 'the issuer of the identity provider'): URL {
  const url = URL.parse(address);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new TerminalError(
    'InsecureIssuer',
    `${what} is "${address}", expected an https address: over http anybody on the way could say who people are`,
  );
}

/** Basic is what every provider has to take, unless it says otherwise: RFC 8414, token_endpoint_auth_methods_supported. */
function authOf(server: ServerMetadata, secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}
