import type { ServiceRevision } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import {
  readServiceDeployment,
  readServiceDeployments,
  readServiceRevision,
  readTaskDefinition,
} from '../../../aws/reads.ts';
import type { Desired, Pass, Rollout } from '../../../core/driver.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { isMarked } from '../hold.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { runsWanted, wentToWanted } from '../target.ts';
import { isVerified, lastVerified } from './mark.ts';

/** Where a service stands whose deployment goes to what Git says, and that is not verified yet. */
export interface Standing {
  /**
   * `Verifying`: ECS has completed the deployment, which is being verified. `GoingBack`: it failed, and goes back to
   * `previous`. `Stopping`: it failed while the deployment was under way, which is to be rolled back. `Stuck`: it failed,
   * and there is nothing to go back to.
   */
  readonly is: 'Verifying' | 'GoingBack' | 'Stopping' | 'Stuck';
  /** When the deployment was over. */
  readonly since: Date;
  /** What ran before. */
  readonly previous?: ServiceRevision;
}

/** How many deployments are looked at for what ran before. */
const MAX_DEPLOYMENTS = 20;

/**
 * Undefined: nothing is to be verified, or not yet. `phase`: of the last deployment, as ECS has it. The hold says that the
 * verification failed: it is put on before anything else is done about it.
 */
export async function standingOf(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  phase: Rollout['phase'] | undefined,
  pass: Pass,
  place: Place,
): Promise<Standing | undefined> {
  if (isVerified(desired, live)) return undefined;
  const isHeld = isMarked(desired, live, place);
  if (phase === 'InProgress' || phase === 'AwaitingPromotion') {
    const begun = live.deployment?.createdAt ?? pass.now;
    return isHeld && wentToWanted(desired, live, place) ? { is: 'Stopping', since: begun } : undefined;
  }
  // A deployment that ECS itself took back, or left where it failed, is for the hold and not for verification.
  const isOver = phase === 'Succeeded' || (phase === 'Failed' && !wentToWanted(desired, live, place));
  if (!isOver || !runsWanted(desired, live, place)) return undefined;
  const since = live.deployment?.finishedAt ?? primaryDeployment(live.service)?.updatedAt ?? pass.now;
  if (!isHeld) return { is: 'Verifying', since };
  const previous = await previousRevision(desired, live, pass, place);
  return previous === undefined ? { is: 'Stuck', since } : { is: 'GoingBack', since, previous };
}

/** What was verified last, else what the service came from: the newest revision that is not what Git says. */
async function previousRevision(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  pass: Pass,
  place: Place,
): Promise<ServiceRevision | undefined> {
  const arns = await readServiceDeployments(pass, live.key);
  const deployments = await Promise.all(arns.slice(0, MAX_DEPLOYMENTS).map((arn) => readServiceDeployment(pass, arn)));
  const sources = deployments.flatMap((deployment) => deployment?.sourceServiceRevisions ?? []);
  const verified = lastVerified(live);
  let newest: ServiceRevision | undefined;
  for (const arn of new Set(sources.flatMap((source) => source.arn ?? []))) {
    const revision = await readServiceRevision(pass, arn);
    if (revision === undefined || (await isWanted(desired, live, revision, pass, place))) continue;
    newest ??= revision;
    if (revision.taskDefinition?.split('/').at(-1) === verified) return revision;
  }
  return newest;
}

async function isWanted(
  desired: Desired<ServiceSpec>,
  live: ServiceLive,
  revision: ServiceRevision,
  pass: Pass,
  place: Place,
): Promise<boolean> {
  const arn = revision.taskDefinition;
  const taskDefinition = arn === undefined ? undefined : await readTaskDefinition(pass, arn);
  return wentToWanted(desired, { ...live, target: { revision, taskDefinition } }, place);
}
