// What users ask for, 13: UI and API page at thousands of applications.
import { expect, it } from 'vitest';
import { MemoryControl } from '../../src/server/testing/memory-control.ts';
import { stateOf } from '../../src/server/testing/states.ts';
import { startWorld } from '../../src/server/testing/world.ts';

const COUNT = 5_000;

interface List {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

const nameOf = (index: number): string => `app-${String(index).padStart(4, '0')}`;

it('13. a page of 5,000 Applications costs what it shows, wherever it begins, and the pages are all of them', async () => {
  const control = new MemoryControl(...Array.from({ length: COUNT }, (_, index) => stateOf(nameOf(index))));
  control.states = () => {
    throw new Error('a page reads all states');
  };
  const world = await startWorld({ control, settings: { rateLimits: { requestsPerMinute: 1_000 } } });
  const as = await world.token({ access: 'viewer' });
  const names: string[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const before: number = control.reads;
    const { json } = await world.ask('GET', `/api/v1/applications?limit=100&continue=${next}`, { as });
    const { metadata, items } = json as unknown as List;
    expect(control.reads - before).toBeLessThanOrEqual(100);
    names.push(...items.map((item) => item.metadata.name));
    expect(metadata.remainingItemCount ?? 0).toBe(COUNT - names.length);
    next = metadata.continue;
  }
  expect(names).toEqual(Array.from({ length: COUNT }, (_, index) => nameOf(index)));
  await world.close();
});

it('13. a page for somebody who sees one Project looks no further than it has to', async () => {
  const control = new MemoryControl(
    ...Array.from({ length: COUNT }, (_, index) =>
      stateOf(nameOf(index), { project: index % 10 === 0 ? 'shop' : 'post' }),
    ),
  );
  const world = await startWorld({ control });
  const as = await world.token({ project: 'shop', access: 'viewer' });
  const { json } = await world.ask('GET', '/api/v1/applications?limit=20', { as });
  expect((json as unknown as List).items.map(({ metadata }) => metadata.name)).toEqual(
    Array.from({ length: 20 }, (_, index) => nameOf(index * 10)),
  );
  expect(control.reads).toBeLessThanOrEqual(201);
  await world.close();
});
