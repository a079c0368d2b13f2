import { resolve } from 'node:path';
import type { Event, EventSink } from '../../core/events.ts';
import { createEventFeed } from '../../server/events/feed.ts';
import type { HttpEndpoint } from '../../server/http.ts';
import { createMetrics } from '../../server/metrics.ts';
import type { ControllerOptions } from '../commands/controller.ts';
import type { Globals } from '../globals.ts';
import { aborted } from '../interruption.ts';
import { instanceOf } from '../instance.ts';
import type { Io } from '../io.ts';
import { packageVersion } from '../package-version.ts';
import { systemClock } from '../system-clock.ts';
import { announcing } from './announcing.ts';
import { type Configuration, noConfiguration, readConfiguration } from './configuration.ts';
import type { ImagePush } from '../../engine/events/reading.ts';
import type { ImageUpdater } from '../../images/updater.ts';
import { imageUpdates } from './image-updates.ts';
import { eventLog } from './log.ts';
import { startController } from './start.ts';

/** Runs a controller until a signal ends it. */
export async function runController(options: ControllerOptions, globals: Globals, io: Io): Promise<void> {
  const interruption = io.interruption();
  const { signal } = interruption;
  const configuration = await configurationOf(options, io);
  const metrics = createMetrics();
  const feed = createEventFeed();
  const log = eventLog(options.log ?? (io.stdoutIsTTY ? 'text' : 'json'), globals.debug === true, io);
  // Who tells people needs the controller to be there, and it says things before that.
  const listeners: EventSink[] = [metrics.observeEvent, feed.sink, log];
  const clock = systemClock;
  const sink = (event: Event): void => {
    for (const listener of listeners) listener(event);
  };
  const say = (code: string, message: string): void =>
    sink({ at: clock.now(), code, level: 'info', message, data: {} });

  const { tracing } = configuration.spec;
  // Loaded when it is wanted.
  const tracer =
    tracing === undefined
      ? undefined
      : (await import('../../server/tracing.ts')).otlpTracer(tracing, {
          version: packageVersion(),
          instance: instanceOf(io),
        });
  const stop = new AbortController();
  let updates: ImageUpdater | undefined;
  const running = await startController({
    applications: resolve(io.cwd, options.applications),
    state: resolve(io.cwd, options.state),
    configuration,
    clock,
    sink,
    observer: metrics.observeCall,
    gitObserver: metrics.observeGit,
    controllerObserver: metrics.controllerObserver,
    feedObserver: metrics.feedObserver,
    ...(tracer !== undefined && { tracer }),
    onImage: (push) => void updates?.pushed(imageOf(push), stop.signal).catch(() => undefined),
    globals,
    io,
  });
  const { controller, store, aws, sources } = running;
  const announce = announcing({ configuration, control: controller, store, clock, sink });
  listeners.push(announce.sink);
  updates = await imageUpdates({ control: controller, sources, aws, announce, clock, sink });
  const beside = [announce.run(stop.signal), updates.run(stop.signal)].map((work) =>
    work.catch((error: unknown) => {
      if (!stop.signal.aborted) say('controller.failing', error instanceof Error ? error.message : String(error));
    }),
  );
  let http: HttpEndpoint | undefined;
  try {
    metrics.follow(controller);
    metrics.followTokens(() => aws.tokens());
    if (options.listen !== undefined) {
      const insecureNoAuth = options.insecureNoAuth === true;
      const healthy = (): boolean => !signal.aborted;
      const pullRequest = (repoURLs: readonly string[]): void => announce.pullRequest(repoURLs, stop.signal);
      const serving = { running, configuration, clock, sink, feed, metrics, healthy, insecureNoAuth, pullRequest };
      // Loaded when it is wanted: it takes longer than all the rest.
      const { serveController } = await import('./serve.ts');
      http = await serveController(options.listen, serving);
      say('controller.listening', `the API, /healthz and /metrics answer at ${http.url}`);
    }
    say('controller.started', `follows the Applications of ${options.applications}`);
    await Promise.race([aborted(signal), running.ended]);
    say('controller.stopping', 'stops; what is under way in AWS goes on there, and is taken up at the next start');
  } finally {
    stop.abort();
    await http?.close();
    await Promise.all(beside);
    await announce.close();
    await running.close();
    await tracer?.close();
    interruption.dispose();
  }
  say('controller.stopped', 'stopped');
}

async function configurationOf(options: ControllerOptions, io: Io): Promise<Configuration> {
  if (options.config === undefined) return noConfiguration(io);
  return await readConfiguration(resolve(io.cwd, options.config), options.config, io);
}

/** As `imageUpdates[].image` names it: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
function imageOf({ place: { accountId, region }, repository }: ImagePush): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${accountId}.dkr.ecr.${region}.${suffix}/${repository}`;
}
