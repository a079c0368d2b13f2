import type { Clock } from '../core/clock.ts';

/** Who gets a token first: calls of a sync before reads of a sweep. */
export type Priority = 'sync' | 'sweep';

/** `burst` calls at once, then `perSecond`. */
export interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/** A group of operations that share one limit. */
interface Group {
  readonly service: string;
  readonly operations: RegExp;
  readonly limit: Limit;
}

/**
 * Limits for an account and region. ECS:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html. Elastic Load Balancing publishes
 * none: these are the ones that the AWS Load Balancer Controller keeps to. The first row that matches wins.
 */
const GROUPS: readonly Group[] = [
  group('ecs', /^(Create|Update|Delete)Service$/, 50, 5),
  group('ecs', /^(DescribeServices|ListServices)$/, 100, 20),
  group('ecs', /ServiceDeployments?$/, 50, 20),
  group('ecs', /^DescribeServiceRevisions$/, 50, 20),
  group('ecs', /^(Register|Deregister)TaskDefinition$/, 20, 1),
  group('ecs', /^(DescribeTaskDefinition|ListTaskDefinitions|ListTaskDefinitionFamilies)$/, 50, 20),
  group('ecs', /^DeleteTaskDefinitions$/, 5, 1),
  group('ecs', /^(DescribeClusters|ListClusters)$/, 50, 20),
  group('ecs', /Cluster|CapacityProvider/, 20, 1),
  group('ecs', /^(Tag|Untag)Resource$/, 20, 10),
  group('ecs', /^ListTagsForResource$/, 50, 20),
  group('ecs', /^(DescribeTasks|ListTasks)$/, 100, 20),
  group('ecs', /^(RunTask|StopTask|ExecuteCommand)$/, 100, 40),
  group('ecs', /^ListServicesByNamespace$/, 10, 1),
  group('ecs', /./, 20, 10),
  group('elbv2', /^Describe/, 40, 10),
  group('elbv2', /^(Register|Deregister)Targets$/, 20, 4),
  group('elbv2', /./, 20, 3),
  // Two a second for an account and region: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
  group('cloudtrail', /^LookupEvents$/, 2, 2),
  // Nearly unlimited: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  group('sqs', /^(ReceiveMessage|DeleteMessage|DeleteMessageBatch)$/, 200, 200),
  // Five a second where it is least: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
  group('logs', /^FilterLogEvents$/, 5, 5),
  // Ten thousand a second: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
  group('secretsmanager', /^DescribeSecret$/, 200, 100),
  group('*', /./, 20, 10),
];

function group(service: string, operations: RegExp, burst: number, perSecond: number): Group {
  return { service, operations, limit: { burst, perSecond } };
}

/** Index of the row that an operation belongs to. */
function groupIndex(service: string, operation: string): number {
  return GROUPS.findIndex((row) => (row.service === '*' || row.service === service) && row.operations.test(operation));
}

/** Token buckets of one account and region. */
export class Buckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The bucket of an operation: `ecs`, `UpdateService`. */
  of(service: string, operation: string): TokenBucket {
    const index = groupIndex(service, operation);
    const limit = GROUPS[index]?.limit ?? { burst: 20, perSecond: 10 };
    const key = `${service}/${index}`;
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(limit, this.#clock);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** How many calls of each group that was used may be made at once. The group is named by its service and operations. */
  *levels(): Generator<{ readonly group: string; readonly tokens: number }> {
    for (const [key, bucket] of this.#buckets) {
      const [service = '', index = ''] = key.split('/');
      const operations = GROUPS[Number(index)]?.operations.source.replaceAll(/^\^|\$$/gu, '') ?? '';
      yield { group: `${service} ${operations === '.' ? '*' : operations}`, tokens: bucket.tokens };
    }
  }
}

/** The rate is back to the full one this long after the last throttling, in seconds. */
const RECOVERY_SECONDS = 60;
/** The lowest share of the full rate. */
const LOWEST_SHARE = 1 / 16;
/** Answers to calls that were under way together count as one throttling, in milliseconds. */
const SAME_THROTTLING_MS = 1_000;

interface Waiter {
  readonly go: () => void;
  gone: boolean;
}

/** Lets `burst` calls pass at once, then `perSecond`. Halves its rate when AWS throttles, and recovers in a minute. */
export class TokenBucket {
  readonly #limit: Limit;
  readonly #clock: Clock;
  readonly #waiting: Record<Priority, Waiter[]> = { sync: [], sweep: [] };
  #tokens: number;
  #filledAt: number;
  /** Share of the full rate right after the last throttling. */
  #share = 1;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #serving = false;

  constructor(limit: Limit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.burst;
    this.#filledAt = clock.now().getTime();
  }

  /** Calls that may be made at once, at this moment. */
  get tokens(): number {
    this.#fill();
    return this.#tokens;
  }

  /** Calls a second at this moment. */
  get perSecond(): number {
    return this.#limit.perSecond * this.#shareNow(this.#clock.now().getTime());
  }

  /** Resolves when a call may be made; rejects with the signal's reason when it aborts first. */
  async take(priority: Priority, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#fill();
    if (
      this.#tokens >= 1 &&
      this.#waiting.sync.length === 0 &&
      (priority === 'sync' || this.#waiting.sweep.length === 0)
    ) {
      this.#tokens -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        gone: false,
        go: () => {
          signal?.removeEventListener('abort', abandon);
          resolve();
        },
      };
      const abandon = (): void => {
        waiter.gone = true;
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiting[priority].push(waiter);
      void this.#serve();
    });
  }

  /** AWS throttled a call of this bucket. */
  throttled(): void {
    const now = this.#clock.now().getTime();
    if (now - this.#throttledAt < SAME_THROTTLING_MS) return;
    this.#fill();
    this.#share = Math.max(this.#shareNow(now) / 2, LOWEST_SHARE);
    this.#throttledAt = now;
    this.#tokens = 0;
  }

  #shareNow(now: number): number {
    if (this.#share === 1) return 1;
    const seconds = (now - this.#throttledAt) / 1000;
    return Math.min(1, this.#share + (1 - this.#share) * (seconds / RECOVERY_SECONDS));
  }

  #fill(): void {
    const now = this.#clock.now().getTime();
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + seconds * this.#limit.perSecond * this.#shareNow(now));
    this.#filledAt = now;
  }

  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        this.#fill();
        if (this.#tokens < 1) {
          await this.#clock.sleep(Math.ceil(((1 - this.#tokens) / this.perSecond) * 1000));
          continue;
        }
        this.#tokens -= 1;
        const queue = this.#waiting.sync.includes(next) ? this.#waiting.sync : this.#waiting.sweep;
        queue.shift();
        next.go();
      }
    } finally {
      this.#serving = false;
    }
  }

  /** The first in line that still waits. */
  #next(): Waiter | undefined {
    for (const queue of [this.#waiting.sync, this.#waiting.sweep]) {
      while (queue[0]?.gone === true) queue.shift();
      if (queue[0] !== undefined) return queue[0];
    }
    return undefined;
  }
}
