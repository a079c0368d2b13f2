import type {
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse,
  ScalingActivity,
} from '@aws-sdk/client-application-auto-scaling';
import type { Call } from '../../kernel/service.ts';
import { page } from './lookup.ts';
import { type ActivityState, autoScalingState } from './state.ts';

/** DescribeScalingActivities: newest first; what was not scaled only on request. */
export function describeScalingActivities(
  input: DescribeScalingActivitiesRequest,
  call: Call,
): DescribeScalingActivitiesResponse {
  const found = autoScalingState(call.world, call.scope)
    .activities.filter(
      (activity) =>
        activity.namespace === input.ServiceNamespace &&
        (input.ResourceId === undefined || activity.resourceId === input.ResourceId) &&
        (input.ScalableDimension === undefined || activity.dimension === input.ScalableDimension) &&
        (input.IncludeNotScaledActivities === true || activity.notScaled === undefined),
    )
    .toReversed();
  const { items, NextToken } = page(found, input.NextToken, input.MaxResults);
  return { ScalingActivities: items.map(describe), ...(NextToken ? { NextToken } : {}) };
}

function describe(activity: ActivityState): ScalingActivity {
  const { notScaled } = activity;
  return {
    ActivityId: activity.id,
    ServiceNamespace: activity.namespace as ScalingActivity['ServiceNamespace'],
    ResourceId: activity.resourceId,
    ScalableDimension: activity.dimension as ScalingActivity['ScalableDimension'],
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.at),
    EndTime: new Date(activity.at),
    StatusCode: activity.status,
    StatusMessage: activity.message,
    ...(notScaled
      ? {
          NotScaledReasons: [
            {
              Code: notScaled.code,
              CurrentCapacity: notScaled.current,
              ...(notScaled.max === undefined ? {} : { MaxCapacity: notScaled.max }),
              ...(notScaled.min === undefined ? {} : { MinCapacity: notScaled.min }),
            },
          ],
        }
      : {}),
  };
}
