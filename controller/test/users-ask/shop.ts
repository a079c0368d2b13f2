import type { SandboxOptions } from '@longshore/sandbox';
import { ListClustersCommand, ListTaskDefinitionsCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { AwsContext } from '../../src/aws/context.ts';
import { connect } from '../../src/aws/connect.ts';
import type { Manifest } from '../../src/core/manifest.ts';
import type { ApplicationInput, Operation, SyncOptions } from '../../src/engine/engine.ts';
import { manifest } from '../applications.ts';
import { ACCOUNT, harness, type Harness, REGION } from '../harness.ts';
import { BEHAVIOURS } from '../matrix/manifests.ts';

/** An image whose task does its work and ends. */
export const MIGRATES = 'example/migrate:1';
/** One that fails. */
export const FAILS = 'example/migrate:bad';
/** One that never ends. */
export const HANGS = 'example/hangs:1';

const JOBS: SandboxOptions['behaviours'] = {
  [FAILS]: { exitAfterMs: 5_000, exitCode: 3 },
  'example/migrate': { exitAfterMs: 20_000, exitCode: 0 },
  'example/hangs': { startMs: 1_000 },
};

/** A sandbox with an engine, and images for services and jobs. */
export function users(options: SandboxOptions = {}): Promise<Harness> {
  return harness({ behaviours: { ...BEHAVIOURS, ...JOBS }, ...options });
}

/** A Job in the cluster of the shop; a hook with these annotations under `longshore.dev/`. */
export function job(
  name: string,
  annotations: Readonly<Record<string, string>> = {},
  image = MIGRATES,
  fields: object = {},
): Manifest {
  const spec = {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'main', image }] },
    ...fields,
  };
  const named = Object.entries(annotations).map(([key, value]) => [`longshore.dev/${key}`, value] as const);
  return manifest(`Job/${name}`, spec, Object.fromEntries(named));
}

/** The same manifest with annotations under `longshore.dev/`. */
export function annotated(from: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  const named = Object.entries(annotations).map(([key, value]) => [`longshore.dev/${key}`, value] as const);
  const all = { ...from.metadata.annotations, ...Object.fromEntries(named) };
  return { ...from, metadata: { ...from.metadata, annotations: all } };
}

/** Syncs in person. */
export function syncs(
  world: Harness,
  input: ApplicationInput,
  options: Partial<SyncOptions> = {},
  engine = world.engine,
): Promise<Operation> {
  return engine.sync(input, { initiator: { kind: 'person', name: 'test' }, ...options }, new AbortController().signal);
}

/** What an operation did: `PreSync hook Job/migrate Synced`, `Service/api Synced`. */
export function done({ results }: Operation): readonly string[] {
  return results.map(({ ref, hook, status }) => `${hook === undefined ? '' : `${hook} hook `}${ref} ${status}`);
}

/** Clients of the sandbox besides those of the engine. */
export async function asUser<T>(world: Harness, work: (aws: AwsContext) => Promise<T>): Promise<T> {
  const aws = await connect(
    { accountId: ACCOUNT, region: REGION },
    {
      clock: world.clock,
      endpoint: world.sandbox.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
  );
  try {
    return await work(aws);
  } finally {
    aws.close();
  }
}

/** How many tasks Jobs have started in the sandbox so far. */
export function tasksRun(world: Harness): number {
  return world.sandbox.calls()['ecs:RunTask'] ?? 0;
}

/** ACTIVE task definition revisions of a family. */
export function revisions(world: Harness, familyPrefix: string): Promise<readonly string[]> {
  return asUser(world, async ({ ecs }) => {
    const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }));
    return taskDefinitionArns;
  });
}

/** Tasks that run in any cluster, as `desiredStatus lastStatus`. */
export function runningTasks(world: Harness): Promise<readonly string[]> {
  return asUser(world, async ({ ecs }) => {
    const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
    const lists = await Promise.all(clusterArns.map((cluster) => ecs.send(new ListTasksCommand({ cluster }))));
    return lists.flatMap(({ taskArns = [] }) => taskArns);
  });
}

/** Lets time pass until AWS shows that something is so. @throws Error when it never does. */
export async function until(world: Harness, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return;
    await world.clock.sleep(500);
  }
  throw new Error(`never: ${what}`);
}
