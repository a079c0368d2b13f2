import { pageOf } from '../../kernel/page.ts';
import { AwsError } from '../../kernel/service.ts';

/** A page of a listing, of at most 100. Throws ValidationException for a token that is none of ours. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  limit = 100,
  token?: string,
): { items: readonly T[]; NextToken: string | undefined } {
  const found = pageOf(items, limit, token, keyOf);
  if (!found) throw new AwsError('ValidationException', 'The next token is not valid.');
  return { items: found.items, NextToken: found.next };
}
