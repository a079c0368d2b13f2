import type { ApplicationSpec } from '../src/api/application.ts';
import type { ApplicationSetSpec } from '../src/api/applicationset.ts';
import type { ProjectSpec } from '../src/api/project.ts';
import { contentHash } from '../src/core/canonical.ts';
import type { Json } from '../src/core/json.ts';
import type { Manifest } from '../src/core/manifest.ts';
import { childKinds } from '../src/engine/applications/child-kinds.ts';
import type { ApplicationAccess, DeclaredApplication } from '../src/engine/applications/declared.ts';
import { type Controller, type ControllerDeps, createController } from '../src/engine/controller.ts';
import { createEngine } from '../src/engine/create.ts';
import type { Engine } from '../src/engine/engine.ts';
import { Interrupted } from '../src/engine/interrupted.ts';
import type { StateStore } from '../src/engine/store.ts';
import type { Destination } from '../src/kinds/kind.ts';
import { SharedListing } from '../src/source/sharedlisting.ts';
import type { Fetched, Freshness, Source } from '../src/source/source.ts';
import { type EngineWorld, engineWorld } from './engine-world.ts';
import { fakeKinds, type FakeProcess } from './fake-cloud.ts';

/** The account that everything in a controller's world is in. */
export const HOME: Destination = { accountId: '111111111111', region: 'eu-west-1' };

/** A repository in memory: folders of manifests, and every commit that there was. */
export class Repository {
  readonly url: string;
  /** Listings of the server and readings of a folder, as they were asked for. */
  readonly asked = { listings: 0, readings: 0 };
  broken: Error | undefined;
  #commits: ReadonlyMap<string, readonly Manifest[]>[] = [];
  /** Who asks in the same moment, or takes an older answer, shares one: as Git sources do. */
  readonly #listing: SharedListing<string>;

  constructor(url: string, nowMs: () => number) {
    this.url = url;
    this.#listing = new SharedListing(() => this.#list(), nowMs);
  }

  /** As a webhook does it. */
  invalidate(): void {
    this.#listing.invalidate();
  }

  /** Another commit: these folders are as given, the others as they were. Gives its revision. */
  commit(folders: Readonly<Record<string, readonly Manifest[]>>): string {
    this.#commits.push(new Map([...(this.#commits.at(-1) ?? []), ...Object.entries(folders)]));
    return `r${this.#commits.length}`;
  }

  /** Takes the history away, as a forced push does: only the newest commit is left. */
  forget(): void {
    const newest = this.#commits.at(-1);
    this.#commits = this.#commits.map(() => newest ?? new Map());
  }

  manifests(path: string, revision: string): readonly Manifest[] {
    return this.#commits[Number(revision.slice(1)) - 1]?.get(path) ?? [];
  }

  source(path: string, revision?: string): Source {
    const revisionOf = async (signal: AbortSignal, freshness?: Freshness): Promise<string> => {
      if (revision !== undefined && this.broken === undefined) return revision;
      return await this.#listing.get(signal, freshness);
    };
    return {
      look: async (signal, freshness) => {
        const at = await revisionOf(signal, freshness);
        return { revision: at, treeHash: hashOf(this.manifests(path, at)) };
      },
      fetch: async (signal, freshness): Promise<Fetched> => {
        const at = await revisionOf(signal, freshness);
        this.asked.readings += 1;
        const manifests = this.manifests(path, at);
        return { revision: at, treeHash: hashOf(manifests), commit: { revision: at }, files: new Map() };
      },
    };
  }

  async #list(): Promise<string> {
    this.asked.listings += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.broken !== undefined) throw this.broken;
    return `r${this.#commits.length}`;
  }
}

function hashOf(manifests: readonly Manifest[]): string {
  return contentHash(manifests.map(({ kind, metadata, spec }) => ({ kind, metadata, spec })) as unknown as Json);
}

/** A controller on a fake cloud, with repositories and a folder of declarations that a test changes. */
export class ControllerWorld {
  readonly world: EngineWorld = engineWorld();
  readonly repositories = new Map<string, Repository>();
  readonly applications = new Map<string, DeclaredApplication>();
  readonly sets = new Map<string, ApplicationSetSpec>();
  readonly projects = new Map<string, ProjectSpec>();
  /** False: a file of the folder cannot be read, and nothing is known of it. */
  complete = true;
  deps: Partial<ControllerDeps> = {};
  #controller: Controller | undefined;
  #ended: Promise<void> = Promise.resolve();
  #ending = new AbortController();

  get controller(): Controller {
    if (this.#controller === undefined) throw new Error('it was not started');
    return this.#controller;
  }

  repository(url = 'https://git.example.com/shop.git'): Repository {
    const known = this.repositories.get(url) ?? new Repository(url, () => this.world.clock.now().getTime());
    this.repositories.set(url, known);
    return known;
  }

  /** Declares an Application in the folder; its path is its name. */
  declare(name: string, spec: Partial<ApplicationSpec> = {}, labels: Readonly<Record<string, string>> = {}): void {
    const { source, ...rest } = spec;
    this.applications.set(name, {
      name,
      spec: {
        source: { repoURL: this.repository().url, path: name, ...source },
        syncPolicy: { automated: { prune: true } },
        pollIntervalSeconds: 60,
        ...rest,
      },
      labels,
      annotations: {},
      origin: { kind: 'folder' },
    });
  }

  /** Starts a controller, as after a restart where there was one before. */
  start(store: StateStore = this.world.store, process: FakeProcess = this.world.cloud.process()): Controller {
    this.#ending = new AbortController();
    const { clock, events } = this.world;
    const sink = (event: (typeof events)[number]): void => {
      events.push(event);
      this.deps.sink?.(event);
    };
    const kinds = new Map([
      ...fakeKinds(process),
      ...childKinds(() => controller.children).map((kind) => [kind.name, kind] as const),
    ]);
    const engine = (): Engine =>
      createEngine({ kinds, connect: async () => process.context(), store, clock, sink, instance: 'test' });
    const controller: Controller = createController({
      store,
      clock,
      reloadSeconds: 2,
      declarations: async () => ({
        applications: [...this.applications.values()],
        applicationSets: [...this.sets].map(([name, spec]) => ({ name, spec, origin: { kind: 'folder' } })),
        projects: [...this.projects].map(([name, spec]) => ({ name, spec })),
        complete: this.complete,
      }),
      open: (declared) => this.#open(declared),
      workplace: () => ({
        engine: engine(),
        resolve: async ({ accountId, region }) => ({
          accountId: accountId ?? HOME.accountId,
          region: region ?? HOME.region,
        }),
        place: ({ accountId, region }) => `${accountId}/${region}`,
        pass: async (_destination, now, signal) => process.context().pass(now, signal),
      }),
      account: async () => HOME.accountId,
      invalidate: (url) => this.repositories.get(url)?.invalidate(),
      ...this.deps,
      sink,
    });
    this.#controller = controller;
    this.#ended = controller.run(this.#ending.signal);
    return controller;
  }

  /** Ends the controller, as SIGTERM does. */
  async stop(): Promise<void> {
    this.#ending.abort(new Interrupted());
    await this.#ended;
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.world.clock.sleep(ms);
  }

  /** Messages of events with this code, in order. */
  told(code: string, application?: string): readonly string[] {
    return this.world.events
      .filter((event) => event.code === code)
      .filter(({ data }) => application === undefined || data.application === application)
      .map((event) => event.message);
  }

  /** `Synced, Healthy` */
  stateOf(name: string): string {
    const status = this.controller.state(name)?.status;
    return status === undefined ? 'Unknown' : `${status.sync}, ${status.health.status}`;
  }

  /** Types of the conditions of an Application that hold. */
  conditionsOf(name: string): readonly string[] {
    const { conditions = [] } = this.controller.state(name) ?? {};
    return conditions.filter((condition) => condition.status === 'True').map((condition) => condition.type);
  }

  /** `commit Succeeded r1`, oldest first. */
  async historyOf(name: string): Promise<readonly string[]> {
    const history = await this.controller.history(name);
    return history.map(({ initiator, phase, revision }) => `${initiator.kind} ${phase} ${revision}`);
  }

  #open(declared: DeclaredApplication): ApplicationAccess {
    const { repoURL, path = '.', targetRevision } = declared.spec.source;
    const repository = this.repository(repoURL);
    const { name, spec } = declared;
    return {
      source: { ...repository.source(path, targetRevision), repository: repoURL },
      at: (revision) => repository.source(path, revision),
      input: async ({ revision }, destination) => ({
        name,
        spec,
        destination,
        revision,
        manifests: repository.manifests(path, revision),
      }),
    };
  }
}

/** Minutes in milliseconds. */
export function minutes(count: number): number {
  return count * 60_000;
}
