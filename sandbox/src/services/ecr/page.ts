import { pageOf } from '../../kernel/page.ts';
import { AwsError } from '../../kernel/service.ts';

/** A page of a listing, of 100 when nothing else is asked for. Throws InvalidParameterException for a wrong token. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  {
    maxResults = 100,
    nextToken,
  }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
): { items: readonly T[]; nextToken: string | undefined } {
  const found = pageOf(items, maxResults, nextToken, keyOf);
  if (!found) throw new AwsError('InvalidParameterException', 'Invalid parameter at nextToken.');
  return { items: found.items, nextToken: found.next };
}
