import { expect, it } from 'vitest';
import type { WhoChanged } from '../../src/engine/controller.ts';
import { manifest } from '../applications.ts';
import { ControllerWorld, HOME, minutes } from '../controller-world.ts';

const ADA = 'arn:aws:iam::111111111111:user/ada';
const GRACE = 'arn:aws:iam::111111111111:user/grace';

/** An Application that is polled once a day: what is seen sooner is seen by an event. */
async function quiet(selfHeal: boolean, whoChanged?: WhoChanged): Promise<ControllerWorld> {
  const world = new ControllerWorld();
  if (whoChanged !== undefined) world.deps = { whoChanged };
  world.declare('shop', { pollIntervalSeconds: 86_400, syncPolicy: { automated: { selfHeal } } });
  world.repository().commit({ shop: [manifest('Thing/api')] });
  world.start();
  await world.pass(minutes(5));
  return world;
}

function thingOf(world: ControllerWorld) {
  const [thing] = world.world.cloud.things.values();
  if (thing === undefined) throw new Error('there is no thing');
  return thing;
}

/** An event of `ago` milliseconds ago; without a principal it is a state change. */
function touch(world: ControllerWorld, id: string, ago: number, principal?: string): void {
  const receivedAt = world.world.clock.now();
  world.controller.touch({
    destination: HOME,
    objects: [id],
    at: new Date(receivedAt.getTime() - ago),
    receivedAt,
    event: principal === undefined ? 'ECS Task State Change' : 'UpdateService',
    ...(principal !== undefined && { principal }),
  });
}

const attributed = (world: ControllerWorld) =>
  world.world.events.filter(({ code }) => code === 'application.attributed').map(({ message }) => message);

it.each([true, false])(
  'drift that a state change told of is given its author when CloudTrail tells, with selfHeal %s',
  async (selfHeal) => {
    const world = await quiet(selfHeal);
    const thing = thingOf(world);
    thing.size = 9;
    touch(world, thing.id, 0);
    await world.pass(30_000);
    expect(world.told('application.drift')).toHaveLength(1);
    // The call was before the state change that it caused.
    touch(world, thing.id, 31_000, ADA);
    await world.pass(5_000);
    expect(attributed(world)).toEqual(['Thing/api/size was changed by hand by user ada']);
    touch(world, thing.id, 31_000, ADA);
    await world.pass(5_000);
    expect(attributed(world)).toHaveLength(1);
    await world.stop();
  },
);

it('the call that caused a state change is not forgotten when both come in the same moment', async () => {
  const world = await quiet(false);
  const thing = thingOf(world);
  thing.size = 9;
  touch(world, thing.id, 0);
  touch(world, thing.id, 20_000, ADA);
  touch(world, thing.id, 0);
  await world.pass(5_000);
  expect(world.controller.state('shop')?.drift).toMatchObject([{ path: '/size', principal: ADA }]);
  await world.stop();
});

it('nobody is blamed for what was done before the last sync', async () => {
  const world = await quiet(true);
  const thing = thingOf(world);
  thing.size = 9;
  touch(world, thing.id, 0, GRACE);
  await world.pass(minutes(5));
  expect(thing.size).toBe(1);
  thing.size = 8;
  touch(world, thing.id, 0);
  await world.pass(2_000);
  const last = world.world.events.findLast(({ code }) => code === 'application.drift');
  expect(last?.message).toBe('changed by hand: Thing/api/size');
  await world.stop();
});

it('event history is asked again until it shows who it was, and for a quarter of an hour at most', async () => {
  let asked = 0;
  const at = new Date(Date.UTC(2027, 0, 1));
  const world = await quiet(false, async (_destination, objects) => {
    asked += 1;
    return new Map(asked < 3 ? [] : objects.map((id) => [id, { principal: ADA, at }]));
  });
  const thing = thingOf(world);
  thing.size = 9;
  touch(world, thing.id, 0);
  await world.pass(minutes(2));
  expect(attributed(world)).toEqual([]);
  expect(asked).toBe(2);
  await world.pass(minutes(30));
  expect(attributed(world)).toEqual(['Thing/api/size was changed by hand by user ada']);
  expect(asked).toBe(3);
  expect(world.controller.state('shop')?.drift).toMatchObject([{ principal: ADA }]);
  await world.stop();
});
