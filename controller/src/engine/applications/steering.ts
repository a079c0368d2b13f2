import type { ExecRequest, ExecSession, RolloutAction, ScaleRequest, TaskState } from '../../core/driver.ts';
import { TerminalError } from '../../core/errors.ts';
import type { Ref } from '../../core/manifest.ts';
import type { RolloutState } from '../control.ts';
import type { ApplicationInput, Operation, ResourceHandle } from '../engine.ts';
import type { Workplace } from './declared.ts';
import type { Entry } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { begin } from './operate.ts';

/** What people do to single resources: rollouts, tasks, Jobs. Beside an operation that runs, too. */
export interface Steering {
  parts(entry: Entry, ref: Ref, signal: AbortSignal): Promise<ResourceHandle['parts']>;
  rollouts(entry: Entry, signal: AbortSignal): Promise<readonly RolloutState[]>;
  rollout(entry: Entry, ref: Ref, signal: AbortSignal): Promise<RolloutState>;
  act(entry: Entry, ref: Ref, action: RolloutAction, by: string, signal: AbortSignal): Promise<RolloutState>;
  tasks(entry: Entry, ref: Ref, signal: AbortSignal): Promise<readonly TaskState[]>;
  exec(entry: Entry, ref: Ref, request: ExecRequest, by: string, signal: AbortSignal): Promise<ExecSession>;
  scale(entry: Entry, ref: Ref, request: ScaleRequest, signal: AbortSignal): Promise<string>;
  run(entry: Entry, ref: Ref, by: string): Promise<Operation>;
}

/** How an Application is read and where it works: what `app plan` goes by as well. */
export type Asking = (
  entry: Entry,
  signal: AbortSignal,
) => Promise<{ readonly workplace: Workplace; readonly input: ApplicationInput }>;

/** Steering of resources. Each look is a fresh one; what a driver refuses goes to the person as it is. */
export function steering(keeping: Keeping, asking: Asking): Steering {
  const handle = async (entry: Entry, ref: Ref, signal: AbortSignal): Promise<ResourceHandle> => {
    const { workplace, input } = await asking(entry, signal);
    return await workplace.engine.resource(input, ref, signal);
  };
  const look = async (entry: Entry, ref: Ref, signal: AbortSignal): Promise<RolloutState> => {
    const state = rolloutState(entry, await handle(entry, ref, signal));
    if (state !== undefined) return state;
    throw new TerminalError('NotFound', `${ref} has no rollout: it is not there yet, or is of a kind without rollouts`);
  };
  return {
    parts: async (entry, ref, signal) => (await handle(entry, ref, signal)).parts,
    async rollouts(entry, signal) {
      const { workplace, input } = await asking(entry, signal);
      const { engine } = workplace;
      const { status } = await engine.status(input, signal, { recheck: true });
      const refs = status.resources.flatMap(({ ref, rollout }) => (rollout === undefined ? [] : [ref]));
      const states = await Promise.all(
        refs.map(async (ref) => rolloutState(entry, await engine.resource(input, ref, signal))),
      );
      return states.filter((state) => state !== undefined);
    },
    rollout: look,
    async act(entry, ref, action, by, signal) {
      const found = await handle(entry, ref, signal);
      await found.act(action);
      tell(keeping, entry, ref, `${by}: ${action}`, { by, action });
      lookSoon(keeping, entry);
      return await look(entry, ref, signal);
    },
    tasks: async (entry, ref, signal) => await (await handle(entry, ref, signal)).tasks(),
    async exec(entry, ref, request, by, signal) {
      const session = await (await handle(entry, ref, signal)).exec(request);
      const { task, container } = session;
      tell(keeping, entry, ref, `${by} runs a command in container ${container} of task ${task}`, { by, task });
      return session;
    },
    async scale(entry, ref, request, signal) {
      const done = await (await handle(entry, ref, signal)).scale(request);
      tell(keeping, entry, ref, `${request.by} scales it: ${done}`, { by: request.by, count: request.count });
      lookSoon(keeping, entry);
      return done;
    },
    async run(entry, ref, by) {
      const { input } = await asking(entry, keeping.stopping);
      const initiator = { kind: 'person', name: by } as const;
      return await begin(keeping, entry, false, (engine, began) =>
        engine.run(input, { ref, initiator, began }, keeping.stopping),
      );
    },
  };
}

/** What was done shows with the next turn; an operation that runs looks by itself. */
function lookSoon(keeping: Keeping, entry: Entry): void {
  entry.lookDue = true;
  // What was looked at before this is old news.
  entry.epoch += 1;
  if (keeping.registry.get(entry.declared.name) === entry) keeping.queue.add(entry.declared.name);
}

function tell(
  keeping: Keeping,
  entry: Entry,
  ref: Ref,
  message: string,
  data: Readonly<Record<string, string | number>>,
): void {
  keeping.emit(entry.declared.name)('resource.acted', 'info', message, { ref, ...data });
}

function rolloutState(
  { running }: Entry,
  { ref, rollout, health, events, parts, claims }: ResourceHandle,
): RolloutState | undefined {
  if (rollout === undefined) return undefined;
  const operation = running === undefined || running === 'starting' ? undefined : running.id;
  return {
    ref,
    rollout,
    health,
    events,
    parts,
    claims,
    ...(operation !== undefined && { operation }),
  };
}
