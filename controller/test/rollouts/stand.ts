import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeServicesCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import type { CallMiddleware } from '../../src/aws/calls.ts';
import type { AwsContext } from '../../src/aws/context.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { ApplicationInput, ApplicationStatus, Engine, Operation } from '../../src/engine/engine.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import type { StateRecord, StateStore } from '../../src/engine/store.ts';
import { type Harness, harness } from '../harness.ts';
import { never, storeWith, withClients } from '../matrix/stage.ts';
import { BEHAVIOURS } from './shop.ts';

/** An Application on its sandbox, at a revision that the test moves on. */
export interface Stand extends AsyncDisposable {
  readonly world: Harness;
  readonly engine: Engine;
  readonly store: StateStore;
  /** What Git says from now on. */
  commit(manifests: readonly Manifest[]): void;
  readonly input: () => ApplicationInput;
  plan(): Promise<Plan>;
  sync(): Promise<Operation>;
  /** Syncs for so many milliseconds of AWS's time, and ends as a controller does that is stopped: AWS is left as it is. */
  syncFor(ms: number): Promise<void>;
  status(): Promise<ApplicationStatus>;
  /** The only service, as ECS has it. */
  service(): Promise<Service>;
  /** ARNs of the tasks that are to run, sorted. */
  tasks(): Promise<readonly string[]>;
  /** Works with clients beside those of the engine, as a person with the AWS CLI. */
  byHand<T>(work: (aws: AwsContext) => Promise<T>): Promise<T>;
}

/** The state of a sandbox and of the store, to begin from more than once. */
export interface Kept extends AsyncDisposable {
  readonly folder: string;
  readonly records: readonly StateRecord[];
  readonly revision: number;
}

/** A person says yes to taking over and replacing. */
const asked = { initiator: { kind: 'person', name: 'test' }, approved: true } as const;

const RECORD_TYPES = ['operation', 'manifests', 'inventory'] as const;

/** Starts one, empty or where another was kept. */
export async function stand(from?: Kept): Promise<Stand> {
  const restored = from === undefined ? {} : { restore: from.folder };
  const world = await harness({ throttle: false, behaviours: BEHAVIOURS, ...restored });
  const leaving: { at: number; stop: AbortController } = { at: Number.POSITIVE_INFINITY, stop: new AbortController() };
  // Looked at before each call: there AWS's time stands still, so that one run ends where another did.
  const leaves: CallMiddleware = (_call, send) => {
    if (world.sandbox.now() >= leaving.at) leaving.stop.abort(new Interrupted());
    return send();
  };
  const store = await storeWith(from?.records ?? []);
  const engine = world.restart(store, { middleware: [leaves] });
  let revision = from?.revision ?? 0;
  let manifests: readonly Manifest[] = [];
  const input = (): ApplicationInput => world.application(manifests, `r${revision}`);
  return {
    world,
    engine,
    store,
    input,
    commit: (next) => {
      manifests = next;
      revision += 1;
    },
    plan: () => engine.plan(input(), {}, never()),
    sync: () => engine.sync(input(), asked, never()),
    syncFor: async (ms) => {
      Object.assign(leaving, { at: world.sandbox.now() + ms, stop: new AbortController() });
      const { signal } = leaving.stop;
      const ended = await engine.sync(input(), asked, signal).catch((error: unknown) => error);
      leaving.at = Number.POSITIVE_INFINITY;
      if (!signal.aborted) throw new Error(`the sync ended before: ${JSON.stringify(ended)}`);
    },
    status: async () => (await engine.status(input(), never())).status,
    service: () => withClients(world, onlyService),
    tasks: () => withClients(world, tasksOf),
    byHand: (work) => withClients(world, work),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** Keeps what stands there, to begin from it. */
export async function keep({ world, store, input }: Stand): Promise<Kept> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-rollouts-'));
  await world.sandbox.snapshot(folder);
  const lists = await Promise.all(RECORD_TYPES.map((type) => store.list(type, '', 1_000)));
  return {
    folder,
    records: lists.flat(),
    revision: Number(input().revision.slice(1)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function onlyService({ ecs }: AwsContext): Promise<Service> {
  const cluster = await onlyCluster(ecs);
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
  const [service, ...others] = services;
  if (service === undefined || others.length > 0)
    throw new Error(`there are ${services.length} services, expected one`);
  return service;
}

async function tasksOf({ ecs }: AwsContext): Promise<readonly string[]> {
  const cluster = await onlyCluster(ecs);
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }));
  return taskArns.toSorted();
}

async function onlyCluster(ecs: AwsContext['ecs']): Promise<string> {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const [cluster, ...others] = clusterArns;
  if (cluster === undefined || others.length > 0)
    throw new Error(`there are ${clusterArns.length} clusters, expected one`);
  return cluster;
}
