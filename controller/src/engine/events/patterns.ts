import type { JsonObject } from '../../core/json.ts';
import { GLOBAL_SOURCES, REGIONAL_SOURCES, touchingCalls } from './calls/sources.ts';
import type { CallSource } from './calls/call.ts';
import { NOTIFICATIONS } from './notifications.ts';
import { API_CALL, ECR, IMAGE_ACTION } from './reading.ts';

/** A rule for EventBridge: what the feed wants to hear of. */
export interface WantedEvents {
  /** Last words of the rule's name. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly description: string;
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  readonly pattern: JsonObject;
}

/** Where the calls of services without regions are told of. */
export const GLOBAL_REGION = 'us-east-1';

/** What the feed understands of an ordinary region: exactly that, so that nothing else is paid for. */
export function regionalEvents(): readonly WantedEvents[] {
  const notifications = Object.entries(NOTIFICATIONS).map(([name, { source, about }]) => ({
    name: `state-${name}`,
    description: `state changes that ${source} tells of`,
    pattern: { source: [source], 'detail-type': Object.keys(about), ...exceptOwnRecords(name) },
  }));
  return [...notifications, ...calls(REGIONAL_SOURCES), images];
}

/** What it understands of the services without regions. */
export function globalEvents(): readonly WantedEvents[] {
  return calls(GLOBAL_SOURCES);
}

/** Longshore's own inventories are parameters too, and nothing to look at. */
function exceptOwnRecords(name: string): JsonObject {
  return name === 'parameters' ? { detail: { name: [{ 'anything-but': { prefix: '/longshore/' } }] } } : {};
}

function calls(sources: Readonly<Record<string, CallSource>>): readonly WantedEvents[] {
  return Object.entries(sources).map(([name, source]) => ({
    name: `calls-${name}`,
    description: `calls of ${source.eventSource} that change something`,
    pattern: {
      source: [source.source],
      'detail-type': [API_CALL],
      detail: {
        eventSource: [source.eventSource],
        eventName: touchingCalls(source),
        errorCode: [{ exists: false }],
      },
    },
  }));
}

const images: WantedEvents = {
  name: 'images',
  description: 'images that were pushed to ECR',
  pattern: {
    source: [ECR],
    'detail-type': [IMAGE_ACTION],
    detail: { 'action-type': ['PUSH'], result: ['SUCCESS'] },
  },
};
