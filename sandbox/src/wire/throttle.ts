import type { Clock } from '../kernel/clock.ts';
import type { Bucket } from '../kernel/sandbox-world.ts';
import type { Scope } from '../kernel/world.ts';
import { type Rate, rateOf } from './rates.ts';

/** AWS's token buckets: one for each account, region and group of actions, refilled in sandbox time. */
export class Throttle {
  private readonly clock: Clock;
  private readonly buckets: Record<string, Bucket>;

  /** `buckets` are those of the world: they go into snapshots with it. */
  constructor(clock: Clock, buckets: Record<string, Bucket>) {
    this.clock = clock;
    this.buckets = buckets;
  }

  /** Takes a token for the call; false when there is none, so that the call must be refused. */
  admit(scope: Scope, service: string, operation: string): boolean {
    const rate = rateOf(service, operation);
    if (!rate) return true;
    const key = `${scope.accountId}/${scope.region}/${service}/${rate.group}`;
    const bucket = this.refilled(key, rate);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private refilled(key: string, rate: Rate): Bucket {
    const now = this.clock.now();
    const bucket = this.buckets[key] ?? { tokens: rate.burst, at: now };
    // A snapshot may be restored at an earlier time than it was taken.
    const elapsedMs = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (elapsedMs / 1000) * rate.perSecond);
    bucket.at = now;
    this.buckets[key] = bucket;
    return bucket;
  }
}
