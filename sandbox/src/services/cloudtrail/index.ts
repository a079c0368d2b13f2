import * as sdk from '@aws-sdk/client-cloudtrail';
import type { Service } from '../../kernel/service.ts';
import { deliver, deliverTimer } from './delivery.ts';
import { lookupEvents } from './lookup.ts';
import { getEventSelectors, putEventSelectors } from './selectors.ts';
import { addTags, listTags, removeTags } from './tags.ts';
import {
  createTrail,
  deleteTrail,
  describeTrails,
  getTrail,
  getTrailStatus,
  listTrails,
  startLogging,
  stopLogging,
  updateTrail,
} from './trails.ts';

export { trailPort } from './service-calls.ts';

/** AWS CloudTrail: the event history, and trails that bring management events to EventBridge. */
export const cloudtrail: Service = {
  name: 'cloudtrail',
  sdk,
  model: 'cloudtrail',
  handlers: {
    AddTags: addTags,
    CreateTrail: createTrail,
    DeleteTrail: deleteTrail,
    DescribeTrails: describeTrails,
    GetEventSelectors: getEventSelectors,
    GetTrail: getTrail,
    GetTrailStatus: getTrailStatus,
    ListTags: listTags,
    ListTrails: listTrails,
    LookupEvents: lookupEvents,
    PutEventSelectors: putEventSelectors,
    RemoveTags: removeTags,
    StartLogging: startLogging,
    StopLogging: stopLogging,
    UpdateTrail: updateTrail,
  },
  timers: { [deliverTimer]: deliver },
};
