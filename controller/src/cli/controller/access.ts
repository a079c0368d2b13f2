import { isIP } from 'node:net';
import type { OidcProvider } from '../../api/controllerconfiguration.ts';
import { TerminalError } from '../../core/errors.ts';
import type { AccessSettings, OidcClient } from '../../server/dependencies.ts';
import type { Configuration } from './configuration.ts';

const DEFAULT_SCOPES = ['openid', 'profile', 'email', 'groups'];

/**
 * Who may come in, as the configuration says. Without one nobody can but by tokens, which an admin makes.
 * @throws TerminalError `BadProxy`
 */
export function accessSettings(configuration: Configuration, insecureNoAuth: boolean): AccessSettings {
  const { access = [], oidc, url, rateLimits, trustedProxies, audit } = configuration.spec;
  return {
    access,
    ...(oidc !== undefined && { oidc: oidcClient(oidc, configuration) }),
    ...(url !== undefined && { url }),
    ...(rateLimits !== undefined && { rateLimits }),
    ...(trustedProxies !== undefined && { trustedProxies: trustedProxies.map(checkedProxy) }),
    ...(audit !== undefined && { audit }),
    ...(insecureNoAuth && { insecureNoAuth }),
  };
}

function oidcClient(
  { issuer, clientId, clientSecret, cliClientId, scopes, groupsClaim }: OidcProvider,
  { secret }: Configuration,
): OidcClient {
  return {
    issuer,
    clientId,
    ...(cliClientId !== undefined && { cliClientId }),
    scopes: scopes ?? DEFAULT_SCOPES,
    groupsClaim: groupsClaim ?? 'groups',
    ...(clientSecret !== undefined && { clientSecret: () => secret(clientSecret) }),
  };
}

/** An address or a CIDR block. A wrong one would believe nobody, or everybody. */
function checkedProxy(proxy: string): string {
  const [address = '', prefix, ...more] = proxy.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/u.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits);
  if (bits > 0 && isPrefix && more.length === 0) return proxy;
  throw new TerminalError(
    'BadProxy',
    `spec.trustedProxies: found "${proxy}", expected an address or a CIDR block such as 10.0.0.0/16`,
  );
}
