import type { CreateServiceCommandInput, CreateTaskSetCommandInput } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import { contentHash } from '../../../core/canonical.ts';
import type { Desired } from '../../../core/driver.ts';
import { wantedTags } from '../../../core/ownership.ts';
import { takesPlatformVersion } from '../../../ecs/capacity.ts';
import { renderNetwork } from '../../../ecs/network.ts';
import { tagList } from '../../../ecs/tags.ts';
import { objectOf } from '../../../ecs/tree.ts';
import type { ServiceLive } from '../live.ts';
import { serviceName } from '../names.ts';
import { firstCount } from '../requests.ts';
import { verificationTags } from '../verification/index.ts';
import { MARK } from './marks.ts';
import { NONE, type TaskSetState } from './state.ts';

type Want = Desired<ServiceSpec>;

/** CreateService and CreateTaskSet take a token of at most 36 characters. */
const TOKEN_LENGTH = 36;

/**
 * What CreateService is asked for under EXTERNAL: what is said of the service, without anything that its task sets have.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html
 */
export function serviceRequest(desired: Want, cluster: string): CreateServiceCommandInput {
  const { spec } = desired;
  const { availabilityZoneRebalancing, healthCheckGracePeriodSeconds: grace = 0, propagateTags = 'NONE' } = spec;
  const request: CreateServiceCommandInput = {
    serviceName: serviceName(desired),
    cluster,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'EXTERNAL' },
    desiredCount: firstCount(desired),
    enableExecuteCommand: spec.enableExecuteCommand ?? false,
    enableECSManagedTags: spec.enableECSManagedTags ?? false,
    ...(grace === 0 ? {} : { healthCheckGracePeriodSeconds: grace }),
    ...(propagateTags === 'NONE' ? {} : { propagateTags }),
    ...(availabilityZoneRebalancing === undefined ? {} : { availabilityZoneRebalancing }),
    ...(spec.placementConstraints === undefined ? {} : { placementConstraints: [...spec.placementConstraints] }),
    ...(spec.placementStrategy === undefined ? {} : { placementStrategy: [...spec.placementStrategy] }),
    tags: tagList({ ...wantedTags(spec.tags, desired.ownership), ...verificationTags(desired) }),
  };
  return { ...request, clientToken: tokenOf(request) };
}

/** What a task set is made of. */
export interface NewTaskSet {
  /** ARN. */
  readonly taskDefinition: string;
  /** Digest of what Git says, which two revisions of the task definition may have in common. */
  readonly content: string;
  /** ARN. */
  readonly targetGroup: string;
  /** The set that serves; undefined for the first one. */
  readonly from?: TaskSetState;
}

/**
 * What CreateTaskSet is asked for. The token follows from what Git says, from what the set replaces, and from the last
 * rollout that was given up: the same change makes one set, however often it is sent, and another attempt at it makes
 * another. The number of the revision is not in it: whoever does not see the set yet may not see its revision either, and
 * has made another. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export function taskSetRequest(desired: Want, live: ServiceLive, made: NewTaskSet): CreateTaskSetCommandInput {
  const { spec } = desired;
  const { taskDefinition, content, targetGroup, from } = made;
  const [entry] = spec.loadBalancers ?? [];
  const request: Omit<CreateTaskSetCommandInput, 'taskDefinition'> = {
    ...live.key,
    ...(entry === undefined
      ? {}
      : {
          loadBalancers: [{ targetGroupArn: targetGroup, containerName: entry.container, containerPort: entry.port }],
        }),
    ...(spec.network === undefined ? {} : { networkConfiguration: renderNetwork(spec.network) }),
    ...(spec.launchType === undefined ? {} : { launchType: spec.launchType }),
    ...(spec.capacityProviderStrategy === undefined
      ? {}
      : { capacityProviderStrategy: [...spec.capacityProviderStrategy] }),
    ...(takesPlatformVersion(spec) ? { platformVersion: spec.platformVersion ?? 'LATEST' } : {}),
    ...(spec.serviceRegistries === undefined ? {} : { serviceRegistries: [...spec.serviceRegistries] }),
    scale: { unit: 'PERCENT', value: 100 },
    tags: tagList({ ...wantedTags(spec.tags, desired.ownership), [MARK.from]: from?.id ?? NONE }),
  };
  const attempt = { last: live.tags[MARK.last] ?? '', service: live.service.createdAt?.toISOString() ?? '' };
  return { ...request, taskDefinition, clientToken: tokenOf({ request, content, attempt }) };
}

function tokenOf(request: object): string {
  return contentHash(objectOf(request)).slice(0, TOKEN_LENGTH);
}
