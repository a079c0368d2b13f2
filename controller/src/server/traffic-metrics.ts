import type { FeedObserver } from '../engine/events/feed.ts';
import type { Families } from './metric-families.ts';

/** What became of a webhook. */
export type WebhookResult = 'accepted' | 'ignored' | 'refused';

/** How many calls of a group of AWS operations may be made at once. */
export interface ObservedTokens {
  readonly account: string;
  readonly region: string;
  /** Names of the service and the operations. */
  readonly group: string;
  readonly tokens: number;
}

/** Counts webhooks. */
export function webhookMetrics(families: Families): (provider: string, result: WebhookResult) => void {
  const labels = ['provider', 'result'] as const;
  const requests = families.counter('webhook_requests_total', 'Webhooks that have arrived, by result.', labels);
  return (provider, result) => requests.inc({ provider, result });
}

/** Shows the token buckets that keep the controller below AWS's limits. */
export function tokenMetrics(families: Families, tokens: () => Iterable<ObservedTokens>): void {
  const labels = ['account', 'region', 'group'] as const;
  families.gauge('aws_bucket_tokens', 'Calls that may be made at once, by group of operations.', labels, (gauge) => {
    for (const { account, region, group, tokens: left } of tokens()) gauge.set({ account, region, group }, left);
  });
}

/** CloudTrail's events are 5 to 90 seconds old when they arrive. */
const LAG_SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 90, 300, 900];

/** Counts what a feed of AWS events hears. */
export function feedMetrics(families: Families): FeedObserver {
  const events = families.counter('aws_events_total', 'Events of AWS that were received, by what became of them.', [
    'result',
  ]);
  const lag = families.histogram(
    'aws_event_lag_seconds',
    'How old events of AWS were at their receipt.',
    [],
    LAG_SECONDS,
  );
  return {
    received: () => undefined,
    handed: (lagMs) => {
      events.inc({ result: 'handed' });
      lag.observe(Math.max(0, lagMs) / 1000);
    },
    ignoredOwn: () => events.inc({ result: 'own' }),
    irrelevant: () => events.inc({ result: 'irrelevant' }),
    duplicate: () => events.inc({ result: 'duplicate' }),
    malformed: () => events.inc({ result: 'malformed' }),
  };
}
