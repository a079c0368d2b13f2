import type { ReadyWait } from '../../../api/deployment.ts';
import type { AwsContext } from '../../../aws/context.ts';
import type { Pass } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';
import { continueRun } from './calls.ts';
import { greenSet, readySince } from './events.ts';
import type { Run } from './live.ts';

const MINUTE_MS = 60_000;

/** How long before CodeDeploy gives up waiting it is told to go on at the latest, in milliseconds. */
const HEADROOM_MS = 60_000;

/**
 * Ends the ready wait after as many minutes as the manifest says, in which the new tasks were healthy: a task that fails
 * begins them anew. Gives what is still waited for; undefined: production traffic moves.
 */
export async function continueWhenReady(
  aws: AwsContext,
  live: ServiceLive,
  run: Run,
  { then, minutes }: ReadyWait,
  pass: Pass,
): Promise<string | undefined> {
  if (then === 'Manual') return 'a person to promote or abort';
  const now = pass.now.getTime();
  const passed = Math.floor((now - healthySince(live, run, pass.now)) / MINUTE_MS);
  if (now < dueAt(live, run, minutes, pass.now) || then === 'Stop') {
    const progress = `ready wait: ${Math.max(0, Math.min(passed, minutes))} of ${minutes} minutes`;
    return then === 'Stop' ? `${progress}, for a person to promote` : progress;
  }
  const unhealthy = greenInWords(live, run);
  if (unhealthy !== undefined) return `ready wait: ${unhealthy}`;
  await continueRun(aws, run, 'READY_WAIT', pass);
  return undefined;
}

/** When it may go on, in milliseconds: a little before CodeDeploy would stop, where the manifest asks for the whole wait. */
function dueAt(live: ServiceLive, run: Run, minutes: number, now: Date): number {
  const due = healthySince(live, run, now) + minutes * MINUTE_MS;
  const { waitTimeInMinutes } = run.info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const begun = readySince(run)?.getTime();
  if (waitTimeInMinutes !== minutes || begun === undefined) return due;
  return Math.min(due, begun + minutes * MINUTE_MS - HEADROOM_MS);
}

/** Since when the wait goes on and no new task has failed, in milliseconds. */
function healthySince(live: ServiceLive, run: Run, now: Date): number {
  const begun = readySince(run) ?? now;
  const green = greenSet(live, run)?.id;
  const failures = live.stopped.flatMap(({ startedBy, stoppedAt }) =>
    startedBy === green && stoppedAt !== undefined ? stoppedAt.getTime() : [],
  );
  return Math.max(begun.getTime(), ...failures);
}

/** What is wrong with the new tasks; undefined: all of them run, and their targets are healthy. */
function greenInWords(live: ServiceLive, run: Run): string | undefined {
  const green = greenSet(live, run);
  const { computedDesiredCount: wanted = 0, runningCount = 0 } = green ?? {};
  if (runningCount < wanted) return `${runningCount} of ${wanted} new tasks run`;
  const arn = green?.loadBalancers?.[0]?.targetGroupArn;
  const { targets = [] } = live.targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn) ?? {};
  const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
  return healthy < wanted ? `${healthy} of ${wanted} new targets are healthy` : undefined;
}
