import { TagResourceCommand } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { AwsContext } from '../../../aws/context.ts';
import { doing } from '../../../aws/errors.ts';
import { readServiceDeployments } from '../../../aws/reads.ts';
import type { Change, Desired, Pass, Rollout } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { holdDigest } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { FIRST_STEP_TAG } from '../names.ts';
import { isRoute } from '../requests.ts';
import { wentToWanted } from '../target.ts';
import { shiftingStrategy } from './shifting.ts';

type Want = Desired<ServiceSpec>;

/**
 * The changes of the next call. A service comes from Rolling to a strategy that shifts traffic in two: a rolling
 * deployment with both target groups and the rules, and then the strategy, with whatever else there is.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html
 */
export function nextChanges(desired: Want, live: ServiceLive, changes: readonly Change[]): readonly Change[] {
  return isFirstStep(desired, live, changes) ? changes.filter((change) => isRoute(change)) : changes;
}

/** True while the rules have to be brought before the strategy. */
export function isFirstStep(desired: Want, { service }: ServiceLive, changes: readonly Change[]): boolean {
  const rolls = (service.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
  const shifts = shiftingStrategy(desired.spec.deployment) !== undefined;
  return rolls && shifts && changes.some((change) => isRoute(change));
}

/**
 * Writes down for what Git says the first step is taken, and after which deployment: what it goes to is not what Git says
 * yet, so that its failure could not be told from that of something else. To be called before the call that begins it; a
 * controller that is killed between the two finds the deployment that is named, and takes the step.
 */
export async function markFirstStep(aws: AwsContext, desired: Want, live: ServiceLive, pass: Pass): Promise<void> {
  const last = live.deployment?.serviceDeploymentArn ?? (await readServiceDeployments(pass, live.key))[0];
  const value = `${holdDigest(desired, aws)}/${idIn(last)}`;
  if (live.tags[FIRST_STEP_TAG] === value) return;
  const resourceArn = live.service.serviceArn ?? '';
  const command = new TagResourceCommand({ resourceArn, tags: [{ key: FIRST_STEP_TAG, value }] });
  await doing(`TagResource ${resourceArn}`, aws.ecs.send(command, { abortSignal: pass.signal }));
}

/** True when the last deployment went, or goes, to what Git says now, or was the first step to it and to nothing else. */
export function wentForWanted(desired: Want, live: ServiceLive, place: Place): boolean {
  const [digest, before] = live.tags[FIRST_STEP_TAG]?.split('/') ?? [];
  const last = live.deployment?.serviceDeploymentArn;
  const wasStep = digest !== undefined && last !== undefined && before !== idIn(last);
  return wasStep ? digest === holdDigest(desired, place) : wentToWanted(desired, live, place);
}

/** The mark is over when another deployment is known to have followed: until then it tells what the last one was for. */
export function isMarkOver(live: ServiceLive, phase: Rollout['phase']): boolean {
  return live.deployment !== undefined && phase !== 'Failed' && phase !== 'RollingBack';
}

function idIn(serviceDeploymentArn = ''): string {
  return serviceDeploymentArn.split('/').at(-1) ?? '';
}
