import { TerminalError } from '../core/errors.ts';
import { connections } from './connections.ts';
import type { Engine, EngineDeps, Looked, Operation } from './engine.ts';
import type { Found } from './found.ts';
import { handleOf } from './handle.ts';
import { jqRunner } from './jq.ts';
import { look, type Looking } from './look.ts';
import { buildPlan } from './planner.ts';
import { verifyAll, withPreflight } from './preflight.ts';
import { runRemoval } from './remove.ts';
import { engineKinds } from './resource.ts';
import { bearNothing } from './retry.ts';
import { partsOf, statusOf } from './status.ts';
import { runJob } from './run-job.ts';
import { askedOf, runSync } from './sync.ts';
import { Terminated } from './terminated.ts';

/** An engine on these kinds, clients and store. One Application is synced by one operation at a time. */
export function createEngine(deps: EngineDeps): Engine {
  const kinds = engineKinds(deps.kinds);
  const jq = jqRunner();
  const looking: Looking = {
    kinds,
    connections: connections(deps.connect, kinds),
    store: deps.store,
    clock: deps.clock,
    instance: deps.instance,
    jq,
  };
  const running = new Map<string, AbortController>();
  /** What a finished look was made from. */
  const founds = new WeakMap<Looked, Found>();
  const alone = async (
    application: string,
    signal: AbortSignal,
    operate: (signal: AbortSignal) => Promise<Operation>,
  ): Promise<Operation> => {
    if (running.has(application)) {
      throw new TerminalError('OperationInProgress', `another operation of ${application} is in progress`);
    }
    const ending = new AbortController();
    running.set(application, ending);
    try {
      return await operate(AbortSignal.any([signal, ending.signal]));
    } finally {
      running.delete(application);
    }
  };
  return {
    async plan(input, options, signal) {
      const lookOptions = { asked: askedOf(input, options), readMirror: 'whenEmpty', bear: bearNothing } as const;
      const found = await look(looking, input, lookOptions, signal);
      return withPreflight(found, buildPlan(found));
    },
    async verify(input, signal) {
      const lookOptions = { asked: askedOf(input, {}), readMirror: 'whenEmpty', bear: bearNothing } as const;
      return verifyAll(await look(looking, input, lookOptions, signal));
    },
    sync: (input, options, signal) => {
      const operate = (ending: AbortSignal) => runSync(deps, looking, input, options, ending);
      return options.dryRun === true ? operate(signal) : alone(input.name, signal, operate);
    },
    async status(input, signal, { pass, touched, before, recheck } = {}) {
      const found = before === undefined ? undefined : founds.get(before);
      const since = found === undefined || touched === undefined ? undefined : { found, touched };
      const lookOptions = {
        asked: askedOf(input, {}),
        readMirror: 'whenEmpty',
        bear: bearNothing,
        ...(pass === undefined ? {} : { pass }),
        ...(recheck === true && { recheck }),
        ...(since === undefined ? {} : { since }),
      } as const;
      const now = await look(looking, input, lookOptions, signal);
      const looked: Looked = { status: statusOf(now), parts: partsOf(now) };
      founds.set(looked, now);
      return looked;
    },
    resource: (input, ref, signal) => handleOf(looking, input, ref, signal),
    run: (input, options, signal) =>
      alone(input.name, signal, (ending) => runJob(deps, looking, input, options, ending)),
    remove: (target, options, signal) =>
      alone(target.name, signal, (ending) => runRemoval(deps, looking, target, options, ending)),
    terminate(application, why) {
      const ending = running.get(application);
      ending?.abort(new Terminated(why));
      return ending !== undefined;
    },
    close: () => {
      looking.connections.close();
      jq.close();
    },
  };
}
