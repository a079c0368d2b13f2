import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ServiceSpec } from '../../api/service.ts';
import type { Desired, Rollout, RolloutAction } from '../../core/driver.ts';
import { causeOf } from './causes.ts';
import { HOLD_TAG, primaryDeployment, type ServiceLive } from './live.ts';
import { holdDigest, runsWanted, wentToWanted } from './target.ts';
import type { Place } from '../../ecs/capacity.ts';

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
  AwaitingPromotion: [],
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
  return {
    id,
    target: target?.revision.taskDefinition ?? primary?.taskDefinition ?? service.taskDefinition ?? '',
    phase,
    step: [1, 1],
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    weights: {},
    allows: ALLOWED[phase],
    ...(failed ? { cause: causeOf(live) } : {}),
  };
}

function phaseOf({ deployment, service }: ServiceLive): Phase {
  const state = STATES[primaryDeployment(service)?.rolloutState ?? ''];
  const phase = deployment?.status === undefined ? undefined : PHASES[deployment.status];
  // Without rollback a circuit breaker leaves the failed deployment where it is: only its state says so.
  if (state === 'Failed' && phase === 'InProgress') return 'Failed';
  return phase ?? state ?? 'InProgress';
}

/** What a failed rollout means for what Git says now. */
export interface Verdict {
  /** The last deployment failed, and it went to what Git says. */
  readonly failed: boolean;
  /** The service carries the hold on what Git says, and nobody has made it run all the same. */
  readonly held: boolean;
}

/** Whether what Git says has failed before. */
export function verdictOn(desired: Desired<ServiceSpec>, live: ServiceLive, place: Place): Verdict {
  const phase = phaseOf(live);
  const failed = phase === 'Failed' && wentToWanted(desired, live, place);
  const mark = live.tags[HOLD_TAG];
  const marked = mark !== undefined && mark === holdDigest(desired, place);
  return { failed, held: marked && !(phase === 'Succeeded' && runsWanted(desired, live, place)) };
}
