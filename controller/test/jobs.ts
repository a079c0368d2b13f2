import { CreateClusterCommand, DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { SandboxOptions } from '@longshore/sandbox';
import type { JobSpec } from '../src/api/job.ts';
import type { ConnectOptions } from '../src/aws/connect.ts';
import type { Desired, Driver } from '../src/core/driver.ts';
import { jobKind } from '../src/kinds/job/index.ts';
import type { JobLive } from '../src/kinds/job/live.ts';
import { type Drive, freshPass } from './converge.ts';
import { desiredOf, type Sandboxed, sandboxed } from './sandboxed.ts';

/** How the images of Jobs in tests behave: they end after a while, well or not, or never. */
export const JOB_BEHAVIOURS: NonNullable<SandboxOptions['behaviours']> = {
  'example/good': { exitAfterMs: 20_000, exitCode: 0 },
  'example/bad': { exitAfterMs: 20_000, exitCode: 3 },
  'example/endless': {},
  'example/talks': {
    exitAfterMs: 5_000,
    exitCode: 3,
    logs: [
      ...Array.from({ length: 30 }, (_, index) => `step ${index + 1}`),
      'connecting to postgres://app:hunter2@db/app',
      'DB_PASSWORD=hunter2 does not work',
    ],
  },
};

/** A sandbox with one cluster, and Jobs in it. */
export interface JobWorld extends Sandboxed, Drive<JobSpec, JobLive> {
  readonly driver: Driver<JobSpec, JobLive>;
  readonly clusterArn: string;
  /** A Job of one container with this image, in the cluster. */
  job(image: string, more?: Partial<JobSpec>, around?: Partial<Desired<JobSpec>>): Desired<JobSpec>;
  /** One look. @throws when nothing is registered. */
  look(desired: Desired<JobSpec>): Promise<JobLive>;
  /** Observe and ensure, once. */
  turn(desired: Desired<JobSpec>): ReturnType<Driver<JobSpec, JobLive>['ensure']>;
  /** Every task of the cluster that ECS still shows, running or stopped. */
  tasks(): Promise<readonly Task[]>;
}

/** Starts a sandbox for Jobs. */
export async function jobWorld(
  options: SandboxOptions = {},
  connecting: Partial<ConnectOptions> = {},
): Promise<JobWorld> {
  const running = await sandboxed({ throttle: false, behaviours: JOB_BEHAVIOURS, ...options }, connecting);
  const { aws } = running;
  const { cluster } = await aws.ecs.send(
    new CreateClusterCommand({ clusterName: 'main', capacityProviders: ['FARGATE'] }),
  );
  const clusterArn = cluster?.clusterArn ?? '';
  const driver = jobKind.driver(aws);
  const look = async (desired: Desired<JobSpec>): Promise<JobLive> => {
    const live = await driver.observe({ desired, recorded: [] }, freshPass(running));
    if (live === undefined) throw new Error(`nothing of ${desired.id} is there`);
    return live;
  };
  return {
    ...running,
    kind: jobKind,
    driver,
    clusterArn,
    job: (image, more = {}, around = {}) => ({
      ...desiredOf('Job/migrate', jobSpec(image, more), { 'Cluster/main': { arn: clusterArn, name: 'main' } }),
      ...around,
    }),
    look,
    turn: async (desired) => {
      const pass = freshPass(running);
      return driver.ensure(desired, await driver.observe({ desired, recorded: [] }, pass), pass);
    },
    tasks: () => tasksIn(running, 'main'),
  };
}

/** The spec of a Job of one container on Fargate. */
export function jobSpec(image: string, more: Partial<JobSpec> = {}): JobSpec {
  return {
    cluster: 'main',
    launchType: 'FARGATE',
    network: { subnets: ['subnet-1'] },
    task: { cpu: 256, memory: 512, containers: [{ name: 'main', image }] },
    ...more,
  };
}

/** Every task of a cluster that ECS still shows. */
export async function tasksIn({ aws }: Pick<Sandboxed, 'aws'>, cluster: string): Promise<readonly Task[]> {
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      aws.ecs.send(new ListTasksCommand({ cluster, desiredStatus })),
    ),
  );
  const arns = lists.flatMap(({ taskArns = [] }) => taskArns);
  if (arns.length === 0) return [];
  const { tasks = [] } = await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: arns, include: ['TAGS'] }));
  return tasks;
}
