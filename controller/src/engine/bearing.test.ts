import { expect, test } from 'vitest';
import type { CallMiddleware } from '../aws/calls.ts';
import { shop } from '../../test/matrix/manifests.ts';
import { syncs, users } from '../../test/users-ask/shop.ts';

/** Counts calls, and loses the answers of those that `isLost` says. */
function counting(isLost: (call: number, operation: string) => boolean): {
  readonly middleware: CallMiddleware;
  readonly calls: () => number;
} {
  let calls = 0;
  return {
    calls: () => calls,
    middleware: async ({ operation }, send) => {
      calls += 1;
      const call = calls;
      const answer = await send();
      if (isLost(call, operation)) throw new Error('socket hang up');
      return answer;
    },
  };
}

const isRead = (operation: string) => /^(Describe|List|Get)/.test(operation);

test('a lost answer costs the read that it was for, not the look at all others', async () => {
  await using world = await users();
  const input = world.application(shop());
  await syncs(world, input);
  const well = counting(() => false);
  await syncs(world, input, {}, world.restart(world.store, { middleware: [well.middleware], maxAttempts: 1 }));
  for (const lost of [2, 5, 9]) {
    const ill = counting((call) => call === lost);
    const engine = world.restart(world.store, { middleware: [ill.middleware], maxAttempts: 1 });
    expect(await syncs(world, input, {}, engine)).toMatchObject({ phase: 'Succeeded' });
    expect(ill.calls()).toBeLessThanOrEqual(well.calls() + 2);
  }
});

test('a look gets to its end when every read fails at first', async () => {
  await using world = await users();
  const input = world.application(shop());
  await syncs(world, input);
  const tries = new Map<string, number>();
  const ill = counting((_call, operation) => {
    const tried = (tries.get(operation) ?? 0) + 1;
    tries.set(operation, tried);
    return isRead(operation) && tried <= 3;
  });
  const engine = world.restart(world.store, { middleware: [ill.middleware], maxAttempts: 1 });
  expect(await syncs(world, input, {}, engine)).toMatchObject({ phase: 'Succeeded' });
});
