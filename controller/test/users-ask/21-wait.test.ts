// What users ask for, 21: `wait` returns at once when already done.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ApplicationState } from '../../src/engine/control.ts';
import { MemoryControl } from '../../src/server/testing/memory-control.ts';
import { operationOf, planOf, stateOf } from '../../src/server/testing/states.ts';
import { type Answer, startWorld, type World } from '../../src/server/testing/world.ts';

const PROGRESSING: Partial<ApplicationState> = {
  status: {
    sync: 'OutOfSync',
    health: { status: 'Progressing', reason: 'Deploying', message: '1 of 2 tasks run' },
    plan: planOf('web'),
    resources: [],
  },
  operation: operationOf('web'),
};

let control: MemoryControl;
let world: World;
let as: string;
beforeEach(async () => {
  control = new MemoryControl(stateOf('web'));
  world = await startWorld({ control });
  as = await world.token();
});
afterEach(() => world.close());

/** The clock of the server stands still: only what is true at once is answered. */
const wait = (condition: string, seconds = 3_600): Promise<Answer> =>
  world.ask('GET', `/api/v1/applications/web?wait=${condition}&timeoutSeconds=${seconds}`, { as });

it.each(['healthy', 'synced', 'operation', 'healthy,synced,operation'])(
  '21. waiting for %s answers at once when it is so already',
  async (condition) => {
    const { status, json } = await wait(condition);
    expect([status, json['wait']]).toEqual([200, { for: condition.split(','), met: true }]);
  },
);

it('21. it answers with the event that makes it so, without waiting for a next look', async () => {
  control.put(stateOf('web', PROGRESSING));
  const waiting = wait('healthy,synced');
  await expect.poll(() => control.reads).toBeGreaterThan(1);
  control.put(stateOf('web'));
  world.sink({
    at: world.clock.now(),
    code: 'operation.finished',
    level: 'info',
    message: '',
    data: { application: 'web' },
  });
  expect((await waiting).json['wait']).toMatchObject({ met: true });
});

it('21. it looks every second when nothing is said', async () => {
  control.put(stateOf('web', PROGRESSING));
  const waiting = wait('healthy');
  await expect.poll(() => control.reads).toBeGreaterThan(1);
  control.put(stateOf('web'));
  await world.clock.advance(1_000);
  expect((await waiting).json['wait']).toMatchObject({ met: true });
});

it('21. healthy is not what an operation is about to change: it waits for its end', async () => {
  control.put(stateOf('web', { operation: operationOf('web') }));
  expect((await wait('healthy', 0)).json['wait']).toEqual({ for: ['healthy'], met: false });
});

it('21. it ends with the time, with the state as it is then', async () => {
  control.put(stateOf('web', PROGRESSING));
  const { json } = await wait('healthy', 0);
  expect(json).toMatchObject({ wait: { met: false }, status: { health: { status: 'Progressing' } } });
});

it('21. waiting for the end of an Application that is gone answers at once: 404', async () => {
  const waiting = wait('deleted');
  await expect.poll(() => control.reads).toBeGreaterThan(1);
  control.known.delete('web');
  await world.clock.advance(1_000);
  expect((await waiting).status).toBe(404);
  expect((await wait('deleted')).status).toBe(404);
});

it('21. a misspelt condition is refused with the right word', async () => {
  const { status, json } = await wait('helthy');
  expect([status, json['detail']]).toEqual([400, expect.stringContaining('did you mean "healthy"?')]);
});
