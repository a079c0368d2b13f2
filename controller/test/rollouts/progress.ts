import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Rollout } from '../../src/core/driver.ts';
import type { System } from './system.ts';

/** Less than the engine sleeps between two looks, in milliseconds. */
const A_MOMENT_MS = 3_000;

/** Resolves a moment after the engine has told that a rollout is so. It begins with what is told from now on. */
export async function rolloutIs(world: System, isSo: (rollout: Rollout) => boolean): Promise<Rollout> {
  for (let seen = world.events.length; ; seen = world.events.length) {
    await world.clock.sleep(A_MOMENT_MS);
    for (const { code, data } of world.events.slice(seen)) {
      const rollout = data?.['rollout'] as unknown as Rollout | undefined;
      if (code === 'rollout.progress' && rollout !== undefined && isSo(rollout)) return rollout;
    }
  }
}

/** How many tasks of a service run. */
export async function running(world: System, cluster: string, service: string): Promise<number> {
  const { services } = await world.byHand.ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return services?.[0]?.runningCount ?? 0;
}
