import { invalidParameter } from './errors.ts';

/** One page of a list and the token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/**
 * The page that the token names, of at most `maxResults` items (100 when absent, as ECS documents for its lists).
 * Throws InvalidParameterException for a token that this did not give.
 */
export function page<T>(items: readonly T[], maxResults: number | undefined, nextToken: string | undefined): Page<T> {
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid token.');
  const size = maxResults ?? 100;
  if (size < 1 || size > 100) throw invalidParameter('maxResults must be between 1 and 100.');
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
