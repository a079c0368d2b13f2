import {
  type ClusterField,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskSetsCommand,
  DescribeTasksCommand,
  type Failure,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { namesOfKey, READ } from '../reads.ts';
import { Kept } from './kept.ts';
import { absentIsUndefined, allPages, type Batch, type Reader, singleReader } from './reader.ts';
import { taskDefinitionReaders } from './taskdefinitions.ts';

/** Readers of ECS. Batch sizes are those of the API reference of each operation. */
export function ecsReaders(): readonly Reader[] {
  return [
    clusters,
    services,
    tasks,
    serviceTasks,
    familyTasks,
    serviceDeployments,
    lastServiceDeployments,
    serviceRevisions(),
    taskSets,
    ...taskDefinitionReaders(),
  ];
}

/** How many deployments of a service are looked at: one page of ListServiceDeployments. */
const LAST_DEPLOYMENTS = 20;

/**
 * How many events of a service at rest are kept, the newest ones. ECS gives up to 100 with every answer; ten thousand
 * services with all of them take a quarter of a gigabyte. A service in motion keeps them all: whoever watches it needs those
 * since the look before, and the cause of a failure may be among them.
 */
const KEPT_EVENTS = 10;

const clusters: Reader = {
  type: READ.cluster,
  maxBatch: 100,
  load: async (keys, { clients, abort }) => {
    const include: ClusterField[] = ['SETTINGS', 'CONFIGURATIONS', 'TAGS'];
    const answer = await absentIsUndefined(
      clients.ecs.send(new DescribeClustersCommand({ clusters: [...keys], include }), abort),
      'DescribeClusters',
    );
    refuseFailures('DescribeClusters', answer?.failures);
    // An INACTIVE cluster is a deleted one that AWS still remembers.
    const there = (answer?.clusters ?? []).filter((cluster) => cluster.status !== 'INACTIVE');
    return byKey(keys, there, (cluster, name) => cluster.clusterArn === name || cluster.clusterName === name);
  },
};

const services: Reader = {
  type: READ.service,
  maxBatch: 10,
  group: clusterOf,
  load: async (keys, { clients, abort }) => {
    const cluster = clusterOf(keys[0] ?? '');
    const names = keys.map((key) => namesOfKey(key)[1] ?? '');
    const answer = await absentIsUndefined(
      clients.ecs.send(new DescribeServicesCommand({ cluster, services: names, include: ['TAGS'] }), abort),
      `DescribeServices in ${cluster}`,
    );
    refuseFailures('DescribeServices', answer?.failures);
    const there = (answer?.services ?? []).filter((service) => service.status !== 'INACTIVE');
    for (const service of there) if (isAtRest(service)) service.events?.splice(KEPT_EVENTS);
    return byKey(keys, there, (service, key) => {
      const name = namesOfKey(key)[1];
      return service.serviceArn === name || service.serviceName === name;
    });
  },
};

/** One deployment, which is over and well, and as many tasks as wanted. */
function isAtRest({ deployments = [], desiredCount, runningCount, pendingCount }: Service): boolean {
  const [only, ...others] = deployments;
  const well = only?.rolloutState === 'COMPLETED' || only?.rolloutState === undefined;
  return others.length === 0 && well && runningCount === desiredCount && (pendingCount ?? 0) === 0;
}

const tasks: Reader = {
  type: READ.task,
  maxBatch: 100,
  group: clusterOf,
  load: async (keys, { clients, abort }) => {
    const cluster = clusterOf(keys[0] ?? '');
    const arns = keys.map((key) => namesOfKey(key)[1] ?? '');
    const answer = await absentIsUndefined(
      clients.ecs.send(new DescribeTasksCommand({ cluster, tasks: arns, include: ['TAGS'] }), abort),
      `DescribeTasks in ${cluster}`,
    );
    refuseFailures('DescribeTasks', answer?.failures);
    return byKey(keys, answer?.tasks ?? [], (task, key) => task.taskArn === namesOfKey(key)[1]);
  },
};

const serviceTasks = singleReader(READ.serviceTasks, 'ListTasks', (key, batch) => {
  const [cluster, serviceName, status] = namesOfKey(key);
  return listTasks({ cluster, serviceName }, status, batch);
});

const familyTasks = singleReader(READ.familyTasks, 'ListTasks', (key, batch) => {
  const [cluster, family, status] = namesOfKey(key);
  return listTasks({ cluster, family }, status, batch);
});

function listTasks(
  filter: Pick<ListTasksCommandInput, 'cluster' | 'serviceName' | 'family'>,
  status: string | undefined,
  { clients, abort }: Batch,
): Promise<string[]> {
  const desiredStatus = status === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  return allPages(
    (nextToken) => clients.ecs.send(new ListTasksCommand({ ...filter, desiredStatus, nextToken }), abort),
    (page) => page.taskArns,
    (page) => page.nextToken,
  );
}

/** A service has at most five: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_TASK_SETS = 5;

const taskSets: Reader = {
  type: READ.taskSet,
  maxBatch: MOST_TASK_SETS,
  group: (key) => namesOfKey(key).slice(0, 2).join(' '),
  load: async (keys, { clients, abort }) => {
    const [cluster, service] = namesOfKey(keys[0] ?? '');
    const wanted = keys.map((key) => namesOfKey(key)[2] ?? '');
    const answer = await absentIsUndefined(
      clients.ecs.send(new DescribeTaskSetsCommand({ cluster, service, taskSets: wanted, include: ['TAGS'] }), abort),
      `DescribeTaskSets of ${service} in ${cluster}`,
    );
    refuseFailures('DescribeTaskSets', answer?.failures);
    return byKey(keys, answer?.taskSets ?? [], (found, key) => {
      const name = namesOfKey(key)[2];
      return found.taskSetArn === name || found.id === name;
    });
  },
};

const serviceDeployments: Reader = {
  type: READ.serviceDeployment,
  maxBatch: 20,
  load: async (keys, { clients, abort }) => {
    const answer = await absentIsUndefined(
      clients.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...keys] }), abort),
      'DescribeServiceDeployments',
    );
    refuseFailures('DescribeServiceDeployments', answer?.failures);
    return byKey(keys, answer?.serviceDeployments ?? [], (found, arn) => found.serviceDeploymentArn === arn);
  },
};

const lastServiceDeployments = singleReader(
  READ.serviceDeployments,
  'ListServiceDeployments',
  async (key, { clients, abort }) => {
    const [cluster, service] = namesOfKey(key);
    const { serviceDeployments: found = [] } = await clients.ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service, maxResults: LAST_DEPLOYMENTS }),
      abort,
    );
    return found
      .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
      .flatMap((brief) => brief.serviceDeploymentArn ?? []);
  },
);

/** How many service revisions are kept: two for each of 5,000 services. */
const KEPT_REVISIONS = 10_000;

/** Service revisions never change, so they are read once and kept between passes. */
function serviceRevisions(): Reader {
  const kept = new Kept<ServiceRevision>(KEPT_REVISIONS);
  return {
    type: READ.serviceRevision,
    maxBatch: 20,
    load: async (keys, { clients, fresh, abort }) => {
      const found = new Map<string, ServiceRevision>();
      for (const arn of fresh ? [] : keys) {
        const known = kept.get(arn);
        if (known !== undefined) found.set(arn, known);
      }
      const missing = keys.filter((arn) => !found.has(arn));
      if (missing.length === 0) return found;
      const answer = await absentIsUndefined(
        clients.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: missing }), abort),
        'DescribeServiceRevisions',
      );
      refuseFailures('DescribeServiceRevisions', answer?.failures);
      for (const revision of answer?.serviceRevisions ?? []) {
        const arn = revision.serviceRevisionArn;
        if (arn !== undefined) found.set(arn, kept.keep(arn, revision));
      }
      return found;
    },
  };
}

function clusterOf(key: string): string {
  return namesOfKey(key)[0] ?? '';
}

/** The found things under the keys that asked for them. */
function byKey<Found>(
  keys: readonly string[],
  found: readonly Found[],
  is: (found: Found, key: string) => boolean,
): ReadonlyMap<string, Found> {
  const map = new Map<string, Found>();
  for (const key of keys) {
    const match = found.find((candidate) => is(candidate, key));
    if (match !== undefined) map.set(key, match);
  }
  return map;
}

/** `MISSING` means absent. Any other reason says that AWS did not look, which must not pass for absence. */
function refuseFailures(operation: string, failures: readonly Failure[] | undefined): void {
  const other = failures?.find((failure) => failure.reason !== 'MISSING');
  if (other !== undefined) {
    throw new Error(
      `${operation}: ${other.arn ?? 'unknown resource'}: ${other.reason ?? 'no reason given'} ${other.detail ?? ''}`.trim(),
    );
  }
}
