import { TerminalError } from '../core/errors.ts';
import { connections } from './connections.ts';
import type { ApplicationInput, Engine, EngineDeps } from './engine.ts';
import { look, type Looking } from './look.ts';
import { buildPlan } from './planner.ts';
import { engineKinds } from './resource.ts';
import { statusOf } from './status.ts';
import { runSync } from './sync.ts';

/** An engine on these kinds, clients and store. One Application is synced by one operation at a time. */
export function createEngine(deps: EngineDeps): Engine {
  const kinds = engineKinds(deps.kinds);
  const looking: Looking = {
    kinds,
    connections: connections(deps.connect, kinds),
    store: deps.store,
    clock: deps.clock,
    instance: deps.instance,
  };
  const syncing = new Set<string>();
  return {
    async plan(input, options, signal) {
      const prune = pruneOf(input, options.prune);
      return buildPlan(await look(looking, input, { prune, readMirror: 'whenEmpty' }, signal));
    },
    async sync(input, options, signal) {
      if (syncing.has(input.name)) {
        throw new TerminalError('OperationInProgress', `another operation of ${input.name} is in progress`);
      }
      syncing.add(input.name);
      try {
        return await runSync(deps, looking, input, options, signal);
      } finally {
        syncing.delete(input.name);
      }
    },
    async status(input, signal) {
      return statusOf(await look(looking, input, { prune: pruneOf(input), readMirror: 'whenEmpty' }, signal));
    },
    close: () => looking.connections.close(),
  };
}

/** What was asked for, else what the Application says. */
function pruneOf(input: ApplicationInput, asked?: boolean): boolean {
  return asked ?? input.spec.syncPolicy?.automated?.prune ?? false;
}
