import { pend } from './applications/attribution.ts';
import { type ChildHost, childHost } from './applications/children.ts';
import { controls } from './applications/controls.ts';
import { declareFolder, takeUpRecords } from './applications/declare.ts';
import type { Declarations } from './applications/declared.ts';
import type { Entry } from './applications/entry.ts';
import type { ControllerDeps, Keeping } from './applications/keeping.ts';
import { PartIndex } from './applications/part-index.ts';
import { pollRepository } from './applications/polls.ts';
import { ProjectBook } from './applications/project-book.ts';
import { RecentPasses } from './applications/recent-passes.ts';
import { Registry } from './applications/registry.ts';
import { slots } from './applications/slots.ts';
import { sweepPlace } from './applications/sweep.ts';
import { turn } from './applications/turn.ts';
import { ApplicationSets } from './applicationset/sets.ts';
import type { Control } from './control.ts';
import { decisionsIn } from './decisions.ts';
import { emitter } from './emit.ts';
import { Interrupted } from './interrupted.ts';
import { endInterrupted } from './operations.ts';
import { normalAddress } from './projects.ts';
import { type Reconcile, startQueue, type WorkQueue } from './queue.ts';
import type { Touch } from './touch.ts';

export type { ApplicationState } from './control.ts';
export type { ControllerDeps, ControllerObserver, LookKind, WhoChanged } from './applications/keeping.ts';

/** That something was pushed, as a webhook tells. It is not believed: it only makes the controller ask the repository. */
export interface Push {
  /** Every address by which the repository may be known. */
  readonly repoURLs: readonly string[];
  /** For example `refs/heads/main`. */
  readonly ref?: string;
}

/** The daemon. */
export interface Controller extends Control {
  /** Runs until the signal aborts; then what runs is ended as interrupted, to be taken up at the next start. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks at exactly the resources that an event is about. Returns at once; objects that nobody owns are left alone. */
  touch(touch: Touch): void;
  /** Asks the repository that something was pushed to. Returns at once. Gives how many Applications are in it. */
  webhook(push: Push): number;
  /** Looks at what the folder declares now, without waiting for the next time. */
  reload(): void;
  /** Where the drivers of the kinds Application and ApplicationSet keep what other Applications hold. */
  readonly children: ChildHost;
  /** True as soon as the folder and the records were read once. */
  readonly ready: boolean;
  /** Applications that wait for a worker. */
  readonly queueDepth: number;
}

const DEFAULT_RELOAD_SECONDS = 10;
const DEFAULT_WORKERS = 20;
const DEFAULT_OPERATIONS = 200;
const POLL_WORKERS = 10;
const SWEEP_WORKERS = 4;
/** Events come in bursts: those of one moment are looked at together, in milliseconds. */
const TOUCH_WINDOW_MS = 200;

/** Keeps Applications as Git says. Emits events, prints nothing. */
export function createController(deps: ControllerDeps): Controller {
  const { clock, store } = deps;
  const stopping = new AbortController();
  const queueOf = (what: string, workers: number, reconcile: Reconcile<string>, observed = false): WorkQueue<string> =>
    startQueue<string>({
      clock,
      workers,
      ...(observed && deps.observer !== undefined && { observer: deps.observer }),
      reconcile,
      onError: (key, error, retryAfterMs) => {
        const message = error instanceof Error ? error.message : String(error);
        const data = { retryAfterMs: retryAfterMs ?? null };
        if (observed) keeping.emit(key)('application.failed', 'error', message, data);
        else keeping.emit()(`${what}.failed`, 'error', message, { ...data, [what]: key });
      },
    });
  const keeping: Keeping = {
    deps,
    registry: new Registry(),
    index: new PartIndex(),
    projects: new ProjectBook(deps.workplace, deps.account),
    decisions: decisionsIn(store),
    queue: queueOf('application', deps.workers ?? DEFAULT_WORKERS, (name, signal) => turn(keeping, name, signal), true),
    polls: queueOf('repository', POLL_WORKERS, (repository, signal) => pollRepository(keeping, repository, signal)),
    sweeps: queueOf('place', SWEEP_WORKERS, (place, signal) => sweepPlace(keeping, place, signal)),
    slots: slots(deps.operations ?? DEFAULT_OPERATIONS),
    passes: new RecentPasses(stopping.signal),
    stopping: stopping.signal,
    strategyObstacle: (entry) => sets.obstacleFor(entry),
    hasStrategy: (entry) => sets.hasStrategy(entry),
    changed: (entry) => sets.applicationChanged(entry),
    emit: (application) => emitter(deps.sink, clock, application === undefined ? {} : { application }),
  };
  const sets = new ApplicationSets(keeping);
  let wake = new AbortController();
  /** Somebody wants the folder to be read now. */
  let asked = false;
  let ready = false;
  /** Declarations that were taken up completely: the same object is not looked at again. */
  let settledOn: Declarations | undefined;

  const start = async (): Promise<void> => {
    for (const application of await endInterrupted(store, clock.now())) {
      keeping.emit(application)('operation.interrupted', 'warn', `the last sync of ${application} was interrupted`);
    }
    await takeUpRecords(keeping);
    await sets.takeUpRecords();
  };
  const reload = async (signal: AbortSignal): Promise<void> => {
    try {
      const declarations = await deps.declarations(signal);
      if (declarations === settledOn) return;
      settledOn = undefined;
      for (const project of keeping.projects.declare(declarations.projects)) recheck(keeping, project);
      const { settled } = await declareFolder(keeping, declarations);
      const setsSettled = await sets.declareFolder(declarations);
      if (settled && setsSettled) settledOn = declarations;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      keeping.emit()('applications.unreadable', 'error', `the folder cannot be read, what is known stays: ${message}`);
    } finally {
      keeping.passes.forget(clock.now());
    }
  };

  return {
    ...controls(keeping, sets),
    async run(signal) {
      const end = (): void => {
        stopping.abort(new Interrupted());
        wake.abort();
      };
      signal.addEventListener('abort', end, { once: true });
      try {
        await start();
        await reload(signal);
        ready = true;
        for (const name of keeping.registry.names()) keeping.queue.add(name);
        while (!signal.aborted) {
          wake = new AbortController();
          if (asked) wake.abort();
          asked = false;
          await clock.sleep((deps.reloadSeconds ?? DEFAULT_RELOAD_SECONDS) * 1000, wake.signal).catch(() => undefined);
          if (!signal.aborted) await reload(signal);
        }
      } finally {
        signal.removeEventListener('abort', end);
        stopping.abort(new Interrupted());
        await Promise.all(
          [keeping.queue, keeping.polls, keeping.sweeps, sets.queue].map((queue) => queue.stop(new Interrupted())),
        );
        await Promise.all([...keeping.registry.all()].map(async (entry) => entry.ended));
        keeping.projects.close();
      }
    },
    touch: (touch) => take(keeping, touch),
    webhook: ({ repoURLs }) => {
      const pushed = new Set(repoURLs.map(bareAddress));
      let count = 0;
      for (const repository of keeping.registry.repositories()) {
        if (!pushed.has(bareAddress(repository))) continue;
        deps.invalidate?.(repository);
        keeping.polls.add(repository);
        count += keeping.registry.inRepository(repository).length;
      }
      sets.pushed((repoURL) => pushed.has(bareAddress(repoURL)));
      return count;
    },
    reload: () => {
      asked = true;
      wake.abort();
    },
    children: childHost(keeping, sets),
    get ready() {
      return ready;
    },
    get queueDepth() {
      return keeping.queue.depth;
    },
  };
}

/** A Project has changed: each of its Applications is looked at with other rules, maybe as somebody else. */
function recheck(keeping: Keeping, project: string): void {
  for (const entry of keeping.registry.inProject(project)) {
    entry.admitted = false;
    delete entry.obstacle;
    entry.lookDue = true;
    entry.epoch += 1;
    keeping.queue.add(entry.declared.name);
  }
}

/** Marks what an event is about. */
function take(keeping: Keeping, touch: Touch): void {
  const touched = new Set<Entry>();
  for (const object of touch.objects) {
    for (const { application, ref } of keeping.index.find(touch.destination, object)) {
      const entry = keeping.registry.get(application);
      if (entry === undefined) continue;
      pend(entry.touched, ref, touch);
      touched.add(entry);
    }
  }
  for (const entry of touched) keeping.queue.addAfter(entry.declared.name, TOUCH_WINDOW_MS);
}

/** Host and path of a repository: a webhook names it by https, an Application perhaps by ssh. */
function bareAddress(repoURL: string): string {
  return normalAddress(repoURL).replace(/^[a-z][a-z0-9+.-]*:\/\//u, '');
}
