/** A page of a listing. */
export interface Page<T> {
  readonly items: readonly T[];
  /** What the next page is asked with; undefined on the last one. */
  readonly next: string | undefined;
}

/**
 * The page of at most `limit` items behind the one that `token` stands for; `limit` may depend on what is left. `keyOf` names an item, so that a page goes
 * on at the right place when items came and went in between. Undefined when the token is not one of ours.
 */
export function pageOf<T>(
  items: readonly T[],
  limit: number | ((rest: readonly T[]) => number),
  token: string | undefined,
  keyOf: (item: T) => string,
): Page<T> | undefined {
  const start = token === undefined ? 0 : startOf(items, token, keyOf);
  if (start === undefined) return undefined;
  const rest = items.slice(start);
  const page = rest.slice(0, typeof limit === 'number' ? limit : limit(rest));
  const last = page.at(-1);
  const more = last !== undefined && page.length < rest.length;
  return { items: page, next: more ? encode({ key: keyOf(last), index: start + page.length }) : undefined };
}

interface Position {
  /** Of the last item of the page before. */
  readonly key: string;
  /** Where the page begins when that item is gone. */
  readonly index: number;
}

function startOf<T>(items: readonly T[], token: string, keyOf: (item: T) => string): number | undefined {
  const position = decode(token);
  if (!position) return undefined;
  const index = items.findIndex((item) => keyOf(item) === position.key);
  return index < 0 ? position.index : index + 1;
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify([position.key, position.index])).toString('base64url');
}

function decode(token: string): Position | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(parsed)) return undefined;
    const [key, index] = parsed as unknown[];
    return typeof key === 'string' && typeof index === 'number' ? { key, index } : undefined;
  } catch {
    return undefined;
  }
}
