import type {
  Cluster,
  ClusterSetting,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from '@aws-sdk/client-ecs';
import { own } from '../../kernel/own.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { settingValue } from './account-settings.ts';
import { clusterName, ecsArn } from './arns.ts';
import { checkStrategy, fargateProviders } from './capacity-strategy.ts';
import { invalidParameter } from './errors.ts';
import { activeCluster } from './lookup.ts';
import { page } from './pages.ts';
import { type ClusterRecord, ecsState } from './state.ts';
import { tagRecord, tagsOf } from './tags.ts';
import { isPending } from './task-record.ts';

/** CreateCluster. A cluster of that name that is ACTIVE already is answered as it is. Source: API_CreateCluster. */
export function createCluster(input: CreateClusterRequest, { world, scope }: Call): CreateClusterResponse {
  const name = input.clusterName ?? 'default';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.');
  const { clusters } = ecsState(world, scope);
  const existing = own(clusters, name);
  if (existing?.status === 'ACTIVE') return { cluster: clusterView(world, scope, existing, everything) };
  const providers = knownProviders(input.capacityProviders ?? []);
  const strategy = checkStrategy(input.defaultCapacityProviderStrategy ?? [], providers);
  const cluster: ClusterRecord = {
    name,
    status: 'ACTIVE',
    settings: withDefaults(world, scope, input.settings),
    configuration: input.configuration,
    capacityProviders: providers,
    defaultCapacityProviderStrategy: strategy,
    serviceConnectDefaults: namespaceDefaults(scope, input.serviceConnectDefaults?.namespace),
  };
  clusters[name] = cluster;
  world.resources.add({
    arn: clusterArn(scope, name),
    type: 'ecs:cluster',
    accountId: scope.accountId,
    region: scope.region,
    createdAt: world.clock.now(),
    tags: tagRecord(input.tags),
  });
  return { cluster: clusterView(world, scope, cluster, everything) };
}

/** DescribeClusters: at most 100, the missing ones as failures. */
export function describeClusters(input: DescribeClustersRequest, { world, scope }: Call): DescribeClustersResponse {
  const references = input.clusters?.length ? input.clusters : ['default'];
  if (references.length > 100) throw invalidParameter('Clusters cannot have more than 100 elements');
  const clusters: Cluster[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const reference of references) {
    const name = clusterName(reference);
    const cluster = own(ecsState(world, scope).clusters, name);
    if (cluster) clusters.push(clusterView(world, scope, cluster, input.include ?? []));
    else failures.push({ arn: clusterArn(scope, name), reason: 'MISSING' });
  }
  return { clusters, failures };
}

/** ListClusters: the ACTIVE ones. */
export function listClusters(input: ListClustersRequest, { world, scope }: Call): ListClustersResponse {
  const active = Object.values(ecsState(world, scope).clusters).filter(({ status }) => status === 'ACTIVE');
  const { items, nextToken } = page(active, input.maxResults, input.nextToken);
  return { clusterArns: items.map(({ name }) => clusterArn(scope, name)), nextToken };
}

/** UpdateCluster. */
export function updateCluster(input: UpdateClusterRequest, { world, scope }: Call): UpdateClusterResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  mergeSettings(cluster, input.settings);
  if (input.configuration) cluster.configuration = input.configuration;
  if (input.serviceConnectDefaults) {
    cluster.serviceConnectDefaults = namespaceDefaults(scope, input.serviceConnectDefaults.namespace);
  }
  return { cluster: clusterView(world, scope, cluster, everything) };
}

/** UpdateClusterSettings. */
export function updateClusterSettings(
  input: UpdateClusterSettingsRequest,
  { world, scope }: Call,
): UpdateClusterSettingsResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  mergeSettings(cluster, input.settings);
  return { cluster: clusterView(world, scope, cluster, everything) };
}

/** PutClusterCapacityProviders. Providers that services use cannot be taken away. */
export function putClusterCapacityProviders(
  input: PutClusterCapacityProvidersRequest,
  { world, scope }: Call,
): PutClusterCapacityProvidersResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const providers = knownProviders(input.capacityProviders ?? []);
  const strategy = checkStrategy(input.defaultCapacityProviderStrategy ?? [], providers);
  const used = Object.values(ecsState(world, scope).services)
    .filter((service) => service.cluster === cluster.name && service.status !== 'INACTIVE')
    .flatMap((service) => service.spec.capacityProviderStrategy ?? [])
    .find(({ capacityProvider }) => !providers.includes(capacityProvider ?? ''));
  if (used) {
    throw new AwsError(
      'ResourceInUseException',
      'The specified capacity provider is in use and cannot be removed from the cluster.',
    );
  }
  cluster.capacityProviders = providers;
  cluster.defaultCapacityProviderStrategy = strategy;
  return { cluster: clusterView(world, scope, cluster, everything) };
}

/** DeleteCluster: refused while it has services or tasks; afterwards the cluster is INACTIVE. Source: API_DeleteCluster. */
export function deleteCluster(input: DeleteClusterRequest, { world, scope }: Call): DeleteClusterResponse {
  const cluster = activeCluster(world, scope, input.cluster);
  const counts = clusterCounts(world, scope, cluster.name);
  if (counts.services > 0) {
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  }
  if (counts.unstopped > 0) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  cluster.status = 'INACTIVE';
  const view = clusterView(world, scope, cluster, everything);
  world.resources.remove(clusterArn(scope, cluster.name));
  return { cluster: view };
}

/** ARN of a cluster. */
function clusterArn(scope: Scope, name: string): string {
  return ecsArn(scope, `cluster/${name}`);
}

const everything = ['TAGS', 'SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS', 'STATISTICS'];

function clusterView(world: World, scope: Scope, cluster: ClusterRecord, include: readonly string[]): Cluster {
  const counts = clusterCounts(world, scope, cluster.name);
  const statistics = {
    runningFargateTasksCount: counts.running,
    pendingFargateTasksCount: counts.pending,
    activeFargateServiceCount: counts.fargateServices,
    drainingFargateServiceCount: counts.drainingServices,
    runningEC2TasksCount: 0,
    pendingEC2TasksCount: 0,
    activeEC2ServiceCount: counts.services - counts.fargateServices - counts.drainingServices,
    drainingEC2ServiceCount: 0,
  };
  return {
    clusterArn: clusterArn(scope, cluster.name),
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: counts.services,
    capacityProviders: [...cluster.capacityProviders].toSorted(),
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    serviceConnectDefaults: cluster.serviceConnectDefaults,
    configuration: include.includes('CONFIGURATIONS') ? cluster.configuration : undefined,
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    statistics: include.includes('STATISTICS')
      ? Object.entries(statistics).map(([name, value]) => ({ name, value: String(value) }))
      : [],
    tags: include.includes('TAGS') ? tagsOf(world, clusterArn(scope, cluster.name)) : [],
  };
}

function clusterCounts(world: World, scope: Scope, name: string) {
  const state = ecsState(world, scope);
  const services = Object.values(state.services).filter(
    ({ cluster, status }) => cluster === name && status !== 'INACTIVE',
  );
  const tasks = Object.values(state.tasks).filter(({ cluster }) => cluster === name);
  return {
    services: services.length,
    drainingServices: services.filter(({ status }) => status === 'DRAINING').length,
    fargateServices: services.filter(({ status, spec }) => status === 'ACTIVE' && spec.launchType !== 'EC2').length,
    running: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: tasks.filter(isPending).length,
    unstopped: tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length,
  };
}

function withDefaults(world: World, scope: Scope, settings: readonly ClusterSetting[] | undefined): ClusterSetting[] {
  const given = settings?.find(({ name }) => name === 'containerInsights')?.value;
  return [{ name: 'containerInsights', value: given ?? settingValue(world, scope, 'containerInsights') }];
}

function mergeSettings(cluster: ClusterRecord, settings: readonly ClusterSetting[] | undefined): void {
  for (const setting of settings ?? []) {
    cluster.settings = [...cluster.settings.filter(({ name }) => name !== setting.name), setting];
  }
}

function knownProviders(names: readonly string[]): string[] {
  const unknown = names.find((name) => !fargateProviders.includes(name));
  if (unknown) throw invalidParameter(`The specified capacity provider ${unknown} was not found.`);
  return [...new Set(names)];
}

function namespaceDefaults(scope: Scope, namespace: string | undefined): ClusterRecord['serviceConnectDefaults'] {
  if (!namespace) return undefined;
  if (namespace.startsWith('arn:')) return { namespace };
  return { namespace: `arn:aws:servicediscovery:${scope.region}:${scope.accountId}:namespace/${namespace}` };
}
