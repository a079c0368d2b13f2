import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { System } from './system.ts';

/** The side that has all traffic at first, and the other one. */
export type Side = 'blue' | 'green';

/** What requests there are, and which of them fail. */
export interface Load {
  /** The listener that they come to. */
  readonly port: number;
  /** Requests in a minute. */
  readonly perMinute: number;
  /** Share of the requests to one side that are answered with a 5XX, from 0 to 1, at this time. */
  readonly errors?: (side: Side, moment: Moment) => number;
}

/** What users got at one time. */
export interface Moment {
  /** Sandbox time. */
  readonly at: number;
  /** Percent of the requests that go to the side that had none when the recording began. */
  readonly green: number;
}

/** What came of it so far. */
export interface Served {
  readonly moments: readonly Moment[];
  readonly all: number;
  /** Requests answered with a 5XX. */
  readonly failed: number;
  /** When the first one failed. */
  readonly firstFailure: number | undefined;
}

/** How long the counts of one data point are gathered, in milliseconds. */
const GATHER_MS = 10_000;

interface Count {
  all: number;
  failed: number;
}

/**
 * Requests to a listener as its weights divide them, counted in CloudWatch under the names that Elastic Load Balancing
 * has for them. Gives what was served, which goes on.
 */
export async function traffic(world: System, { port, perMinute, errors = () => 0 }: Load): Promise<Served> {
  const before = await world.shares(port);
  const greenArn = Object.entries(before).find(([, percent]) => percent === 0)?.[0];
  if (greenArn === undefined) throw new Error(`a rollout is under way already: ${JSON.stringify(before)}`);
  const moments: Moment[] = [];
  const served = { moments, all: 0, failed: 0, firstFailure: undefined as number | undefined };
  let gathered = new Map<string, Count>();
  let last = world.sandbox.now();
  let published = last;

  world.clock.watch(async () => {
    const now = world.sandbox.now();
    const shares = await world.shares(port);
    const moment = { at: now, green: shares[greenArn] ?? 0 };
    moments.push(moment);
    for (const [arn, percent] of Object.entries(shares)) {
      const all = (perMinute / 60_000) * (now - last) * (percent / 100);
      const failed = all * errors(arn === greenArn ? 'green' : 'blue', moment);
      const count = gathered.get(arn) ?? { all: 0, failed: 0 };
      gathered.set(arn, { all: count.all + all, failed: count.failed + failed });
      served.all += all;
      served.failed += failed;
      if (failed > 0) served.firstFailure ??= now;
    }
    last = now;
    if (now - published < GATHER_MS) return;
    await publish(world, gathered, new Date(published));
    gathered = new Map();
    published = now;
  });
  return served;
}

async function publish(world: System, counts: ReadonlyMap<string, Count>, Timestamp: Date): Promise<void> {
  const whole = [{ Name: 'LoadBalancer', Value: await world.loadBalancer() }];
  const MetricData = [...counts].flatMap(([arn, { all, failed }]) => {
    const part = [...whole, { Name: 'TargetGroup', Value: arn.split(':').at(-1) ?? '' }];
    const values = { RequestCount: all, HTTPCode_Target_5XX_Count: failed };
    return Object.entries(values).flatMap(([MetricName, Value]) =>
      // Elastic Load Balancing reports a count only when there is something to count.
      Value === 0 ? [] : [whole, part].map((Dimensions) => ({ MetricName, Value, Timestamp, Dimensions })),
    );
  });
  if (MetricData.length === 0) return;
  await world.byHand.cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/ApplicationELB', MetricData }));
}

/** The shares of green in their order, and how long each one was there, in milliseconds. */
export function plateaus({
  moments,
}: Pick<Served, 'moments'>): readonly { readonly green: number; readonly ms: number }[] {
  const starts = moments.filter(({ green }, index) => green !== moments[index - 1]?.green);
  return starts.map(({ at, green }, index) => ({
    green,
    ms: (starts[index + 1]?.at ?? moments.at(-1)?.at ?? at) - at,
  }));
}
