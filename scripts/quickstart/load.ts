import { Agent, type IncomingMessage, request } from 'node:http';

/** What became of all requests. */
export interface LoadResult {
  readonly sent: number;
  readonly succeeded: number;
  /** How often each kind of failure happened: `HTTP 502`, `ECONNRESET`, `timeout`. */
  readonly failures: Readonly<Record<string, number>>;
  /** Successful answers by the version that gave them. */
  readonly versions: Readonly<Record<string, number>>;
  /** The version of the last successful answer. */
  readonly lastVersion: string | undefined;
  /** 99 of 100 answers took at most this long, in milliseconds. */
  readonly p99Ms: number;
}

/** Requests that go on until `stop`. */
export interface Load {
  /** Ends it, and gives the figures once every request under way has its answer. */
  stop(): Promise<LoadResult>;
}

/** One request and its answer. */
export interface Answered {
  /** When it was sent, as `performance.now()` has it. */
  readonly sentAt: number;
  readonly tookMs: number;
  /** The version that answered, also with an error; undefined when there was no answer. */
  readonly version: string | undefined;
  /** `HTTP 502`, `ECONNRESET`, `timeout`; undefined when it succeeded. */
  readonly failure: string | undefined;
}

/** How to put load on a URL. */
export interface LoadOptions {
  /** Hears of every request when it is over. */
  readonly heard?: (answered: Answered) => void;
  readonly url: string;
  readonly perSecond: number;
  readonly timeoutMs: number;
}

const TICK_MS = 10;

/**
 * Sends requests at a constant rate over kept connections, whether or not earlier ones have been answered
 * (an open loop: slow answers do not slow the load down and so hide themselves). Each failure counts; nothing is retried.
 */
export function startLoad(options: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const failures: Record<string, number> = {};
  const versions: Record<string, number> = {};
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let lastVersion: string | undefined;

  const one = async (): Promise<void> => {
    const began = performance.now();
    const hear = (answeredBy: string | undefined, failure: string | undefined): void =>
      options.heard?.({ sentAt: began, tookMs: performance.now() - began, version: answeredBy, failure });
    let answeredBy: string | undefined;
    try {
      const { status, version } = await get(options, agent);
      answeredBy = version;
      if (status !== 200) throw new Error(`HTTP ${status}`);
      versions[version] = (versions[version] ?? 0) + 1;
      lastVersion = version;
      latencies.push(performance.now() - began);
      hear(version, undefined);
    } catch (error) {
      const kind = kindOf(error);
      failures[kind] = (failures[kind] ?? 0) + 1;
      hear(answeredBy, kind);
    }
  };

  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * options.perSecond);
    for (; sent < due; sent += 1) {
      const answered = one().finally(() => underWay.delete(answered));
      underWay.add(answered);
    }
  }, TICK_MS);

  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
      const succeeded = latencies.length;
      return { sent, succeeded, failures, versions, lastVersion, p99Ms: percentile(latencies, 0.99) };
    },
  };
}

async function get(options: LoadOptions, agent: Agent): Promise<{ readonly status: number; readonly version: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(options.url, { agent, timeout: options.timeoutMs });
    sent.on('response', resolve);
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', reject);
    sent.end();
  });
  // An answer that breaks off half-way is a failure as well.
  for await (const _ of response);
  const version = response.headers['x-version'];
  return { status: response.statusCode ?? 0, version: typeof version === 'string' ? version : 'unknown' };
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
