import * as sdk from '@aws-sdk/client-eventbridge';
import type { Events } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { createEventBus, deleteEventBus, describeEventBus, listEventBuses } from './buses.ts';
import { busEvent, publish, retry, retryTimer } from './deliver.ts';
import { putEvents, testEventPattern } from './put-events.ts';
import { deleteRule, describeRule, disableRule, enableRule, listRules, putRule } from './rules.ts';
import { scheduleDue, scheduleTimer } from './schedules.ts';
import { busOf } from './state.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { listRuleNamesByTarget, listTargetsByRule, putTargets, removeTargets } from './targets.ts';

/** Amazon EventBridge: event buses, rules, and queues as their targets. */
export const eventbridge: Service = {
  name: 'events',
  sdk,
  model: 'events',
  handlers: {
    CreateEventBus: createEventBus,
    DeleteEventBus: deleteEventBus,
    DeleteRule: deleteRule,
    DescribeEventBus: describeEventBus,
    DescribeRule: describeRule,
    DisableRule: disableRule,
    EnableRule: enableRule,
    ListEventBuses: listEventBuses,
    ListRuleNamesByTarget: listRuleNamesByTarget,
    ListRules: listRules,
    ListTagsForResource: listTagsForResource,
    ListTargetsByRule: listTargetsByRule,
    PutEvents: putEvents,
    PutRule: putRule,
    PutTargets: putTargets,
    RemoveTargets: removeTargets,
    TagResource: tagResource,
    TestEventPattern: testEventPattern,
    UntagResource: untagResource,
  },
  timers: { [retryTimer]: retry, [scheduleTimer]: scheduleDue },
};

/** The default buses of this world, for services that send events. */
export function eventsPort(world: World): Events {
  return {
    emit(scope, event) {
      const bus = busOf(world, scope, undefined);
      // Most worlds have no rules: an event that nobody can get is not made.
      if (Object.keys(bus.rules).length === 0) return;
      const made = event();
      publish(world, scope, bus, busEvent(scope, made, world.clock.now()), made.readOnly);
    },
  };
}
