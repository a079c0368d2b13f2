import { setImmediate } from 'node:timers/promises';
import { type RunningClock, SteppedClock } from './sandbox-clock.ts';
import type { SandboxWorld } from './sandbox-world.ts';
import type { Service } from './service.ts';
import type { Timer } from './timer-queue.ts';
import type { TimerHandler } from './timers.ts';

/** The longest delay of setTimeout; later timers are armed again when it is over. */
const longestDelayMs = 2 ** 31 - 1;

/** Runs what becomes due: by itself with a running clock, in `advance` with a stepped one. */
export class TimeKeeper {
  private readonly world: SandboxWorld;
  private readonly clock: RunningClock | SteppedClock;
  private readonly services: readonly Service[];
  private readonly handlers: ReadonlyMap<string, TimerHandler>;
  private readonly report: (problem: Error) => void;
  private readonly changed: () => void;
  private alarm: NodeJS.Timeout | undefined;
  /** Whatever runs timers waits for what ran before: handlers never run at the same time. */
  private tail: Promise<void> = Promise.resolve();
  private closed = false;

  /** `report` hears of every error of a handler; `changed` is called when a handler has run. */
  constructor(
    world: SandboxWorld,
    clock: RunningClock | SteppedClock,
    services: readonly Service[],
    report: (problem: Error) => void,
    changed: () => void,
  ) {
    this.world = world;
    this.clock = clock;
    this.services = services;
    this.handlers = new Map(services.flatMap((service) => Object.entries(service.timers ?? {})));
    this.report = report;
    this.changed = changed;
  }

  /** Begins to run due timers by itself; with stepped time there is nothing to begin. */
  start(): void {
    if (this.clock instanceof SteppedClock) return;
    this.world.timers.onChange(() => this.arm());
    this.arm();
  }

  /**
   * Moves stepped time on by `ms`, stopping at each due timer to run it at its own time.
   * Throws when a handler failed, after everything due has run, and when time runs by itself.
   */
  advance(ms: number): Promise<void> {
    const clock = this.clock;
    if (!(clock instanceof SteppedClock)) {
      return Promise.reject(new Error('time runs by itself here; only a sandbox with time: stepped can be advanced'));
    }
    if (!Number.isFinite(ms) || ms < 0) {
      return Promise.reject(new RangeError(`time advances by milliseconds of 0 or more, not by ${ms}`));
    }
    return this.enqueue(async () => {
      const target = clock.now() + ms;
      const problems: Error[] = [];
      await this.quiesce();
      for (let timer = this.world.timers.take(target); timer; timer = this.world.timers.take(target)) {
        clock.moveTo(timer.due);
        const problem = await this.run(timer);
        if (problem) problems.push(problem);
        await this.quiesce();
      }
      clock.moveTo(target);
      if (problems.length > 0)
        throw problems.length === 1 ? problems[0] : new AggregateError(problems, messages(problems));
    });
  }

  /** Settles when the handler that runs now has settled; none runs after that. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.alarm);
    await this.tail.catch(() => undefined);
  }

  private arm(): void {
    clearTimeout(this.alarm);
    const due = this.world.timers.nextDue();
    if (this.closed || due === undefined || this.clock instanceof SteppedClock) return;
    const delay = Math.min(Math.max(0, (due - this.clock.now()) / this.clock.speed), longestDelayMs);
    this.alarm = setTimeout(() => void this.enqueue(() => this.runDue()), delay);
  }

  private async runDue(): Promise<void> {
    while (!this.closed) {
      const timer = this.world.timers.take(this.clock.now());
      if (!timer) break;
      await this.run(timer);
    }
    this.arm();
  }

  private async run(timer: Timer): Promise<Error | undefined> {
    // Between timers requests are answered, also when time runs so fast that there is always one more.
    await setImmediate();
    try {
      const handler = this.handlers.get(timer.handler);
      if (!handler) throw new Error(`no service has a timer handler of this name`);
      await handler(timer.payload as never, timer.scope, this.world);
      return undefined;
    } catch (cause) {
      const problem = new Error(`timer ${timer.handler} ${JSON.stringify(timer.payload)} failed: ${String(cause)}`, {
        cause,
      });
      this.report(problem);
      return problem;
    } finally {
      this.changed();
    }
  }

  private async quiesce(): Promise<void> {
    for (const service of this.services) await service.quiesce?.(this.world);
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.tail.then(work);
    this.tail = done.catch(() => undefined);
    return done;
  }
}

function messages(problems: readonly Error[]): string {
  return problems.map((problem) => problem.message).join('\n');
}
