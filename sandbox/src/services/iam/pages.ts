import { pageOf } from '../../kernel/page.ts';
import { AwsError } from '../../kernel/service.ts';

/** "If you do not include this parameter, the number of items defaults to 100." Source: API_ListRoles. */
const defaultItems = 100;

/** A page of a listing, with IAM's names for where it ends. Throws InvalidInput for a marker that IAM did not give. */
export function paged<T>(
  items: readonly T[],
  { Marker, MaxItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly IsTruncated: boolean; readonly Marker?: string } {
  const page = pageOf(items, MaxItems ?? defaultItems, Marker, keyOf);
  if (!page) throw new AwsError('InvalidInput', `Invalid Marker: ${Marker ?? ''}`);
  return { items: page.items, IsTruncated: page.next !== undefined, ...(page.next ? { Marker: page.next } : {}) };
}
