import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { wrapAws } from '../errors.ts';
import { READ } from '../reads.ts';
import { allPages, type Batch, type Reader, singleReader } from './reader.ts';

/** Readers of Application Auto Scaling, for desired counts of ECS services. */
export function autoscalingReaders(): readonly Reader[] {
  return [
    scalableTargets,
    ofResources(READ.scalingPolicies, 'DescribeScalingPolicies', (ResourceId, { clients, abort }) =>
      allPages(
        (NextToken) =>
          clients.autoscaling.send(new DescribeScalingPoliciesCommand({ ...SERVICES, ResourceId, NextToken }), abort),
        (page) => page.ScalingPolicies,
        (page) => page.NextToken,
      ),
    ),
    ofResources(READ.scheduledActions, 'DescribeScheduledActions', (ResourceId, { clients, abort }) =>
      allPages(
        (NextToken) =>
          clients.autoscaling.send(new DescribeScheduledActionsCommand({ ...SERVICES, ResourceId, NextToken }), abort),
        (page) => page.ScheduledActions,
        (page) => page.NextToken,
      ),
    ),
    singleReader(READ.autoscalingTags, 'ListTagsForResource', async (ResourceARN, { clients, abort }) => {
      const { Tags = {} } = await clients.autoscaling.send(new ListTagsForResourceCommand({ ResourceARN }), abort);
      return Tags;
    }),
  ];
}

const SERVICES = { ServiceNamespace: 'ecs' } as const;

/** The most resource ids that DescribeScalableTargets takes. */
const TARGETS_BATCH = 50;

/** Up to this many resources are read one by one: more are cheaper as one list of the whole region. */
const FEW = 5;

const scalableTargets: Reader = {
  type: READ.scalableTarget,
  maxBatch: TARGETS_BATCH,
  load: async (keys, { clients, abort }) => {
    try {
      const found = await allPages(
        (NextToken) =>
          clients.autoscaling.send(
            new DescribeScalableTargetsCommand({
              ...SERVICES,
              ResourceIds: [...keys],
              ScalableDimension: 'ecs:service:DesiredCount',
              NextToken,
            }),
            abort,
          ),
        (page) => page.ScalableTargets,
        (page) => page.NextToken,
      );
      return new Map(found.map((target) => [target.ResourceId ?? '', target]));
    } catch (error) {
      throw wrapAws(error, 'DescribeScalableTargets');
    }
  },
};

/** A reader of lists that belong to a resource; the API filters by one resource or none. */
function ofResources<Item extends { ResourceId?: string | undefined }>(
  type: string,
  operation: string,
  list: (resourceId: string | undefined, batch: Batch) => Promise<readonly Item[]>,
): Reader {
  return {
    type,
    maxBatch: TARGETS_BATCH,
    load: async (keys, batch) => {
      try {
        const items =
          batch.fresh || keys.length <= FEW
            ? (await Promise.all(keys.map((key) => list(key, batch)))).flat()
            : await batch.shared(type, () => list(undefined, batch));
        return Map.groupBy(items, (item) => item.ResourceId ?? '');
      } catch (error) {
        throw wrapAws(error, operation);
      }
    },
  };
}
