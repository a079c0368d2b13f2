import { dirname, join } from 'node:path';
import type { CallObserver } from '../../aws/calls.ts';
import type { AwsContext } from '../../aws/context.ts';
import type { Clock } from '../../core/clock.ts';
import { TerminalError } from '../../core/errors.ts';
import type { EventSink } from '../../core/events.ts';
import type { ApplicationState } from '../../engine/control.ts';
import { noTracer, type Tracer } from '../../core/trace.ts';
import { childKinds } from '../../engine/applications/child-kinds.ts';
import { type Controller, type ControllerObserver, createController } from '../../engine/controller.ts';
import type { FeedObserver } from '../../engine/events/feed.ts';
import { type Feeds, startFeeds } from '../../engine/events/feeds.ts';
import type { ImagePush } from '../../engine/events/reading.ts';
import type { StateStore } from '../../engine/store.ts';
import { sqliteStore } from '../../engine/stores/sqlite.ts';
import { kinds } from '../../kinds/registry.ts';
import type { GitObserver } from '../../source/gitrepository.ts';
import { type Destinations, destinations } from '../destinations.ts';
import type { Globals } from '../globals.ts';
import { instanceOf } from '../instance.ts';
import type { Io } from '../io.ts';
import { packageVersion } from '../package-version.ts';
import { openSources, type Sources } from '../sources.ts';
import { type Configuration, credentialsOf, noConfiguration } from './configuration.ts';
import { DeclarationsFolder } from './declarations-folder.ts';
import { generatorSources } from './generator-sources.ts';
import { openApplication } from './open-application.ts';
import { tracedCalls, tracedKinds } from './traced.ts';
import { roleIn, workplaceOf } from './workplaces.ts';

/** What a controller is started with. */
export interface ControllerSettings {
  /** Folder of Application, ApplicationSet and Project manifests. */
  readonly applications: string;
  /** The SQLite file; the mirrors of Git repositories are kept beside it. */
  readonly state: string;
  /** Default: nothing is configured. */
  readonly configuration?: Configuration;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly observer?: CallObserver;
  readonly gitObserver?: GitObserver;
  readonly controllerObserver?: ControllerObserver;
  readonly feedObserver?: FeedObserver;
  /** Default: traces nothing. */
  readonly tracer?: Tracer;
  /** Hears of images that were pushed, where an event tells. */
  readonly onImage?: (image: ImagePush) => void;
  readonly globals: Globals;
  readonly io: Io;
}

/** A controller that runs. */
export interface RunningController {
  readonly controller: Controller;
  readonly store: StateStore;
  readonly aws: Destinations;
  readonly sources: Sources;
  readonly feeds: Feeds;
  /** Connects to where an Application is, as its Project says. */
  readonly connect: (application: ApplicationState) => Promise<AwsContext>;
  /** Settles when it has ended: after `close`, or with the error that ended it. */
  readonly ended: Promise<void>;
  /** Ends what runs as interrupted, to be taken up at the next start. */
  close(): Promise<void>;
}

/** Seconds between looks at the folder of declarations: a directory listing and a few small files. */
const RELOAD_SECONDS = 2;

/**
 * Wires a controller and starts it.
 * @throws when the folder of declarations or the state file cannot be used.
 */
export async function startController(settings: ControllerSettings): Promise<RunningController> {
  const { clock, sink, globals, io } = settings;
  const configuration = settings.configuration ?? noConfiguration(io);
  const folder = new DeclarationsFolder(settings.applications);
  await folder.read();
  const store = sqliteStore(settings.state);
  const instance = instanceOf(io);
  const aws = destinations({
    clock,
    agent: { instance, version: packageVersion() },
    ...(globals.endpointUrl !== undefined && { endpoint: globals.endpointUrl }),
    ...(settings.observer !== undefined && { observer: settings.observer }),
    ...(settings.tracer !== undefined && { middleware: [tracedCalls(settings.tracer)] }),
  });
  const { allowedRepositoryHosts } = configuration.spec;
  const sources = openSources(io, {
    cacheFolder: join(dirname(settings.state), 'git'),
    clock,
    credentials: credentialsOf(configuration),
    ...(allowedRepositoryHosts !== undefined && { hosts: { allowed: allowedRepositoryHosts } }),
    ...(settings.gitObserver !== undefined && { observer: settings.gitObserver }),
  });
  // A child is kept by the controller, which needs the kinds before it is there.
  const tracer = settings.tracer ?? noTracer;
  const withChildren = new Map([
    ...tracedKinds(kinds, tracer),
    ...childKinds(() => controller.children).map((kind) => [kind.name, kind] as const),
  ]);
  const tell = refusals(settings);
  const controller: Controller = createController({
    store,
    clock,
    sink,
    reloadSeconds: RELOAD_SECONDS,
    ...(settings.controllerObserver !== undefined && { observer: settings.controllerObserver }),
    declarations: async () => {
      const content = await folder.read();
      tell(content.refused);
      return content;
    },
    open: (declared) => openApplication(declared, sources, clock, sink),
    workplace: (project) => workplaceOf(project, { aws, kinds: withChildren, store, clock, sink, instance, tracer }),
    account: async () => (await aws.to({})).accountId,
    generators: generatorSources(sources, configuration, clock),
    invalidate: (repository) => sources.invalidate(repository),
    whoChanged: (destination, objects, since, signal) => feeds.whoChanged(destination, objects, since, signal),
  });
  const feeds = startFeeds(configuration.spec.eventQueues ?? [], {
    connect: (place) => aws.to(place),
    callers: () => aws.callers(),
    clock,
    sink,
    instance,
    touch: (touch) => controller.touch(touch),
    ...(settings.onImage !== undefined && { onImage: settings.onImage }),
    ...(settings.feedObserver !== undefined && { observer: settings.feedObserver }),
  });
  const stop = new AbortController();
  const ended = controller.run(stop.signal);
  return {
    controller,
    store,
    aws,
    sources,
    feeds,
    connect: (application) => connectFor(application, controller, aws, instance),
    ended,
    close: async () => {
      stop.abort();
      try {
        await feeds.close();
        await ended;
      } finally {
        await aws.close();
        await store.close();
      }
    },
  };
}

/** Reads of people go the same way as those of syncs: as the role of the Project. */
async function connectFor(
  { name, project: projectName, status }: ApplicationState,
  controller: Controller,
  aws: Destinations,
  instance: string,
): Promise<AwsContext> {
  const project = controller.projects().find((each) => each.name === projectName);
  if (project === undefined || status === undefined) {
    throw new TerminalError('NotFound', `${name} was not looked at yet`);
  }
  const { accountId, region } = status.plan;
  const role = roleIn(project, { accountId, region }, instance);
  return await aws.to({ accountId, region, ...(role !== undefined && { role }) });
}

/** Each thing that is wrong with a file is said once, not at every look. */
function refusals({
  clock,
  sink,
}: ControllerSettings): (found: readonly { readonly file: string; readonly message: string }[]) => void {
  const known = new Set<string>();
  return (found) => {
    for (const { file, message } of found) {
      if (known.has(message)) continue;
      const text = `${file} is not taken up: ${message}`;
      sink({ at: clock.now(), code: 'applications.refused', level: 'error', message: text, data: { file } });
    }
    known.clear();
    for (const { message } of found) known.add(message);
  };
}
