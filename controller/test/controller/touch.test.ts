import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, HOME, minutes } from '../controller-world.ts';

const ADA = 'arn:aws:iam::111111111111:user/ada';

/** Applications that are polled once a day: what is seen sooner is seen by an event. */
async function quiet(selfHeal: boolean): Promise<ControllerWorld & { looks: string[] }> {
  const looks: string[] = [];
  const world = Object.assign(new ControllerWorld(), { looks });
  world.deps = {
    observer: {
      added: () => undefined,
      retried: () => undefined,
      begun: () => undefined,
      ended: () => undefined,
      reconciled: (_ms, { application, kind }) => void looks.push(`${application} ${kind}`),
    },
  };
  for (const name of ['shop', 'other']) {
    world.declare(name, { pollIntervalSeconds: 86_400, syncPolicy: { automated: { selfHeal } } });
  }
  world.repository().commit({ shop: [manifest('Thing/api'), manifest('Thing/web')], other: [manifest('Thing/x')] });
  world.start();
  await world.pass(minutes(5));
  looks.length = 0;
  return world;
}

function byHand(world: ControllerWorld, name: string) {
  const thing = [...world.world.cloud.things.values()].find((each) => each.name.includes(name));
  if (thing === undefined) throw new Error(`there is no ${name}`);
  thing.size = 9;
  return thing;
}

function touch(world: ControllerWorld, id: string, principal?: string): void {
  const at = world.world.clock.now();
  world.controller.touch({
    destination: HOME,
    objects: [id],
    at: new Date(at.getTime() - 40_000),
    receivedAt: at,
    event: 'UpdateService',
    ...(principal !== undefined && { principal }),
  });
}

it('what an event touched is looked at within two seconds, named field by field with who did it, and corrected', async () => {
  const world = await quiet(true);
  const thing = byHand(world, 'api');
  touch(world, thing.id, ADA);
  await world.pass(2_000);
  const [drift] = world.world.events.filter(({ code }) => code === 'application.drift');
  expect(drift?.message).toBe('changed by hand by user ada: Thing/api/size');
  expect(drift?.data.changes).toMatchObject([{ ref: 'Thing/api', path: '/size', principal: ADA }]);
  await world.pass(minutes(2));
  expect(thing.size).toBe(1);
  expect((await world.historyOf('shop')).at(-1)).toBe('self-heal Succeeded r1');
  expect(world.looks[0]).toBe('shop event');
  expect(world.looks.filter((look) => look.startsWith('other'))).toEqual([]);
  await world.stop();
});

it('a burst of events about one resource is one look, drift is told once, and without selfHeal it stays', async () => {
  const world = await quiet(false);
  const thing = byHand(world, 'api');
  for (let count = 0; count < 50; count++) touch(world, thing.id, ADA);
  await world.pass(2_000);
  expect(world.looks).toEqual(['shop event']);
  for (let count = 0; count < 5; count++) {
    touch(world, thing.id, ADA);
    await world.pass(2_000);
  }
  expect(world.told('application.drift')).toHaveLength(1);
  expect(world.controller.state('shop')?.drift).toMatchObject([{ ref: 'Thing/api', path: '/size', principal: ADA }]);
  expect(thing.size).toBe(9);
  await world.stop();
});

it('objects that nobody owns, or of another account, are left alone', async () => {
  const world = await quiet(true);
  const thing = byHand(world, 'api');
  world.controller.touch({
    destination: { ...HOME, accountId: '222222222222' },
    objects: [thing.id],
    at: world.world.clock.now(),
    receivedAt: world.world.clock.now(),
    event: 'UpdateService',
  });
  touch(world, 'arn:aws:ecs:eu-west-1:111111111111:service/main/unknown', ADA);
  await world.pass(minutes(5));
  expect(world.looks).toEqual([]);
  await world.stop();
});

it('who changed it is asked for where no event told, and filled in without a second message', async () => {
  const world = await quiet(false);
  const asked: (readonly string[])[] = [];
  await world.stop();
  world.deps = {
    ...world.deps,
    whoChanged: async (_destination, objects) => {
      asked.push(objects);
      return new Map(objects.map((id) => [id, { principal: ADA, at: new Date(0) }]));
    },
  };
  world.declare('shop', { pollIntervalSeconds: 60 });
  world.start();
  await world.pass(minutes(2));
  const thing = byHand(world, 'api');
  await world.pass(minutes(3));
  expect(asked).toEqual([[thing.id]]);
  expect(world.controller.state('shop')?.drift).toMatchObject([{ ref: 'Thing/api', path: '/size', principal: ADA }]);
  expect(world.told('application.drift')).toHaveLength(1);
  await world.stop();
});
