import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@longshore/sandbox';
import { execa } from 'execa';
import { vi } from 'vitest';
import type { FinishedCall } from '../../src/aws/calls.ts';
import { noConfiguration } from '../../src/cli/controller/configuration.ts';
import { serveController } from '../../src/cli/controller/serve.ts';
import { type RunningController, startController } from '../../src/cli/controller/start.ts';
import { recordingIo } from '../../src/cli/testing/recording-io.ts';
import type { Event } from '../../src/core/events.ts';
import type { LookKind } from '../../src/engine/controller.ts';
import { createEventFeed } from '../../src/server/events/feed.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { GitRequest } from '../../src/source/gitrepository.ts';
import { ACCOUNT, REGION } from '../harness.ts';
import { BEHAVIOURS, GOOD } from '../matrix/manifests.ts';
import { pacedClock } from '../paced-clock.ts';
import { type Ended, longshore } from './program.ts';

/** Repositories besides the monorepo. */
const SMALL = 11;
const IN_MONOREPO = 150;
/** In each small repository; the first has more, so that there are 200 with the cluster's own Application. */
const IN_SMALL = [5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4];

/** One Application with one service, and where it is committed. */
export interface Shop {
  readonly name: string;
  readonly repository: string;
}

/** 200 Applications in 12 repositories, a controller that keeps them, and a sandbox whose time steps. */
export interface Demonstration extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly running: RunningController;
  readonly shops: readonly Shop[];
  readonly events: Event[];
  readonly calls: (FinishedCall & { readonly at: number })[];
  readonly git: GitRequest[];
  readonly looks: { readonly application: string; readonly kind: LookKind }[];
  /** Runs `longshore app ...` against the controller's HTTP API, as a program of its own. */
  app(...args: readonly string[]): Promise<Ended>;
  /** Commits another image for one of them. */
  commit(shop: Shop, image: string): Promise<void>;
  /** Lets so much of the sandbox's time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until this holds. */
  until(holds: () => boolean, mostMs?: number): Promise<void>;
}

/** Starts everything; nothing is synced yet. */
export async function demonstration(pollIntervalSeconds: number): Promise<Demonstration> {
  const cwd = await mkdtemp(join(tmpdir(), 'longshore-demonstration-'));
  const sandbox = await startSandbox({
    port: 0,
    runtime: 'simulated',
    seed: 1,
    time: 'stepped',
    throttle: false,
    behaviours: BEHAVIOURS,
  });
  const clock = pacedClock(sandbox);
  const shops: Shop[] = [];
  for (let index = 0; index < IN_MONOREPO; index++) shops.push({ name: `mono-${index}`, repository: 'monorepo' });
  for (let repository = 0; repository < SMALL; repository++) {
    for (let index = 0; index < (IN_SMALL[repository] ?? 0); index++) {
      shops.push({ name: `small-${repository}-${index}`, repository: `small-${repository}` });
    }
  }
  await seed(cwd, shops, pollIntervalSeconds);

  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', REGION);
  const events: Event[] = [];
  const calls: (FinishedCall & { readonly at: number })[] = [];
  const git: GitRequest[] = [];
  const looks: { readonly application: string; readonly kind: LookKind }[] = [];
  const io = recordingIo({ cwd, env: { PATH: process.env['PATH'], HOME: cwd } });
  const running = await startController({
    applications: join(cwd, 'applications'),
    state: join(cwd, 'state.sqlite'),
    clock,
    sink: (event) => void events.push(event),
    observer: (call) => void calls.push({ ...call, at: performance.now() }),
    gitObserver: (request) => void git.push(request),
    controllerObserver: {
      added: () => undefined,
      retried: () => undefined,
      begun: () => undefined,
      ended: () => undefined,
      reconciled: (_ms, look) => void looks.push(look),
    },
    globals: { endpointUrl: sandbox.url },
    io,
  });
  const pass = (ms: number): Promise<void> => clock.pass(ms);
  const api = await serveController(
    { host: '127.0.0.1', port: 0 },
    {
      running,
      configuration: noConfiguration(io),
      clock,
      sink: () => undefined,
      feed: createEventFeed(),
      metrics: createMetrics(),
      healthy: () => true,
      insecureNoAuth: true,
      pullRequest: () => undefined,
    },
  );
  return {
    sandbox,
    running,
    shops,
    events,
    calls,
    git,
    looks,
    pass,
    app: (...args) => longshore(['app', ...args, '--server', api.url], { cwd }),
    until: async (holds, mostMs = 3_600_000) => {
      for (let waited = 0; !holds(); waited += 1_000) {
        if (waited > mostMs) throw new Error('it never came true');
        await pass(1_000);
      }
    },
    commit: async ({ name, repository }, image) => {
      await writeFile(join(cwd, repository, name, 'service.yaml'), serviceOf(image));
      await save(join(cwd, repository));
    },
    [Symbol.asyncDispose]: async () => {
      await api.close();
      await running.close();
      await sandbox.close();
      await rm(cwd, { recursive: true, force: true });
      vi.unstubAllEnvs();
    },
  };
}

async function seed(cwd: string, shops: readonly Shop[], pollIntervalSeconds: number): Promise<void> {
  await mkdir(join(cwd, 'applications'));
  for (const { name, repository } of shops) {
    await mkdir(join(cwd, repository, name), { recursive: true });
    await writeFile(join(cwd, repository, name, 'service.yaml'), serviceOf(GOOD));
  }
  await mkdir(join(cwd, 'small-0', 'platform'), { recursive: true });
  await writeFile(
    join(cwd, 'small-0', 'platform', 'cluster.yaml'),
    'apiVersion: longshore.dev/v1alpha1\nkind: Cluster\nmetadata: {name: main}\nspec: {nameOverride: main, capacityProviders: [FARGATE]}\n',
  );
  for (const repository of new Set(shops.map((shop) => shop.repository))) {
    await execa('git', ['init', '--quiet', '--initial-branch=main'], { cwd: join(cwd, repository) });
    await save(join(cwd, repository));
  }
  const all = [{ name: 'platform', repository: 'small-0' }, ...shops];
  const documents = all.map(
    ({ name, repository }) => `apiVersion: longshore.dev/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  source: {repoURL: ../${repository}, targetRevision: main, path: ${name}}
  ${name === 'platform' ? '' : 'dependsOn: [platform]'}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
  pollIntervalSeconds: ${pollIntervalSeconds}
`,
  );
  await writeFile(join(cwd, 'applications', 'all.yaml'), documents.join('---\n'));
}

function serviceOf(image: string): string {
  return `apiVersion: longshore.dev/v1alpha1
kind: Service
metadata: {name: api}
spec:
  clusterArn: arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/main
  desiredCount: 1
  launchType: FARGATE
  network: {subnets: [subnet-1], securityGroups: [sg-1]}
  task: {cpu: 256, memory: 512, containers: [{name: web, image: "${image}"}]}
`;
}

async function save(cwd: string): Promise<void> {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  await execa('git', ['add', '--all'], { cwd });
  await execa('git', [...who, 'commit', '--quiet', '--message', 'change'], { cwd });
}
