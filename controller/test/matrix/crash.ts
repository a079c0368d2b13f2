import { contentHash } from '../../src/core/canonical.ts';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { differences } from './compare.ts';
import { doomed, type Point } from './death.ts';
import { judge, type Outcome, refusedEnd, type Reference } from './reference.ts';
import type { Scenario } from './scenario.ts';
import { APPROVED, never, revisions, stage, storeWith } from './stage.ts';

/** Every fourth point, by its own digest: the process that goes on has lost the store too. */
const DISK_LOST_OF = 4;

/** Kills a process at the point, goes on with a new one, and compares what is there with the undisturbed run. */
export async function tryPoint(reference: Reference, point: Point): Promise<Outcome> {
  const { scenario, beginning } = reference;
  const diskLost = isDiskLost(scenario, point);
  const death = doomed(point);
  let problems: readonly string[];
  try {
    await using world = await stage({ restore: beginning.folder });
    const old = await storeWith(beginning.records);
    const { after } = revisions(world, scenario);
    const process = world.restart(death.store(old), { middleware: [death.middleware] });
    await Promise.race([process.sync(after, APPROVED, never()), death.died]);
    const store = diskLost ? memoryStore() : old;
    const engine = world.restart(store);
    const operation = await engine.sync(after, APPROVED, never());
    const judged = await judge(world, scenario, { engine, store });
    problems = [...refusedEnd(scenario, operation), ...judged.problems, ...differences(reference.shape, judged.shape)];
  } catch (error) {
    problems = [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
  const call = death.operation() ?? 'never reached';
  return {
    scenario: scenario.name,
    what: `call ${point.at} (${call}), ${point.way}${diskLost ? ', disk lost' : ''}`,
    again: ['--scenario', scenario.name, '--at', String(point.at), '--way', point.way],
    problems,
  };
}

/** Same for the same point, so that it can be tried again alone. */
function isDiskLost(scenario: Scenario, point: Point): boolean {
  const digest = contentHash([scenario.name, point.at, point.way]);
  return Number.parseInt(digest.slice(0, 8), 16) % DISK_LOST_OF === 0;
}
