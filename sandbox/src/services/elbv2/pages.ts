import { AwsError } from '../../kernel/service.ts';

/** One page of a Describe operation. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly NextMarker?: string;
}

/**
 * Cuts a page out of items that are in a stable order; 400 items unless `pageSize` says less.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html
 * @throws AwsError ValidationError when the marker is not one that a page gave.
 */
export function page<T extends { readonly arn: string }>(
  items: readonly T[],
  marker?: string,
  pageSize = 400,
): Page<T> {
  const start = marker === undefined ? 0 : startAfter(items, marker);
  const end = start + pageSize;
  const last = items[end - 1];
  if (!last || end >= items.length) return { items: items.slice(start, end) };
  return { items: items.slice(start, end), NextMarker: Buffer.from(`${end} ${last.arn}`).toString('base64url') };
}

/** Behind the item that ended the page before; behind its former place when it is gone. */
function startAfter(items: readonly { readonly arn: string }[], marker: string): number {
  const [, end, arn] = /^(\d+) (.+)$/.exec(Buffer.from(marker, 'base64url').toString()) ?? [];
  if (end === undefined) throw new AwsError('ValidationError', `The marker '${marker}' is not valid`);
  const index = items.findIndex((item) => item.arn === arn);
  return index < 0 ? Number(end) - 1 : index + 1;
}
