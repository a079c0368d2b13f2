import type { ApplicationSpec } from '../api/application.ts';
import type { Clock } from '../core/clock.ts';
import type { EventSink } from '../core/events.ts';
import type { Fetched, Source } from '../source/source.ts';
import type { Plan } from '../core/plan.ts';
import { decide } from './automation.ts';
import { driftOf } from './drift.ts';
import { emitter, type Emit } from './emit.ts';
import type { ApplicationInput, ApplicationStatus, Engine, Operation } from './engine.ts';
import { Interrupted } from './interrupted.ts';
import { endInterrupted, listOperations } from './operations.ts';
import { type QueueObserver, startQueue, type WorkQueue } from './queue.ts';
import { spread } from './retry.ts';
import type { StateStore } from './store.ts';

/** An Application that the controller keeps. */
export interface ManagedApplication {
  readonly name: string;
  readonly spec: ApplicationSpec;
  readonly source: Source;
  /** Changes when anything about the Application itself does, for example a digest of its manifest. */
  readonly version: string;
  /** Renders and validates what was fetched. Throws InvalidInputError. */
  input(fetched: Fetched): Promise<ApplicationInput>;
}

/** Hears what a controller does; for metrics. Must not throw. */
export interface ControllerObserver extends QueueObserver {
  /** An Application was fetched, rendered and compared with AWS, in that many milliseconds. */
  reconciled(durationMs: number): void;
}

/** What a controller works with. */
export interface ControllerDeps {
  readonly engine: Engine;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** The Applications as they are declared now. Throws when they cannot be read: then those known stay. */
  readonly load: (signal: AbortSignal) => Promise<readonly ManagedApplication[]>;
  /** How often `load` is called, in seconds. Default 10. */
  readonly reloadSeconds?: number;
  /** How many Applications are looked at or synced at once. Default 20. */
  readonly workers?: number;
  readonly observer?: ControllerObserver;
}

/** What is known of an Application, for metrics and lists. */
export interface ApplicationState {
  readonly name: string;
  readonly spec: ApplicationSpec;
  /** Undefined until it was looked at. */
  readonly status?: ApplicationStatus;
  readonly revision?: string;
  /** Why the last look failed; then `status` is the last that succeeded, and sync is Unknown. */
  readonly problem?: string;
  readonly lookedAt?: Date;
  /** True while an operation runs. */
  readonly syncing: boolean;
}

/** The daemon. */
export interface Controller {
  /** Runs until the signal aborts; then what runs is ended as interrupted, to be taken up at the next start. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks at the source of an Application now, as after a webhook. Unknown names do nothing. */
  refresh(name: string): void;
  /** In the order of names. */
  states(): readonly ApplicationState[];
  /** Applications that wait for a worker. */
  readonly queueDepth: number;
}

const DEFAULT_POLL_SECONDS = 120;
const MAX_JITTER_MS = 60_000;
const DEFAULT_RELOAD_SECONDS = 10;
const DEFAULT_WORKERS = 20;
/** Drift that comes back within this time after it was corrected is a fight. */
const FIGHT_MS = 600_000;
const FIGHT_COUNT = 3;

/** What is remembered of an Application between looks. All of it can be lost: the store and AWS say the rest. */
interface Memory {
  application: ManagedApplication;
  state: ApplicationState;
  treeHash?: string;
  /** When AWS was compared last, in milliseconds. */
  sweptAt?: number;
  polls: number;
  selfHeals: number;
  /** The drift that was told of last. */
  drift?: string;
}

/** Keeps Applications as Git says. Emits events, prints nothing. */
export function createController(deps: ControllerDeps): Controller {
  const { clock } = deps;
  const applications = new Map<string, Memory>();
  let queue: WorkQueue<string> | undefined;

  return {
    async run(signal) {
      const hit = await endInterrupted(deps.store, clock.now());
      const emit = emitter(deps.sink, clock);
      for (const application of hit) {
        emit('operation.interrupted', 'warn', `the last sync of ${application} was interrupted`, { application });
      }
      queue = startQueue<string>({
        clock,
        workers: deps.workers ?? DEFAULT_WORKERS,
        ...(deps.observer !== undefined && { observer: deps.observer }),
        reconcile: (name, stop) => reconcile(deps, applications.get(name), stop),
        onError: (application, error, retryAfterMs) => {
          const message = error instanceof Error ? error.message : String(error);
          emit('application.failed', 'error', message, { application, retryAfterMs: retryAfterMs ?? null });
        },
      });
      try {
        while (!signal.aborted) {
          await reload(deps, applications, queue, emit, signal);
          await clock.sleep((deps.reloadSeconds ?? DEFAULT_RELOAD_SECONDS) * 1000, signal).catch(() => undefined);
        }
      } finally {
        await queue.stop(new Interrupted());
      }
    },
    refresh: (name) => {
      if (applications.has(name)) queue?.add(name);
    },
    states: () =>
      [...applications.values()].map((memory) => memory.state).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get queueDepth() {
      return queue?.depth ?? 0;
    },
  };
}

/** Takes up what was declared, changed or taken away. What is taken away is left as it is in AWS. */
async function reload(
  deps: ControllerDeps,
  applications: Map<string, Memory>,
  queue: WorkQueue<string>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  let declared: readonly ManagedApplication[];
  try {
    declared = await deps.load(signal);
  } catch (error) {
    if (signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    emit('applications.unreadable', 'error', `the Applications cannot be read, those known stay: ${message}`);
    return;
  }
  for (const application of declared) {
    const { name, spec } = application;
    const known = applications.get(name);
    if (known?.application.version === application.version) continue;
    applications.set(name, {
      application,
      state: { name, spec, syncing: false },
      polls: 0,
      selfHeals: known?.selfHeals ?? 0,
    });
    emit('application.declared', 'info', `${known === undefined ? 'takes up' : 'takes up the changed'} ${name}`, {
      application: name,
    });
    queue.add(name);
  }
  const names = new Set(declared.map((application) => application.name));
  for (const name of [...applications.keys()].filter((known) => !names.has(known))) {
    applications.delete(name);
    queue.drop(name);
    emit('application.dropped', 'info', `${name} is not declared any more; what it owns in AWS stays`, {
      application: name,
    });
  }
}

/** One look at one Application: fetch, compare, decide, sync. */
async function reconcile(
  deps: ControllerDeps,
  memory: Memory | undefined,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs?: number }> {
  if (memory === undefined) return {};
  const { application } = memory;
  const emit = emitter(deps.sink, deps.clock, { application: application.name });
  const pollMs = (application.spec.pollIntervalSeconds ?? DEFAULT_POLL_SECONDS) * 1000;
  const next = { requeueAfterMs: pollMs + jitter(memory, pollMs) };
  const began = deps.clock.now().getTime();
  try {
    const fetched = await application.source.fetch(signal);
    const sameTree = memory.treeHash === fetched.treeHash;
    const swept = memory.sweptAt !== undefined && deps.clock.now().getTime() - memory.sweptAt < pollMs;
    if (sameTree && swept)
      return { requeueAfterMs: (memory.sweptAt ?? 0) + next.requeueAfterMs - deps.clock.now().getTime() };
    const input = await application.input(fetched);
    if (!sameTree)
      emit('application.refreshed', 'info', `${application.name} is at ${fetched.revision}`, {
        revision: fetched.revision,
      });
    const status = await look(deps, memory, input, emit, signal);
    deps.observer?.reconciled(deps.clock.now().getTime() - began);
    memory.treeHash = fetched.treeHash;
    return (await act(deps, memory, input, status, emit, signal)) ?? next;
  } catch (error) {
    if (signal.aborted) throw error;
    reportProblem(deps, memory, error, emit);
    return next;
  }
}

/** Compares with AWS and remembers the result. */
async function look(
  deps: ControllerDeps,
  memory: Memory,
  input: ApplicationInput,
  emit: Emit,
  signal: AbortSignal,
): Promise<ApplicationStatus> {
  const status = await deps.engine.status(input, signal);
  const now = deps.clock.now();
  const { sync, health } = status;
  const before = memory.state.status;
  memory.sweptAt = now.getTime();
  memory.state = {
    name: input.name,
    spec: input.spec,
    status,
    revision: input.revision,
    lookedAt: now,
    syncing: false,
  };
  if (before?.sync !== sync || before.health.status !== health.status || before.health.reason !== health.reason) {
    const message = `${sync}, ${health.status}: ${health.message}`;
    emit('application.status', health.status === 'Degraded' ? 'warn' : 'info', message, {
      sync,
      health: { ...health },
      revision: input.revision,
    });
  }
  return status;
}

/**
 * Does what automation says, and looks again after a sync, so that what became of this commit is known before the next one
 * is fetched. Gives when to come back where that is sooner than the next poll.
 */
async function act(
  deps: ControllerDeps,
  memory: Memory,
  input: ApplicationInput,
  found: ApplicationStatus,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ readonly requeueAfterMs: number } | undefined> {
  let status = found;
  for (let synced = false; ; synced = true) {
    const history = await listOperations(deps.store, input.name);
    const now = deps.clock.now();
    if (!isFight(history.at(-1), now)) memory.selfHeals = 0;
    reportDrift(memory, status.plan, history.at(-1), emit);
    const decision = decide({ policy: input.spec.syncPolicy, status, history, selfHeals: memory.selfHeals, now });
    // Commits that came while it synced are not left waiting for the next poll.
    if (decision.do === 'nothing') return synced ? { requeueAfterMs: 0 } : undefined;
    if (decision.do === 'wait') {
      const seconds = Math.round(decision.ms / 1000);
      emit('application.waits', 'info', `syncs in ${seconds} s: ${decision.why}`, { afterMs: decision.ms });
      // The next look is wished for: it must not be taken for one that is not due.
      delete memory.sweptAt;
      return { requeueAfterMs: decision.ms };
    }
    if (decision.initiator.kind === 'self-heal') noteSelfHeal(memory, emit);
    memory.state = { ...memory.state, syncing: true };
    try {
      await deps.engine.sync(input, { initiator: decision.initiator }, signal);
    } finally {
      memory.state = { ...memory.state, syncing: false };
    }
    signal.throwIfAborted();
    status = await look(deps, memory, input, emit, signal);
  }
}

/** Each drift is told of once, however long it stays. */
function reportDrift(memory: Memory, plan: Plan, last: Operation | undefined, emit: Emit): void {
  const changes = driftOf(plan, last);
  const drift = JSON.stringify(changes);
  if (changes.length > 0 && memory.drift !== drift) {
    const message = `changed by hand: ${changes.map(({ ref, path }) => `${ref}${path}`).join(', ')}`;
    emit('application.drift', 'warn', message, { changes });
  }
  memory.drift = drift;
}

function noteSelfHeal(memory: Memory, emit: Emit): void {
  memory.selfHeals += 1;
  if (memory.selfHeals < FIGHT_COUNT) return;
  const message = `corrected ${memory.selfHeals} times in a row: somebody or something keeps changing it`;
  emit('application.fight', 'warn', message, { count: memory.selfHeals });
}

function reportProblem(deps: ControllerDeps, memory: Memory, error: unknown, emit: Emit): void {
  const problem = error instanceof Error ? error.message : String(error);
  if (memory.state.problem !== problem) emit('application.unknown', 'error', problem, { sync: 'Unknown' });
  memory.state = { ...memory.state, problem, lookedAt: deps.clock.now() };
}

/** The last sync corrected drift, not long ago. */
function isFight(last: Operation | undefined, now: Date): boolean {
  return (
    last?.initiator.kind === 'self-heal' && now.getTime() - Date.parse(last.finishedAt ?? last.startedAt) < FIGHT_MS
  );
}

/** Up to half of the poll interval, at most a minute, so that Applications do not poll in step. */
function jitter(memory: Memory, pollMs: number): number {
  memory.polls += 1;
  return Math.round(spread(`${memory.application.name}\n${memory.polls}`) * Math.min(MAX_JITTER_MS, pollMs / 2));
}
