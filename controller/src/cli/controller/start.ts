import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CallObserver } from '../../aws/calls.ts';
import type { Clock } from '../../core/clock.ts';
import type { EventSink } from '../../core/events.ts';
import {
  type Controller,
  type ControllerObserver,
  createController,
  type ManagedApplication,
} from '../../engine/controller.ts';
import { createEngine } from '../../engine/create.ts';
import type { StateStore } from '../../engine/store.ts';
import { sqliteStore } from '../../engine/stores/sqlite.ts';
import { kinds } from '../../kinds/registry.ts';
import { applicationInput } from '../application-input.ts';
import { type Destinations, destinations } from '../destinations.ts';
import type { Globals } from '../globals.ts';
import { instanceOf } from '../instance.ts';
import type { Io } from '../io.ts';
import type { GitObserver } from '../../source/gitrepository.ts';
import { type OpenSource, openSources } from '../sources.ts';
import type { Target } from '../target.ts';
import { reportWarnings } from '../warnings.ts';
import { ApplicationsFolder } from './applications-folder.ts';

/** What a controller is started with. */
export interface ControllerSettings {
  /** Folder of Application manifests. */
  readonly applications: string;
  /** The SQLite file; the mirrors of Git repositories are kept beside it. */
  readonly state: string;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly observer?: CallObserver;
  readonly gitObserver?: GitObserver;
  readonly controllerObserver?: ControllerObserver;
  readonly globals: Globals;
  readonly io: Io;
}

/** A controller that runs. */
export interface RunningController {
  readonly controller: Controller;
  readonly store: StateStore;
  /** Settles when it has ended: after `close`, or with the error that ended it. */
  readonly ended: Promise<void>;
  /** Ends what runs as interrupted, to be taken up at the next start. */
  close(): Promise<void>;
}

/** Seconds between looks at the folder of Applications: a directory listing and a few small files. */
const RELOAD_SECONDS = 2;

/**
 * Wires a controller and starts it.
 * @throws when the folder of Applications or the state file cannot be used.
 */
export async function startController(settings: ControllerSettings): Promise<RunningController> {
  const { clock, sink, globals, io } = settings;
  const folder = new ApplicationsFolder(settings.applications);
  await folder.read();
  const store = sqliteStore(settings.state);
  const aws = destinations({
    clock,
    ...(globals.endpointUrl !== undefined && { endpoint: globals.endpointUrl }),
    ...(settings.observer !== undefined && { observer: settings.observer }),
  });
  const engine = createEngine({
    kinds,
    connect: async (destination) => await aws.to(destination),
    store,
    clock,
    sink,
    instance: instanceOf(io),
  });
  const open = openSources(io, join(dirname(settings.state), 'git'), settings.gitObserver);
  const refused = new Set<string>();
  const controller = createController({
    engine,
    store,
    clock,
    sink,
    reloadSeconds: RELOAD_SECONDS,
    ...(settings.controllerObserver !== undefined && { observer: settings.controllerObserver }),
    load: async () => {
      const content = await folder.read();
      reportRefused(content.refused, refused, settings);
      return content.applications.map((target) => managed(target, open, aws, settings));
    },
  });
  const stop = new AbortController();
  const ended = controller.run(stop.signal);
  return {
    controller,
    store,
    ended,
    close: async () => {
      stop.abort();
      try {
        await ended;
      } finally {
        engine.close();
        await aws.close();
        await store.close();
      }
    },
  };
}

function managed(
  target: Target,
  open: OpenSource,
  aws: Destinations,
  settings: ControllerSettings,
): ManagedApplication {
  const source = open(target.spec);
  return {
    name: target.name,
    spec: target.spec,
    source,
    version: createHash('sha256').update(JSON.stringify(target.spec)).digest('hex'),
    input: async (fetched) => {
      const destination = await aws.to(target.spec.destination ?? {});
      const { input, warnings } = applicationInput(target, fetched, destination, source.folder);
      reportWarnings(warnings, target.name, settings.clock, settings.sink);
      return input;
    },
  };
}

/** Each thing that is wrong is said once, not at every look. */
function reportRefused(
  found: readonly { readonly file: string; readonly message: string }[],
  known: Set<string>,
  { clock, sink }: ControllerSettings,
): void {
  for (const { file, message } of found) {
    if (known.has(message)) continue;
    sink({
      at: clock.now(),
      code: 'applications.refused',
      level: 'error',
      message: `${file} is not taken up: ${message}`,
      data: { file },
    });
  }
  known.clear();
  for (const { message } of found) known.add(message);
}
