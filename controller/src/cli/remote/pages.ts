import type { ListMeta, PageQuery } from '../../api/http/common.ts';

/** Every item of a list, page by page. */
export async function everyPage<Item>(
  load: (page: PageQuery) => Promise<{ readonly items: readonly Item[]; readonly metadata: ListMeta }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let at: string | undefined;
  do {
    const page = await load({ limit: 500, ...(at !== undefined && { continue: at }) });
    items.push(...page.items);
    at = page.metadata.continue;
  } while (at !== undefined);
  return items;
}
