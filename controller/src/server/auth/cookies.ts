/** A cookie's value of a request. https://www.rfc-editor.org/rfc/rfc6265#section-5.4 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** How long a cookie lives and where it is sent. */
export interface CookieOptions {
  /** Over https only. False on a loopback address without TLS. */
  readonly secure: boolean;
  /** 0 takes the cookie away. */
  readonly maxAgeSeconds: number;
}

/**
 * The name of a cookie: with the prefix `__Host-` browsers take it only over https and for this very host, so that no
 * neighbour under the same domain can plant one. https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
 */
export function cookieName(base: string, secure: boolean): string {
  return secure ? `__Host-${base}` : base;
}

/** A `Set-Cookie` header: not readable by scripts, not sent by other sites' forms and images. */
export function writeCookie(base: string, value: string, { secure, maxAgeSeconds }: CookieOptions): string {
  const name = cookieName(base, secure);
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
