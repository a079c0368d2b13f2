/**
 * What never leaves the process, whoever put it into a message: the user information of an address
 * (https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1), our own tokens, and the credentials of an Authorization header.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(?<scheme>\bhttps?:\/\/)[^\s/@'"<>]{1,2048}@/giu, '$<scheme>'],
  // Of other schemes a name alone is no secret: ssh://git@host.
  [/(?<scheme>\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:'"<>]{0,1024}:[^\s/@'"<>]{1,1024}@/giu, '$<scheme>'],
  [/\blsp_[A-Za-z0-9_-]{8,}/gu, 'lsp_***'],
  [/\b(?<scheme>Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/giu, '$<scheme> ***'],
  // A JSON Web Token: its header begins with `{"` in base64url. The lengths keep purpose-made lines from taking seconds.
  [/\beyJ[A-Za-z0-9_-]{5,2048}\.[A-Za-z0-9_-]{5,16384}\.[A-Za-z0-9_-]*/gu, '***'],
];

/** A text without secrets. */
export function redactText(text: string): string {
  // Nearly every text has none of the characters that all four forms need.
  if (!text.includes('://') && !/lsp_|bearer|basic|eyJ/iu.test(text)) return text;
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}

/** A copy with every text in it redacted; dates stay dates. */
export function redacted<T>(value: T): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redacted(member as unknown)])) as T;
}

/** For `JSON.stringify`: every text in an answer is redacted, also those that nobody thought of. */
export function redactingReplacer(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redactText(value) : value;
}

/** The same for the one answer that shows a new token. */
export function redactingAllButToken(key: string, value: unknown): unknown {
  return key === 'token' ? value : redactingReplacer(key, value);
}
