import {
  type Cluster,
  CreateClusterCommand,
  type CreateClusterCommandInput,
  DeleteClusterCommand,
  PutClusterCapacityProvidersCommand,
  UpdateClusterCommand,
} from '@aws-sdk/client-ecs';
import type { ClusterSpec } from '../../api/cluster.ts';
import type { AwsContext } from '../../aws/context.ts';
import { doing, isAbsent, wrapAws } from '../../aws/errors.ts';
import { readCluster } from '../../aws/reads.ts';
import { diffTrees } from '../../core/diff.ts';
import type { Change, Desired, Driver, Pass, Progress, Subject } from '../../core/driver.ts';
import { TerminalError, WaitError } from '../../core/errors.ts';
import { splitRef } from '../../core/manifest.ts';
import { derivedName } from '../../core/names.ts';
import { wantedTags } from '../../core/ownership.ts';
import { segmentsOf } from '../../core/pointer.ts';
import { ensureTags, tagList, tagMap } from '../../ecs/tags.ts';
import { clusterHealth } from './health.ts';
import { clusterDiffRules, liveCluster, renderConfiguration, wantedCluster } from './normalize.ts';

/** All that is known of a cluster. */
export interface ClusterLive {
  readonly cluster: Cluster;
  readonly tags: Readonly<Record<string, string>>;
}

type Want = Desired<ClusterSpec>;

/** The longest name of a cluster. */
const MAX_NAME = 255;
/** How often a cluster that AWS works on is looked at, in milliseconds. */
const POLL_MS = 5_000;

/** Name of the cluster in AWS. */
function clusterName({ id, application, spec }: Pick<Want, 'id' | 'application' | 'spec'>): string {
  const name = splitRef(id).name;
  return derivedName({ application, name, createOnly: {}, maxLength: MAX_NAME, override: spec.nameOverride });
}

/** The driver of clusters. */
export function clusterDriver(aws: AwsContext): Driver<ClusterSpec, ClusterLive> {
  return {
    observe,
    parts: ({ cluster, tags }) => [{ type: 'ecs:cluster', id: cluster.clusterArn ?? '', tags }],
    outputs: ({ cluster }) => ({ arn: cluster.clusterArn ?? '', name: cluster.clusterName ?? '' }),
    rollout: () => undefined,
    events: () => [],
    claims: () => [],
    diff: diffCluster,
    ensure: (desired, live, pass) => ensureCluster(aws, desired, live, pass),
    act: async (action) => {
      throw new TerminalError('NotAllowed', `cannot ${action} a cluster: it has no rollouts`);
    },
    remove: (live, pass) => removeCluster(aws, live, pass),
    health: (_desired, live) => clusterHealth(live.cluster),
  };
}

async function observe({ desired, recorded }: Subject<ClusterSpec>, pass: Pass): Promise<ClusterLive | undefined> {
  const wanted = desired === undefined ? [] : [clusterName(desired)];
  const known = recorded.flatMap((part) => (part.type === 'ecs:cluster' ? part.id : []));
  for (const name of [...wanted, ...known]) {
    const cluster = await readCluster(pass, name);
    if (cluster !== undefined) return { cluster, tags: tagMap(cluster.tags) };
  }
  return undefined;
}

/** What differs. A cluster of another name is another cluster. */
function diffCluster(desired: Want, live: ClusterLive): readonly Change[] {
  const name = clusterName(desired);
  const renamed: Change[] =
    live.cluster.clusterName === name
      ? []
      : [
          {
            part: 'ecs:cluster',
            path: '/nameOverride',
            from: live.cluster.clusterName ?? '',
            to: name,
            effect: 'replaces',
          },
        ];
  const from = liveCluster(live.cluster, live.tags, desired);
  return [...renamed, ...diffTrees('ecs:cluster', from, wantedCluster(desired), clusterDiffRules(desired))];
}

async function ensureCluster(
  aws: AwsContext,
  desired: Want,
  live: ClusterLive | undefined,
  pass: Pass,
): Promise<Progress> {
  const after = desired.unknown.flatMap((unknown) => unknown.after);
  if (after.length > 0) throw new WaitError(`waits for ${[...new Set(after)].join(', ')}`, POLL_MS);
  const name = clusterName(desired);
  if (live === undefined || live.cluster.clusterName !== name) {
    const input = createInput(desired);
    await doing(`CreateCluster ${name}`, aws.ecs.send(new CreateClusterCommand(input), { abortSignal: pass.signal }));
    return waiting(`cluster ${name} to be ready`);
  }
  if (live.cluster.status === 'DEPROVISIONING') throw new WaitError(`cluster ${name} is being deleted`, POLL_MS);
  if (isBusy(live.cluster)) return waiting(`cluster ${name} to be ready`);
  const changes = diffCluster(desired, live);
  const sent = await update(aws, desired, live, changes, pass);
  return sent ? waiting(`the changes of cluster ${name}`) : { done: true };
}

/** ECS refuses changes while capacity providers are attached or detached. */
function isBusy(cluster: Cluster): boolean {
  return cluster.status === 'PROVISIONING' || cluster.attachmentsStatus === 'UPDATE_IN_PROGRESS';
}

/** True when something was sent that the next look has to show. */
async function update(
  aws: AwsContext,
  desired: Want,
  live: ClusterLive,
  changes: readonly Change[],
  pass: Pass,
): Promise<boolean> {
  const { spec } = desired;
  const fields = new Set(changes.map((change) => segmentsOf(change.path)[0]));
  const abort = { abortSignal: pass.signal };
  const cluster = live.cluster.clusterName ?? '';
  const wanted = wantedTags(spec.tags, desired.ownership);
  const arn = live.cluster.clusterArn ?? '';
  const tagged = await ensureTags(aws, pass, arn, live.tags, wanted, desired.managedTagKeys ?? []);
  const settings = fields.has('containerInsights') ? { settings: insights(spec) } : {};
  const configuration =
    fields.has('executeCommand') || fields.has('managedStorage') ? { configuration: renderConfiguration(spec) } : {};
  // An empty name takes the default namespace away.
  const defaults = fields.has('serviceConnectDefaults')
    ? { serviceConnectDefaults: { namespace: spec.serviceConnectDefaults?.namespace ?? '' } }
    : {};
  const request = { ...settings, ...configuration, ...defaults };
  const updates = Object.keys(request).length > 0;
  if (updates) {
    await doing(`UpdateCluster ${cluster}`, aws.ecs.send(new UpdateClusterCommand({ cluster, ...request }), abort));
  }
  const capacity = fields.has('capacityProviders') || fields.has('defaultCapacityProviderStrategy');
  if (capacity) {
    const command = new PutClusterCapacityProvidersCommand({
      cluster,
      capacityProviders: [...(spec.capacityProviders ?? [])],
      defaultCapacityProviderStrategy: [...(spec.defaultCapacityProviderStrategy ?? [])],
    });
    await doing(`PutClusterCapacityProviders ${cluster}`, aws.ecs.send(command, abort));
  }
  return tagged || updates || capacity;
}

function createInput(desired: Want): CreateClusterCommandInput {
  const { spec } = desired;
  const configured = spec.executeCommand !== undefined || spec.managedStorage !== undefined;
  return {
    clusterName: clusterName(desired),
    tags: tagList(wantedTags(spec.tags, desired.ownership)),
    ...(spec.containerInsights === undefined ? {} : { settings: insights(spec) }),
    ...(configured ? { configuration: renderConfiguration(spec) } : {}),
    ...(spec.capacityProviders === undefined ? {} : { capacityProviders: [...spec.capacityProviders] }),
    ...(spec.defaultCapacityProviderStrategy === undefined
      ? {}
      : { defaultCapacityProviderStrategy: [...spec.defaultCapacityProviderStrategy] }),
    ...(spec.serviceConnectDefaults === undefined ? {} : { serviceConnectDefaults: spec.serviceConnectDefaults }),
  };
}

function insights({ containerInsights }: ClusterSpec): { name: 'containerInsights'; value: string }[] {
  return containerInsights === undefined ? [] : [{ name: 'containerInsights', value: containerInsights }];
}

/** Services and tasks have to be gone first: until then ECS answers ClusterContainsServices or ClusterContainsTasks. */
async function removeCluster(aws: AwsContext, { cluster }: ClusterLive, pass: Pass): Promise<Progress> {
  const name = cluster.clusterName ?? '';
  if (cluster.status === 'DEPROVISIONING') return waiting(`cluster ${name} to be deleted`);
  try {
    const command = new DeleteClusterCommand({ cluster: name });
    const answer = await aws.ecs.send(command, { abortSignal: pass.signal });
    return answer.cluster?.status === 'INACTIVE' ? { done: true } : waiting(`cluster ${name} to be deleted`);
  } catch (error) {
    if (isAbsent(error)) return { done: true };
    throw wrapAws(error, `DeleteCluster ${name}`);
  }
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
