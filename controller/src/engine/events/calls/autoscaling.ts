import { text } from '../fields.ts';
import type { CallTable, Touched } from './call.ts';

/** The scalable target of an ECS service. Its id is `service/<cluster>/<service>`: the API finds none by its ARN. */
const scalableTarget: Touched = {
  type: 'autoscaling:scalable-target',
  read: ({ request }) => {
    const id = text(request, 'resourceId');
    return id === undefined || text(request, 'serviceNamespace') !== 'ecs' ? [] : [id];
  },
};

const tagged: Touched = {
  type: 'any',
  read: ({ request }) => {
    const arn = text(request, 'resourceArn');
    return arn === undefined ? [] : [arn];
  },
};

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_Operations.html */
export const AUTOSCALING_CALLS: CallTable = {
  DeleteScalingPolicy: [scalableTarget],
  DeleteScheduledAction: [scalableTarget],
  DeregisterScalableTarget: [scalableTarget],
  PutScalingPolicy: [scalableTarget],
  PutScheduledAction: [scalableTarget],
  RegisterScalableTarget: [scalableTarget],
  TagResource: [tagged],
  UntagResource: [tagged],
};
