import { expect, it } from 'vitest';
import { manifest } from '../applications.ts';
import { ControllerWorld, minutes } from '../controller-world.ts';

function shop(): ControllerWorld {
  const world = new ControllerWorld();
  world.declare('shop', { syncPolicy: { automated: { prune: true, selfHeal: true }, maxDeletions: 5 } });
  world.repository().commit({
    shop: [
      manifest('Base/main'),
      manifest('Thing/api', { needs: ['Base/main'] }),
      manifest('Thing/old', { needs: ['Base/main'] }),
    ],
  });
  return world;
}

/** The second commit: one changes, one goes, one comes. */
function second(world: ControllerWorld): void {
  world.repository().commit({
    shop: [
      manifest('Base/main'),
      manifest('Thing/api', { needs: ['Base/main'], version: 'v2' }),
      manifest('Thing/new', { needs: ['Thing/api'] }),
    ],
  });
}

async function undisturbed(): Promise<readonly string[]> {
  const world = shop();
  world.start();
  await world.pass(minutes(5));
  second(world);
  await world.pass(minutes(10));
  await world.stop();
  return shapes(world);
}

/** Names and states of what there is; ids differ from run to run. */
function shapes(world: ControllerWorld): readonly string[] {
  return world.world.cloud.summary();
}

it('killed at any call, the next process ends with the same, and nothing is ever stuck Running', async () => {
  const expected = await undisturbed();
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 24; at++) {
      const world = shop();
      const process = world.world.cloud.process();
      process.death = { at, when };
      world.start(world.world.store, process);
      const died = process.died.then(() => true);
      await Promise.race([died, world.pass(minutes(5))]);
      second(world);
      const isDead = await Promise.race([died, world.pass(minutes(10)).then(() => false)]);
      if (!isDead) await world.stop();
      // A killed process says nothing more: its controller is left as it is, and another one starts.
      world.start();
      await world.pass(minutes(15));
      expect(shapes(world), `died ${when} call ${at}`).toEqual(expected);
      const phases = (await world.controller.history('shop')).map(({ phase }) => phase);
      expect(phases, `died ${when} call ${at}`).not.toContain('Running');
      expect(world.stateOf('shop'), `died ${when} call ${at}`).toBe('Synced, Healthy');
      await world.stop();
    }
  }
}, 60_000);
