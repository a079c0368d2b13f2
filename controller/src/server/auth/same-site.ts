import type { IncomingHttpHeaders } from 'node:http';
import { TerminalError } from '../../core/errors.ts';
import { hostOf, isLoopback } from './loopback.ts';

/** Scripts of other sites cannot set it without a preflight request, which is never answered. */
const CUSTOM_HEADER = 'x-longshore-request';

/**
 * Refuses what another site makes a browser send with our cookie: the browser says where a request comes from
 * (Sec-Fetch-Site, Origin), and our own pages set a header that others cannot.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws TerminalError `CrossSiteRequest`
 */
export function requireSameSite(headers: IncomingHttpHeaders, origin: string): void {
  requireOwnOrigin(headers, origin);
  if (headers['sec-fetch-site'] === undefined && headers.origin === undefined) {
    throw refusal('it says neither Origin nor Sec-Fetch-Site');
  }
  if (headers[CUSTOM_HEADER] === undefined) throw refusal(`it lacks the header ${CUSTOM_HEADER}`);
}

/**
 * Without authentication the address is the only protection: a page in the user's browser must not get through by a name of its
 * own that resolves to this machine (DNS rebinding), nor by a form.
 * @throws TerminalError `CrossSiteRequest`
 */
export function requireLocal(headers: IncomingHttpHeaders): void {
  const host = headers.host ?? '';
  if (!isLoopback(hostOf(host))) throw refusal(`it is for the host "${host}", expected localhost`);
  requireOwnOrigin(headers, `http://${host}`);
}

function requireOwnOrigin(headers: IncomingHttpHeaders, origin: string): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refusal(`Sec-Fetch-Site is "${site}"`);
  if (headers.origin !== undefined && headers.origin !== origin) throw refusal(`Origin is not ${origin}`);
}

function refusal(why: string): TerminalError {
  return new TerminalError('CrossSiteRequest', `the request may come from another site: ${why}`);
}
