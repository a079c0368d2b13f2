import { contentHash } from '../../src/core/canonical.ts';
import { isObject } from '../../src/core/json.ts';
import type { ApplicationInput, Engine, Operation } from '../../src/engine/engine.ts';
import { endInterrupted, INTERRUPTED, listOperations } from '../../src/engine/operations.ts';
import type { StateStore } from '../../src/engine/store.ts';
import { memoryStore } from '../../src/engine/stores/memory.ts';
import { differences } from './compare.ts';
import { doomed, type Point } from './death.ts';
import { judge, type Outcome, refusedEnd, type Reference } from './reference.ts';
import { APPROVED, never, revisions, stage, storeWith } from './stage.ts';

/** Every fourth point, by its own digest: the process that goes on has lost the store too. */
const DISK_LOST_OF = 4;

/** No scenario takes as long. What waits for ever would step time for ever. */
const LONGEST_MS = 3 * 3_600_000;

/** Kills a process at the point, goes on with a new one, and compares what is there with the undisturbed run. */
export async function tryPoint(reference: Reference, point: Point): Promise<Outcome> {
  const { scenario, beginning } = reference;
  let diskLost = isDiskLost(reference, point);
  const death = doomed(point);
  let problems: readonly string[];
  try {
    await using world = await stage({ restore: beginning.folder });
    const old = await storeWith(beginning.records);
    const { after } = revisions(world, scenario);
    const process = world.restart(death.store(old), { middleware: [death.middleware] });
    await Promise.race([process.sync(after, APPROVED, never()), death.died]);
    // Once the records of the hooks say that their run is over, only the store knows that the operation was cut short.
    if (scenario.hooks === true && (await isOver(old))) diskLost = false;
    const store = diskLost ? memoryStore() : old;
    const endsAt = world.sandbox.now() + LONGEST_MS;
    const engine = world.restart(store, {
      middleware: [
        (_call, send) => {
          if (world.sandbox.now() > endsAt) engine.terminate(after.name, 'it does not end');
          return send();
        },
      ],
    });
    const operation = await goOn(engine, store, after, world.clock.now());
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

/** What a controller does after its start: takes up the operation that was cut short, if it was. */
async function goOn(engine: Engine, store: StateStore, after: ApplicationInput, now: Date): Promise<Operation> {
  await endInterrupted(store, now);
  const last = (await listOperations(store, after.name)).at(-1);
  const isOfThis = last?.revision === after.revision;
  if (isOfThis && last.phase === 'Succeeded') return last;
  const resumes = isOfThis && last.message === INTERRUPTED ? { resumes: last.id } : {};
  return engine.sync(after, { ...APPROVED, ...resumes }, never());
}

/** Same for the same point, so that it can be tried again alone. */
function isDiskLost({ scenario }: Reference, point: Point): boolean {
  const digest = contentHash([scenario.name, point.at, point.way]);
  return Number.parseInt(digest.slice(0, 8), 16) % DISK_LOST_OF === 0;
}

/** Hooks have run, and their run is over. */
async function isOver(store: StateStore): Promise<boolean> {
  const records = await store.list('inventory', '', 100);
  const hooks = records.flatMap(({ value }) => (isObject(value) && isObject(value['hook']) ? [value['hook']] : []));
  return hooks.length > 0 && hooks.every((hook) => hook['over'] === true);
}
