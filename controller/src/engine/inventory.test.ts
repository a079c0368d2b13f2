import { describe, expect, it } from 'vitest';
import type { Json } from '../core/json.ts';
import { type InventoryEntry, type InventoryPlace, openInventory } from './inventory.ts';
import { memoryStore } from './stores/memory.ts';

const destination = { accountId: '111111111111', region: 'eu-west-1' };

function entry(...ids: readonly string[]): InventoryEntry {
  const parts = ids.map((id) => ({ type: 'base', id }));
  return { ref: 'Base/main', ...destination, parts, managedTagKeys: [], deletionPolicy: 'Delete' };
}

/** A store and a mirror; `writes` counts what reaches either. */
function place() {
  const mirrored = new Map<string, Json>();
  const store = memoryStore();
  const writes = { store: 0, mirror: 0 };
  const inventoryPlace: InventoryPlace = {
    application: 'shop',
    destination,
    store: {
      ...store,
      put: (...input) => {
        writes.store += 1;
        return store.put(...input);
      },
    },
    mirror: {
      load: async () => new Map(mirrored),
      put: async (key, value) => {
        writes.mirror += 1;
        mirrored.set(key, value);
      },
      remove: async (key) => void mirrored.delete(key),
    },
  };
  return { mirrored, store, writes, inventoryPlace };
}

describe('the two copies of a record', () => {
  it('are not written again while both hold what is to be written', async () => {
    const { inventoryPlace, writes } = place();
    await (await openInventory(inventoryPlace, 'always')).put(entry('a'));
    await (await openInventory(inventoryPlace, 'always')).put(entry('a'));
    expect(writes).toEqual({ store: 1, mirror: 1 });
  });

  it('are the same again when a process died after it wrote the store', async () => {
    const { inventoryPlace, mirrored, store } = place();
    await (await openInventory(inventoryPlace, 'always')).put(entry());
    const [record] = await store.list('inventory', '', 1);
    await store.put('inventory', record?.key ?? '', entry('a') as unknown as Json, record?.version ?? null);
    await (await openInventory(inventoryPlace, 'always')).put(entry('a'));
    expect(mirrored.get('Base/main')).toEqual(entry('a'));
  });

  it('are the same again when the disk was lost', async () => {
    const { inventoryPlace, mirrored, store } = place();
    mirrored.set('Base/main', entry('a') as unknown as Json);
    const inventory = await openInventory(inventoryPlace, 'always');
    for (const known of inventory.entries()) await inventory.put(known);
    expect((await store.list('inventory', '', 1))[0]?.value).toEqual(entry('a'));
  });
});
