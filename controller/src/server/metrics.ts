import { Registry } from 'prom-client';
import type { Event } from '../core/events.ts';
import type { FeedObserver } from '../engine/events/feed.ts';
import type { Controller, ControllerObserver } from '../engine/controller.ts';
import { awsMetrics, gitMetrics, type ObservedCall, type ObservedGitRequest } from './call-metrics.ts';
import { eventMetrics, queueMetrics, stateMetrics } from './controller-metrics.ts';
import { familiesOf } from './metric-families.ts';
import { rolloutMetrics } from './rollout-metrics.ts';
import {
  feedMetrics,
  type ObservedTokens,
  tokenMetrics,
  webhookMetrics,
  type WebhookResult,
} from './traffic-metrics.ts';

/** Prometheus metrics of a controller. Names follow Argo CD's, with the prefix `longshore_`. */
export interface Metrics {
  /** To be called with every event of the engine. */
  readonly observeEvent: (event: Event) => void;
  /** To be called with every attempt of an AWS call. */
  readonly observeCall: (call: ObservedCall) => void;
  /** To be called with every request to a Git server. */
  readonly observeGit: (request: ObservedGitRequest) => void;
  /** To be given to the controller. */
  readonly controllerObserver: ControllerObserver;
  /** To be called with every webhook that arrives. */
  readonly observeWebhook: (provider: string, result: WebhookResult) => void;
  /** To be given to the feeds of AWS events. */
  readonly feedObserver: FeedObserver;
  /** To be asked at each reading for the token buckets of every account and region. */
  followTokens(tokens: () => Iterable<ObservedTokens>): void;
  /** From now on each reading also says what this controller knows of its Applications, and how long its queue is. */
  follow(controller: Pick<Controller, 'states' | 'queueDepth'>): void;
  /** Text in the Prometheus exposition format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Metrics of one controller, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const families = familiesOf(registry);
  const observers = [eventMetrics(families), rolloutMetrics(families)];
  return {
    observeEvent: (event) => {
      for (const observe of observers) observe(event);
    },
    observeWebhook: webhookMetrics(families),
    feedObserver: feedMetrics(families),
    followTokens: (tokens) => tokenMetrics(families, tokens),
    observeCall: awsMetrics(families),
    observeGit: gitMetrics(families),
    controllerObserver: queueMetrics(families),
    follow: (controller) => stateMetrics(families, controller),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
