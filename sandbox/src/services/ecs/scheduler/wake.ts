import type { Scope, World } from '../../../kernel/world.ts';
import { serviceKey } from '../lookup.ts';
import type { ServiceRecord } from '../state.ts';

/** How soon the scheduler looks at a service after something happened to it, in milliseconds. */
const promptMs = 1000;

/** Makes the scheduler look at the service in `afterMs` milliseconds, or sooner when that was planned already. */
export function wakeScheduler(world: World, scope: Scope, service: ServiceRecord, afterMs = promptMs): void {
  const at = world.clock.now() + afterMs;
  if (service.wake) {
    if (service.wake.at <= at) return;
    world.timers.cancel(service.wake.timer);
  }
  const timer = world.timers.set(scope, 'ecs/schedule', afterMs, {
    service: serviceKey(service.cluster, service.name),
  });
  service.wake = { timer, at };
}
