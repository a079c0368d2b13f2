import { resolve } from 'node:path';
import type { Event } from '../../core/events.ts';
import { type HttpEndpoint, serveHttp } from '../../server/http.ts';
import { createMetrics } from '../../server/metrics.ts';
import type { ControllerOptions } from '../commands/controller.ts';
import type { Globals } from '../globals.ts';
import { aborted } from '../interruption.ts';
import type { Io } from '../io.ts';
import { systemClock } from '../system-clock.ts';
import { eventLog } from './log.ts';
import { startController } from './start.ts';

/** Runs a controller until a signal ends it. */
export async function runController(options: ControllerOptions, globals: Globals, io: Io): Promise<void> {
  const interruption = io.interruption();
  const { signal } = interruption;
  const log = eventLog(options.log ?? (io.stdoutIsTTY ? 'text' : 'json'), globals.debug === true, io);
  const metrics = createMetrics();
  const sink = (event: Event): void => {
    metrics.observeEvent(event);
    log(event);
  };
  const say = (code: string, message: string): void =>
    sink({ at: systemClock.now(), code, level: 'info', message, data: {} });

  const running = await startController({
    applications: resolve(io.cwd, options.applications),
    state: resolve(io.cwd, options.state),
    clock: systemClock,
    sink,
    observer: metrics.observeCall,
    gitObserver: metrics.observeGit,
    controllerObserver: metrics.controllerObserver,
    globals,
    io,
  });
  let http: HttpEndpoint | undefined;
  try {
    metrics.follow(running.controller);
    if (options.listen !== undefined) {
      http = await serveHttp(options.listen, metrics, () => !signal.aborted);
      say('controller.listening', `/healthz and /metrics answer at ${http.url}`);
    }
    say('controller.started', `follows the Applications of ${options.applications}`);
    await Promise.race([aborted(signal), running.ended]);
    say('controller.stopping', 'stops; what is under way in AWS goes on there, and is taken up at the next start');
  } finally {
    await http?.close();
    await running.close();
    interruption.dispose();
  }
  say('controller.stopped', 'stopped');
}
