import { TagResourceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Desired, Pass, Progress } from '../../../core/driver.ts';
import { plural, stoppedTasksInWords } from '../causes.ts';
import { hold, isMarked } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { failureThreshold } from '../threshold.ts';
import { asksFor, isVerified, markVerified, verification } from '../verification/index.ts';
import { continueRun, stop } from './calls.ts';
import { greenSet, isReady, isWayBack, movedSince, trafficSince, waitsForTermination } from './events.ts';
import type { Run } from './live.ts';
import { continueWhenReady } from './ready.ts';
import { eventsInWords, waitInWords } from './waits.ts';
import { destinationOf, SUPERSEDED_TAG } from './verdict.ts';

type Want = Desired<ServiceSpec>;

/** How often a deployment is looked at, in milliseconds. */
const POLL_MS = 5_000;

/** What is to be done about the deployment under way. */
export async function steer(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  run: Run,
  pass: Pass,
): Promise<Progress> {
  if (isWayBack(run)) {
    // Our own way back waits like any deployment; CodeDeploy's does not.
    if (isReady(run)) await continueWhenReady(aws, live, run, { then: 'Continue', minutes: 0 }, pass);
    return waiting(`${run.id} to take ${run.takesBack?.deploymentId ?? 'the last deployment'} back`);
  }
  const destination = destinationOf(desired, live, run, aws);
  if (destination === 'unknown') return waiting(`${run.id}, which somebody else made, to show where it goes`);
  if (destination === 'other') return giveWay(aws, desired, live, run, pass);
  // Killed between the hold and the call that stops it.
  if (isMarked(desired, live, aws)) return takeBack(aws, run, pass);
  const cause = tooManyFailed(live, run) ?? (await verify(aws, desired, live, run, pass));
  if (cause !== undefined) {
    await hold(aws, desired, live, pass, cause);
    return takeBack(aws, run, pass);
  }
  return goOn(aws, desired, live, run, pass);
}

async function goOn(aws: AwsContext, desired: Want, live: ServiceLive, run: Run, pass: Pass): Promise<Progress> {
  const wait = run.note?.ready ?? desired.spec.deployment?.codeDeploy?.readyWait;
  if (isReady(run) && wait !== undefined) {
    const still = await continueWhenReady(aws, live, run, { then: 'Continue', ...wait }, pass);
    if (still !== undefined) return waiting(`${run.id}: ${still}`);
  }
  return waiting(`${run.id}: ${waitInWords(run, pass.now) ?? eventsInWords(run)}`);
}

async function takeBack(aws: AwsContext, run: Run, pass: Pass): Promise<Progress> {
  await stop(aws, run, pass);
  return waiting(`CodeDeploy to take ${run.id} back`);
}

/**
 * Git has moved on. A deployment that has moved all traffic, and is verified, has come through: it needs not wait for the
 * end of the old tasks. Any other one is stopped and taken back, or ends first.
 */
async function giveWay(aws: AwsContext, desired: Want, live: ServiceLive, run: Run, pass: Pass): Promise<Progress> {
  if (desired.spec.deployment?.onNewRevision === 'Queue') return goOn(aws, desired, live, run, pass);
  if (waitsForTermination(run) && isVerified(desired, live)) {
    await continueRun(aws, run, 'TERMINATION_WAIT', pass);
    return waiting(`${run.id}, which Git has left behind, to end`);
  }
  if (live.tags[SUPERSEDED_TAG] !== run.id) {
    const resourceArn = live.service.serviceArn ?? '';
    const command = new TagResourceCommand({ resourceArn, tags: [{ key: SUPERSEDED_TAG, value: run.id }] });
    await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  }
  await stop(aws, run, pass);
  return waiting(`${run.id}, which Git has left behind, to be taken back`);
}

/** CodeDeploy waits for tasks that keep stopping until its time-out; the threshold of ECS's circuit breaker is sooner. */
function tooManyFailed(live: ServiceLive, run: Run): string | undefined {
  const green = greenSet(live, run);
  if (green?.id === undefined || movedSince(run) !== undefined) return undefined;
  const of = { ...live, service: { ...live.service, taskDefinition: green.taskDefinition } };
  const stopped = live.stopped.filter(({ startedBy }) => startedBy === green.id);
  const failed = stopped.filter(({ stoppedReason = '' }) => !/^Scaling activity initiated by/i.test(stoppedReason));
  if (failed.length < failureThreshold(live.service.desiredCount ?? 0)) return undefined;
  const why = stoppedTasksInWords({ ...of, stopped: failed }) ?? plural(failed.length, 'task');
  return `the new revision does not stay up: ${why}`;
}

/** Why the new tasks do not hold, while the old ones stand; undefined: they do, as far as is known. */
async function verify(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  run: Run,
  pass: Pass,
): Promise<string | undefined> {
  const targetGroup = greenSet(live, run)?.loadBalancers?.[0]?.targetGroupArn;
  const at = targetGroup === undefined ? {} : { targetGroup };
  const since = trafficSince(run);
  if (since !== undefined && asksFor(desired.spec, 'Rollout')) {
    const outcome = await verification(aws, desired, { at: 'Rollout', since, ...at }, pass);
    if (outcome.is === 'failed') return outcome.cause;
  }
  const moved = movedSince(run);
  if (moved === undefined || isVerified(desired, live)) return undefined;
  const outcome = await verification(aws, desired, { at: 'After', since: moved, ...at }, pass);
  if (outcome.is === 'failed') return outcome.cause;
  if (outcome.is === 'passed') await markVerified(aws, desired, live, pass);
  return undefined;
}

function waiting(waitsFor: string): Progress {
  return { done: false, waitsFor, pollAfterMs: POLL_MS };
}
