import { setTimeout as delay } from 'node:timers/promises';
import { isEmpty } from '../../controller/src/core/plan.ts';
import { type Answered, startLoad } from '../quickstart/load.ts';
import { PRODUCTION_PORT, setStage, type Strategy } from './stage.ts';
import { sharesOf, type Step } from './shares.ts';
import { watchWeights } from './weights.ts';

/** What the next version is like. */
export const VERSIONS = ['good', '5xx', 'crash', 'unhealthy', 'slow'] as const;

export type Version = (typeof VERSIONS)[number];

/** What a rollout under load was like. */
export interface Rehearsal {
  readonly strategy: Strategy;
  readonly version: Version;
  readonly phase: string;
  readonly message: string;
  /** Seconds of AWS's time that the operation took. */
  readonly seconds: number;
  readonly steps: readonly Step[];
  readonly requests: number;
  readonly failed: number;
  /** Requests that the next version answered badly: with an error, or too late. */
  readonly affected: number;
  /** Requests from the first that the next version answered to the last one. */
  readonly whileShared: number;
  /** Seconds of AWS's time from the first request that the new version answered to the last one; undefined without any. */
  readonly exposedSeconds: number | undefined;
  /** After a good version: a plan had nothing to change. After a bad one: it is held, and the Application is Degraded. */
  readonly settled: boolean;
  /** After a bad version: Git went back; why the next operation did not clear the hold, empty when it did. */
  readonly uncleared: string;
}

const PER_SECOND = 200;
const TIMEOUT_MS = 10_000;
const SLOW_MS = 1_000;
/** Before the commit, and after the operation: old tasks may still be going away. */
const AROUND_MS = 1_500;

/** Rolls out one version by one strategy, under load. */
export async function rehearse(
  strategy: Strategy,
  version: Version,
  speed: number,
  signal: AbortSignal,
): Promise<Rehearsal> {
  await using stage = await setStage(strategy, speed, signal);
  const { environment, elb } = stage;
  const next = version === 'good' ? 'v2' : `v2-${version}`;
  const answered: Answered[] = [];
  const watch = watchWeights(elb, PRODUCTION_PORT);
  const load = startLoad({
    url: environment.serviceUrl(),
    perSecond: PER_SECOND,
    timeoutMs: TIMEOUT_MS,
    heard: (one) => answered.push(one),
  });
  await delay(AROUND_MS, undefined, { signal });
  const operation = await environment.operationOf(await environment.repository.setVersion(next));
  await delay(AROUND_MS, undefined, { signal });
  const { sent, succeeded } = await load.stop();
  const changes = await watch.stop();

  const byNext = answered.filter((one) => one.version === next);
  const times = byNext.map(({ sentAt }) => sentAt);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const bad =
    version === 'good' ? [] : byNext.filter(({ failure, tookMs }) => failure !== undefined || tookMs > SLOW_MS);
  return {
    strategy,
    version,
    phase: operation.phase,
    message: operation.message,
    seconds: (Date.parse(operation.finishedAt ?? '') - Date.parse(operation.startedAt)) / 1000,
    steps: sharesOf(changes, answered, next),
    requests: sent,
    failed: sent - succeeded,
    affected: bad.length,
    whileShared: answered.filter(({ sentAt }) => sentAt >= from && sentAt <= to).length,
    exposedSeconds: times.length === 0 ? undefined : ((to - from) / 1000) * speed,
    settled: version === 'good' ? isEmpty(await environment.plan()) : environment.health() === 'Degraded',
    uncleared: version === 'good' ? '' : await goBack(),
  };

  async function goBack(): Promise<string> {
    const { phase, message } = await environment.operationOf(await environment.repository.setVersion('v1'));
    if (phase !== 'Succeeded') return `the operation ended ${phase}: ${message}`;
    const plan = await environment.plan();
    const left = plan.waves.flat().flatMap((step) => step.changes.map(({ path }) => `${step.ref} ${path}`));
    return isEmpty(plan) ? '' : `the plan has ${left.join(', ')}`;
  }
}
