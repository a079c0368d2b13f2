import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired } from '../../../core/driver.ts';
import { DOMAIN } from '../../../core/manifest.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { holdDigest, isMarked } from '../hold.ts';
import type { ServiceLive } from '../live.ts';
import { isPending } from '../verification/index.ts';
import { targetDigest } from './appspec.ts';
import { isWantedSet, servesWanted } from './comparing.ts';
import { greenSet, isWayBack } from './events.ts';
import type { Run } from './live.ts';
import { NOTE_DIGEST_LENGTH, noteIn } from './note.ts';

type Want = Desired<ServiceSpec>;

/** Tag on the service: the deployment that was stopped because Git moved, which says nothing against what it went to. */
export const SUPERSEDED_TAG = `${DOMAIN}/superseded`;

/** Digest of a hold, as far as a description has room for it. */
export function noteKey(desired: Want, place: Place): string {
  return holdDigest(desired, place).slice(0, NOTE_DIGEST_LENGTH);
}

/** Where a deployment goes: `unknown` for one of somebody else's that has made no task set yet. */
export function destinationOf(
  desired: Want,
  live: ServiceLive,
  run: Run,
  place: Place,
): 'wanted' | 'other' | 'unknown' {
  if (isWayBack(run)) return 'other';
  if (run.note?.to !== undefined) return run.note.to === targetDigest(desired, place) ? 'wanted' : 'other';
  const set = greenSet(live, run);
  if (set === undefined) return 'unknown';
  const known = live.taskDefinition?.taskDefinition.taskDefinitionArn === set.taskDefinition;
  return known && isWantedSet(desired, live, set, live.taskDefinition, place) ? 'wanted' : 'other';
}

/** True when the deployment under way goes to what Git says. */
export function goesToWanted(desired: Want, live: ServiceLive, run: Run, place: Place): boolean {
  return destinationOf(desired, live, run, place) === 'wanted';
}

/** The deployment that failed last, while nothing came after it but its own way back. */
export function failedDeployment({ codeDeploy, tags }: ServiceLive): DeploymentInfo | undefined {
  const { active, last } = codeDeploy ?? {};
  const run = active ?? last;
  if (run === undefined) return undefined;
  const failed = isWayBack(run) ? run.takesBack : run.info;
  if (failed === undefined || failed.deploymentId === tags[SUPERSEDED_TAG]) return undefined;
  if (isWayBack(run)) return failed;
  return failed.status === 'Failed' || failed.status === 'Stopped' ? failed : undefined;
}

/** What a failed rollout means for what Git says now. */
export interface Verdict {
  /** The last deployment failed, and it went to what Git says. */
  readonly failed: boolean;
  /** The service carries the hold on what Git says, and nobody has made it run all the same. */
  readonly held: boolean;
}

/** Whether what Git says has failed before. */
export function verdictOn(desired: Want, live: ServiceLive, place: Place): Verdict {
  const key = noteIn(failedDeployment(live)?.description)?.key;
  const runs = live.codeDeploy?.active === undefined && servesWanted(desired, live, place) && !isPending(live);
  return {
    failed: key !== undefined && key === noteKey(desired, place),
    held: isMarked(desired, live, place) && !runs,
  };
}
