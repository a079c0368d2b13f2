import {
  ContinueServiceDeploymentCommand,
  StopServiceDeploymentCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import type { Desired, Pass, Progress } from '../../../core/driver.ts';
import { DOMAIN } from '../../../core/manifest.ts';
import { plural, stoppedTasksInWords, troubleInEvents } from '../causes.ts';
import { heldError, hold } from '../hold.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { wentToWanted } from '../target.ts';
import { verifyDuring } from '../verification/after.ts';
import { asksFor, verification } from '../verification/index.ts';
import { failureThreshold } from '../threshold.ts';
import { targetGroupsOf } from './live.ts';
import { hasShifts, waitingHook } from './stages.ts';

type Want = Desired<ServiceSpec>;

/** Tag on the service: since when the new revision of which deployment has traffic, `<deployment>/<time>`. */
const TRAFFIC_TAG = `${DOMAIN}/traffic-since`;

/** How long until a deployment that is taken back is looked at again, in milliseconds. */
const POLL_MS = 5_000;

/**
 * What nobody else decides while a deployment is under way: an analysis that a hook waits for, a pause that Git has
 * dropped, analyses of the rollout, and tasks that fail where ECS has no circuit breaker (it is for rolling deployments
 * only: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html). Undefined: it goes
 * on. Also for one that what Git says now waits for the end of: what fails then is taken back, and holds nothing.
 * @throws TerminalError when it went to what Git says, and is taken back
 */
export async function guard(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  pass: Pass,
): Promise<Progress | undefined> {
  const cause = tooManyFailed(live);
  if (cause !== undefined) return takeBack(aws, desired, live, cause, pass);
  const since = asksFor(desired.spec, 'Rollout') ? await trafficSince(aws, live, pass) : undefined;
  if (since !== undefined) {
    const failed = await analysisOfRollout(aws, desired, live, since, pass);
    if (failed !== undefined) return takeBack(aws, desired, live, failed, pass);
  }
  return atHook(aws, desired, live, pass);
}

function tooManyFailed(live: ServiceLive): string | undefined {
  if (!hasShifts(live)) return undefined;
  const failed = primaryDeployment(live.service)?.failedTasks ?? 0;
  if (failed < failureThreshold(live.service.desiredCount ?? 0)) return undefined;
  const why = stoppedTasksInWords(live) ?? troubleInEvents(live);
  return `${plural(failed, 'task')} of the new revision failed${why === undefined ? '' : `: ${why}`}`;
}

function targetGroupOf(live: ServiceLive): { readonly targetGroup?: string } {
  const [targetGroup] = targetGroupsOf(live.target?.revision);
  return targetGroup === undefined ? {} : { targetGroup };
}

/** Since when the new revision has traffic; undefined before. ECS tells the weights and not since when: a tag keeps it. */
async function trafficSince(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<Date | undefined> {
  const { deployment } = live;
  const id = deployment?.serviceDeploymentArn?.split('/').at(-1);
  if (deployment === undefined || id === undefined) return undefined;
  if (!hasShifts(live)) return deployment.startedAt ?? deployment.createdAt;
  const [known, time] = live.tags[TRAFFIC_TAG]?.split('/') ?? [];
  if (known === id && time !== undefined) return new Date(time);
  if ((deployment.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) === 0) return undefined;
  const resourceArn = live.service.serviceArn ?? '';
  const tags = [{ key: TRAFFIC_TAG, value: `${id}/${pass.now.toISOString()}` }];
  const command = new TagResourceCommand({ resourceArn, tags });
  await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
  return pass.now;
}

/** Why an analysis of the whole rollout failed, of a deployment that is not what Git says now; what is, ends here. */
async function analysisOfRollout(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  since: Date,
  pass: Pass,
): Promise<string | undefined> {
  const point = { since, ...targetGroupOf(live) };
  if (wentToWanted(desired, live, aws)) {
    await verifyDuring(aws, desired, live, point, pass);
    return undefined;
  }
  const outcome = await verification(aws, desired, { ...point, at: 'Rollout' }, pass);
  return outcome.is === 'failed' ? outcome.cause : undefined;
}

/** Ends the pause that the deployment stands at, where that is not for a person to do. */
async function atHook(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<Progress | undefined> {
  const waiting = waitingHook(live);
  if (waiting?.isDropped === true) {
    await resolveHook(aws, live, 'CONTINUE', pass);
    return undefined;
  }
  const analysis = waiting?.hook?.analysis;
  if (waiting === undefined || analysis === undefined) return undefined;
  // The hook began its time-out before it ends.
  const minutes = waiting.hook?.timeoutMinutes ?? 1440;
  const since = new Date((waiting.expiresAt?.getTime() ?? pass.now.getTime()) - minutes * 60_000);
  const outcome = await verification(aws, desired, { at: { analysis }, since, ...targetGroupOf(live) }, pass);
  if (outcome.is === 'running') return { done: false, waitsFor: outcome.waitsFor, pollAfterMs: outcome.pollAfterMs };
  if (outcome.is === 'failed') return takeBack(aws, desired, live, outcome.cause, pass);
  await resolveHook(aws, live, 'CONTINUE', pass);
  return undefined;
}

/** The hold comes first: a controller that is killed between the two leaves nothing that would be tried again. */
async function takeBack(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  cause: string,
  pass: Pass,
): Promise<Progress> {
  if (!wentToWanted(desired, live, aws)) {
    await stopDeployment(aws, live, pass);
    return { done: false, waitsFor: `the deployment under way to be rolled back: ${cause}`, pollAfterMs: POLL_MS };
  }
  await hold(aws, desired, live, pass, cause);
  await stopDeployment(aws, live, pass);
  throw heldError(desired, `is rolled back: ${cause}`);
}

/** Rolls a deployment back: by the hook that it stands at, else by stopping it. */
export async function stopDeployment(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<void> {
  if (waitingHook(live) !== undefined) return resolveHook(aws, live, 'ROLLBACK', pass);
  const serviceDeploymentArn = live.deployment?.serviceDeploymentArn;
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
  await doing(`StopServiceDeployment ${serviceDeploymentArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** Ends the wait of the hook that the deployment stands at. */
export async function resolveHook(
  aws: AwsContext,
  live: ServiceLive,
  action: 'CONTINUE' | 'ROLLBACK',
  pass: Pass,
): Promise<void> {
  const hookId = waitingHook(live)?.hookId;
  const serviceDeploymentArn = live.deployment?.serviceDeploymentArn;
  const command = new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action });
  await doing(`ContinueServiceDeployment ${serviceDeploymentArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}
