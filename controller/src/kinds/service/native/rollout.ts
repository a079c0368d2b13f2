import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired, Rollout, RolloutAction, RolloutStep } from '../../../core/driver.ts';
import { causeOf } from '../causes.ts';
import { STRATEGIES } from '../deployment.ts';
import { isMarked } from '../hold.ts';
import { primaryDeployment, type ServiceLive } from '../live.ts';
import { runsWanted, wentToWanted } from '../target.ts';
import type { Place } from '../../../ecs/capacity.ts';
import { standingRollout } from '../verification/after.ts';
import { isPending } from '../verification/index.ts';
import { wentForWanted } from './firststep.ts';
import { sidesOf, weightsOf } from './sides.ts';
import { hasShifts, stepsOf, waitingHook, waitsFor } from './stages.ts';

type Phase = Rollout['phase'];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
const PHASES: Readonly<Record<ServiceDeploymentStatus, Phase>> = {
  PENDING: 'InProgress',
  IN_PROGRESS: 'InProgress',
  SUCCESSFUL: 'Succeeded',
  STOP_REQUESTED: 'RollingBack',
  ROLLBACK_REQUESTED: 'RollingBack',
  ROLLBACK_IN_PROGRESS: 'RollingBack',
  ROLLBACK_SUCCESSFUL: 'Failed',
  ROLLBACK_FAILED: 'Failed',
  STOPPED: 'Failed',
};

const STATES: Readonly<Record<string, Phase>> = { COMPLETED: 'Succeeded', FAILED: 'Failed', IN_PROGRESS: 'InProgress' };

const ALLOWED: Readonly<Record<Phase, readonly RolloutAction[]>> = {
  InProgress: ['abort', 'restart'],
  AwaitingPromotion: ['promote', 'abort'],
  Paused: [],
  RollingBack: [],
  Succeeded: ['restart'],
  Failed: ['retry', 'restart'],
};

/**
 * The last rollout, from the service deployment where it was read, else from the PRIMARY deployment. A rolling
 * deployment has one step and no weights of its own: targets of old and new tasks share the target group.
 */
export function rolloutOf(live: ServiceLive): Rollout | undefined {
  const { deployment, target, service } = live;
  const primary = primaryDeployment(service);
  const id = deployment?.serviceDeploymentArn ?? primary?.id;
  if (id === undefined) return undefined;
  const phase = phaseOf(live);
  const failed = phase === 'Failed' || phase === 'RollingBack';
  const steps = stepsOf(live);
  const sides = sidesOf(live);
  const inFlight = phase === 'InProgress' || phase === 'AwaitingPromotion';
  const waits = inFlight ? waitsFor(live) : undefined;
  const { strategy, ...times } = detailsOf(live);
  return {
    id,
    target: target?.revision.taskDefinition ?? primary?.taskDefinition ?? service.taskDefinition ?? '',
    phase,
    step: steps.length === 0 ? [1, 1] : [currentOf(steps), steps.length],
    strategy: STRATEGIES[strategy] ?? 'Rolling',
    weights: weightsOf(sides),
    allows: ALLOWED[phase],
    ...(failed ? { cause: causeOf(live) } : {}),
    ...(steps.length === 0 ? {} : { steps }),
    ...(sides.length === 0 ? {} : { sides }),
    ...(waits === undefined ? {} : { waitsFor: waits }),
    ...times,
    ...(needsUs(live, phase) ? { needsUs: true } : {}),
    // ECS calls a deployment over that is being verified, or that goes back because of that.
    ...standingRollout(live),
  };
}

function detailsOf({ deployment, service }: ServiceLive): Pick<Rollout, 'strategy' | 'startedAt' | 'endedAt'> {
  const startedAt = deployment?.startedAt ?? deployment?.createdAt;
  const endedAt = deployment?.finishedAt ?? deployment?.stoppedAt;
  return {
    strategy: deployment?.deploymentConfiguration?.strategy ?? service.deploymentConfiguration?.strategy ?? 'ROLLING',
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** Counted from 1; the last one when all are over. */
function currentOf(steps: readonly RolloutStep[]): number {
  const open = steps.findIndex(({ status }) => status !== 'Succeeded');
  return open === -1 ? steps.length : open + 1;
}

/**
 * ECS goes on by itself, but nobody else ends an analysis, or counts failed tasks where there is no circuit breaker.
 */
function needsUs(live: ServiceLive, phase: Phase): boolean {
  return phase === 'InProgress' && (hasShifts(live) || isPending(live) || waitingHook(live) !== undefined);
}

/** Phase of the last deployment, as ECS has it. */
export function phaseOf(live: ServiceLive): Phase {
  const { deployment, service } = live;
  const state = STATES[primaryDeployment(service)?.rolloutState ?? ''];
  const phase = deployment?.status === undefined ? undefined : PHASES[deployment.status];
  // Without rollback a circuit breaker leaves the failed deployment where it is: only its state says so.
  if (state === 'Failed' && phase === 'InProgress') return 'Failed';
  const waiting = phase === 'InProgress' ? waitingHook(live) : undefined;
  if (waiting !== undefined && waiting.hook?.analysis === undefined && !waiting.isDropped) return 'AwaitingPromotion';
  return phase ?? state ?? 'InProgress';
}

/** What a failed rollout means for what Git says now. */
export interface Verdict {
  /** The last deployment failed, and it went to what Git says, or was the first step to it. */
  readonly failed: boolean;
  /** The service carries the hold on what Git says, and nobody has made it run all the same. */
  readonly held: boolean;
}

/** Whether what Git says has failed before. */
export function verdictOn(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): Verdict {
  const phase = phaseOf(live);
  const failed = phase === 'Failed' && wentForWanted(desired, live, place);
  return {
    failed,
    held: isMarked(desired, live, place) && !(phase === 'Succeeded' && runsWanted(desired, live, place)),
  };
}

/** A deployment that shifts traffic goes to what Git says, which is held: it has to be stopped. */
export function isHeldInFlight(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): boolean {
  const phase = phaseOf(live);
  const inFlight = phase === 'InProgress' || phase === 'AwaitingPromotion';
  return inFlight && hasShifts(live) && isMarked(desired, live, place) && wentToWanted(desired, live, place);
}
