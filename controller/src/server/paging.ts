import { TerminalError } from '../core/errors.ts';

/** How many items a page has that asks for no number. */
export const DEFAULT_LIMIT = 100;

/** One page. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Key of the last item, where there are more behind it. */
  readonly last?: string;
  /** How many items are behind the page, where all were asked for. */
  readonly remaining?: number;
}

/** What to take of a sorted list. */
export interface PageOptions<T> {
  readonly limit: number;
  /** Only what comes after this key. */
  readonly after: string | undefined;
  /** What a key stands for; undefined when it has gone. */
  readonly read: (key: string) => T | undefined;
  /** Undefined: everything. */
  readonly accept?: ((item: T) => boolean) | undefined;
}

/**
 * A page of what a list of keys stands for; the keys are sorted by code unit. Finds its beginning by halves and reads nothing
 * behind its end but one, so that a page of a list of thousands costs what it shows, or what a filter makes it look through.
 */
export function pageOf<T>(keys: readonly string[], { limit, after, read, accept }: PageOptions<T>): Page<T> {
  const items: T[] = [];
  let last: string | undefined;
  let index = after === undefined ? 0 : firstAfter(keys, after);
  for (; index < keys.length; index++) {
    const key = keys[index] as string;
    if (items.length === limit && accept === undefined) break;
    const item = read(key);
    if (item === undefined || accept?.(item) === false) continue;
    if (items.length === limit) break;
    items.push(item);
    last = key;
  }
  const isMore = index < keys.length && last !== undefined;
  return {
    items,
    ...(isMore && last !== undefined && { last }),
    ...(isMore && accept === undefined && { remaining: keys.length - index }),
  };
}

/** The `metadata` of a list: where its next page begins. */
export function listMeta(page: Omit<Page<unknown>, 'items'>): { continue?: string; remainingItemCount?: number } {
  return {
    ...(page.last !== undefined && { continue: Buffer.from(page.last).toString('base64url') }),
    ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
  };
}

/** The key in a `continue` of ours. It grants nothing: what it leads to is authorised item by item. */
export function readContinue(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const key = Buffer.from(text, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== text) {
    throw new TerminalError('InvalidContinue', 'continue is not one that a list gave: begin without it');
  }
  return key;
}

function firstAfter(keys: readonly string[], after: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
