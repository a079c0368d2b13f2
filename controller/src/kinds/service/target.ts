import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import type { AwsContext } from '../../aws/context.ts';
import { contentHash } from '../../core/canonical.ts';
import { diffTrees } from '../../core/diff.ts';
import type { Change, Desired } from '../../core/driver.ts';
import { canonicalLiveTask, canonicalTask, TASK_DIFF, type TaskSetting } from '../../ecs/task.ts';
import type { ServiceLive } from './live.ts';
import { liveService, serviceDiffRules, wantedService } from './normalize.ts';

/** Where the service is, as far as defaults depend on it. */
export type Place = Pick<AwsContext, 'accountId' | 'partition'>;

/** What the defaults of the service's task depend on. */
export function taskSetting(spec: ServiceSpec, { accountId, partition }: Place): TaskSetting {
  const providers = (spec.capacityProviderStrategy ?? []).map((item) => item.capacityProvider);
  const onFargate =
    spec.launchType === 'FARGATE' ||
    (providers.length > 0 && providers.every((name) => name === 'FARGATE' || name === 'FARGATE_SPOT'));
  return { accountId, partition, hasNetwork: spec.network !== undefined, onFargate };
}

/** What of a look at a service is compared with Git. */
export type Compared = Pick<ServiceLive, 'service' | 'revision' | 'taskDefinition' | 'tags'>;

/** Every field that differs. */
export function changesOf(desired: Desired<ServiceSpec>, live: Compared, place: Place): readonly Change[] {
  const service = diffTrees(
    'ecs:service',
    liveService(live.service, live.revision, live.tags, desired),
    wantedService(desired),
    serviceDiffRules(desired, desired.claims),
  );
  const definition = live.taskDefinition?.taskDefinition;
  const task = diffTrees(
    'ecs:task-definition',
    { task: definition === undefined ? {} : canonicalLiveTask(definition) },
    { task: canonicalTask(desired.spec.task, taskSetting(desired.spec, place)) },
    {
      ...TASK_DIFF,
      unknown: desired.unknown,
      claims: desired.claims.filter((claim) => claim.path.startsWith('/task/')),
    },
  );
  return [...service, ...task];
}

/** True when nothing that would start new tasks differs. */
export function runsWanted(desired: Desired<ServiceSpec>, live: Compared, place: Place): boolean {
  return changesOf(desired, live, place).every((change) => change.effect === 'inPlace');
}

/** True when the last deployment went, or goes, to what Git says now. */
export function wentToWanted(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): boolean {
  if (live.target === undefined) return runsWanted(desired, live, place);
  const { revision, taskDefinition } = live.target;
  const then = { service: atRevision(live.service, revision), revision, taskDefinition, tags: live.tags };
  return runsWanted(desired, then, place);
}

/** The service as it would read at that revision. */
function atRevision(service: Service, revision: ServiceRevision): Service {
  const { capacityProviderStrategy, launchType, platformVersion, loadBalancers, serviceRegistries } = revision;
  const { networkConfiguration, serviceConnectConfiguration, volumeConfigurations, taskDefinition } = revision;
  const { vpcLatticeConfigurations } = revision;
  return {
    ...service,
    taskDefinition,
    capacityProviderStrategy,
    launchType,
    platformVersion,
    loadBalancers,
    serviceRegistries,
    networkConfiguration,
    deployments: [{ status: 'PRIMARY', serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations }],
  };
}

/** Characters of a digest: half of SHA-256 is far beyond chance, and short enough to read in a tag. */
const DIGEST_LENGTH = 32;

/**
 * Digest of what a rollout is made of, the key of a hold: the rendered spec without the count and the tags, which roll
 * nothing out, and with the settings of the deployment, which may be what has to change for it to succeed.
 */
export function holdDigest(desired: Desired<ServiceSpec>, place: Place): string {
  const { desiredCount: _, tags: __, ...service } = wantedService(desired);
  const task = canonicalTask(desired.spec.task, taskSetting(desired.spec, place));
  return contentHash({ service, task }).slice(0, DIGEST_LENGTH);
}
