import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import { readServiceRevision } from '../../../aws/reads.ts';
import type { Desired, Health, Pass, Progress, Rollout } from '../../../core/driver.ts';
import type { TerminalError } from '../../../core/errors.ts';
import { HELD } from '../../../core/health.ts';
import { causeOf } from '../causes.ts';
import { heldError, hold } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { HOLD_TAG } from '../names.ts';
import { goBack } from './goback.ts';
import { isPending, markVerified } from './mark.ts';
import { type Point, verification } from './verification.ts';

type Want = Desired<ServiceSpec>;

/**
 * Verifies what a deployment of ECS has brought about, and goes back when it does not hold. Undefined: there is nothing
 * left to verify. The hold comes before the way back, so that a controller that is killed between the two goes on with it.
 * @throws TerminalError `VerificationFailed` when it goes back, or would have to and cannot
 */
export async function verifyAfter(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  pass: Pass,
): Promise<Progress | undefined> {
  const { standing } = live;
  if (standing === undefined) return undefined;
  if (standing.is === 'Stopping') {
    await stopDeployment(aws, live, pass);
    throw failed(desired, `${causeOf(live)}. ECS rolls it back`);
  }
  if (standing.is === 'Stuck') throw failed(desired, `${causeOf(live)}. There is nothing to go back to`);
  if (standing.is === 'GoingBack') {
    if (standing.previous !== undefined) await goBack(aws, live, standing.previous, pass);
    throw failed(desired, `${causeOf(live)}. It goes back to ${nameOf(standing.previous?.taskDefinition)}`);
  }
  const outcome = await verification(aws, desired, { at: 'After', since: standing.since }, pass);
  if (outcome.is === 'running') return { done: false, waitsFor: outcome.waitsFor, pollAfterMs: outcome.pollAfterMs };
  if (outcome.is === 'passed') {
    await markVerified(aws, desired, live, pass);
    return undefined;
  }
  await hold(aws, desired, live, pass, outcome.cause);
  // The next look finds the hold, and what to go back to.
  return { done: false, waitsFor: `the way back: ${outcome.cause}`, pollAfterMs: 0 };
}

/**
 * The analyses with `when: Rollout`, while a deployment of ECS is under way: what fails is held and rolled back.
 * @throws TerminalError `VerificationFailed`
 */
export async function verifyDuring(
  aws: AwsContext,
  desired: Want,
  live: ServiceLive,
  point: Omit<Point, 'at'>,
  pass: Pass,
): Promise<void> {
  const outcome = await verification(aws, desired, { ...point, at: 'Rollout' }, pass);
  if (outcome.is !== 'failed') return;
  await hold(aws, desired, live, pass, outcome.cause);
  await stopDeployment(aws, live, pass);
  throw failed(desired, `${outcome.cause}. ECS rolls it back`);
}

/** Rolls the deployment that is under way back. The first one of a service has nothing to go back to. */
async function stopDeployment(aws: AwsContext, live: ServiceLive, pass: Pass): Promise<void> {
  const { serviceDeploymentArn, sourceServiceRevisions = [] } = live.deployment ?? {};
  if (serviceDeploymentArn === undefined || sourceServiceRevisions.length === 0) return;
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
  await doing(`StopServiceDeployment ${serviceDeploymentArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** Health while a deployment that ECS completed is verified; undefined when it is, or needs not be. */
export function standingHealth(live: ServiceLive): Health | undefined {
  switch (live.standing?.is) {
    case 'Verifying':
      return { status: 'Progressing', reason: 'Verifying', message: 'the deployment is over, and is being verified' };
    case 'GoingBack':
    case 'Stopping':
      return { status: 'Degraded', reason: 'RollingBack', message: `it goes back: ${causeOf(live)}` };
    case 'Stuck':
      return {
        status: 'Degraded',
        reason: HELD,
        message: `${causeOf(live)}; there is nothing to go back to`,
      };
    default:
      return undefined;
  }
}

/** What of a rollout is different while it is verified: ECS calls it over, and it is not. */
export function standingRollout(
  live: ServiceLive,
): Pick<Rollout, 'phase' | 'allows' | 'waitsFor' | 'needsUs' | 'cause'> | undefined {
  switch (live.standing?.is) {
    case 'Verifying':
      return { phase: 'InProgress', allows: ['restart'], waitsFor: 'verification', needsUs: true };
    case 'GoingBack':
    case 'Stopping':
      return { phase: 'RollingBack', allows: [], cause: causeOf(live), needsUs: true };
    case 'Stuck':
      return { phase: 'Failed', allows: ['retry', 'restart'], cause: causeOf(live) };
    default:
      // It has gone back: what ECS completed was the way back.
      return isGoneBack(live) ? { phase: 'Failed', allows: ['retry', 'restart'], cause: causeOf(live) } : undefined;
  }
}

/** True when the verification failed, and what has been done about it is not over: the next look goes on with it. */
export function isFailing({ standing }: ServiceLive): boolean {
  return standing !== undefined && standing.is !== 'Verifying';
}

/** The task definition that a retry goes to, of a service that went back: what the way back came from. */
export async function failedDefinition(live: ServiceLive, pass: Pass): Promise<string | undefined> {
  if (live.standing !== undefined || !isGoneBack(live)) return undefined;
  const [source] = live.deployment?.sourceServiceRevisions ?? [];
  return source?.arn === undefined ? undefined : (await readServiceRevision(pass, source.arn))?.taskDefinition;
}

/** The verification failed, the hold is on, and the last deployment went back. */
function isGoneBack(live: ServiceLive): boolean {
  return isPending(live) && live.tags[HOLD_TAG] !== undefined && live.deployment?.status === 'SUCCESSFUL';
}

function failed(desired: Want, why: string): TerminalError {
  return heldError(desired, `failed: ${why}`, 'VerificationFailed');
}

function nameOf(arn = 'the revision before'): string {
  return arn.split('/').at(-1) ?? arn;
}
