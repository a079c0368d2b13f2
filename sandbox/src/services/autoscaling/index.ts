import * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { Service } from '../../kernel/service.ts';
import { describeScalingActivities } from './activities.ts';
import { deleteScalingPolicy, describeScalingPolicies, putScalingPolicy } from './policies.ts';
import { deregisterScalableTarget, describeScalableTargets, registerScalableTarget } from './scalable-targets.ts';
import { alarmCalled } from './scaling.ts';
import {
  deleteScheduledAction,
  describeScheduledActions,
  putScheduledAction,
  scheduledActionDue,
} from './scheduled-actions.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** Application Auto Scaling, for the desired count of ECS services. */
export const autoscaling: Service = {
  name: 'application-autoscaling',
  sdk,
  model: 'application-autoscaling',
  handlers: {
    DeleteScalingPolicy: deleteScalingPolicy,
    DeleteScheduledAction: deleteScheduledAction,
    DeregisterScalableTarget: deregisterScalableTarget,
    DescribeScalableTargets: describeScalableTargets,
    DescribeScalingActivities: describeScalingActivities,
    DescribeScalingPolicies: describeScalingPolicies,
    DescribeScheduledActions: describeScheduledActions,
    ListTagsForResource: listTagsForResource,
    PutScalingPolicy: putScalingPolicy,
    PutScheduledAction: putScheduledAction,
    RegisterScalableTarget: registerScalableTarget,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
  timers: { 'autoscaling/alarm': alarmCalled, 'autoscaling/scheduled': scheduledActionDue },
};
