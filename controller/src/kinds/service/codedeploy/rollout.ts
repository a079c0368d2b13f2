import type { LifecycleEventStatus } from '@aws-sdk/client-codedeploy';
import type { Rollout, RolloutAction, RolloutStep } from '../../../core/driver.ts';
import type { ServiceLive } from '../live.ts';
import { isPending } from '../verification/index.ts';
import { causeOf } from './causes.ts';
import { eventsOf, greenSet, isReady, isWayBack, movedSince, waitsForTermination } from './events.ts';
import { type CodeDeployLive, primarySet, type Run } from './live.ts';
import { sidesOf } from './sides.ts';
import { failedDeployment } from './verdict.ts';
import { waitInWords } from './waits.ts';

type Phase = Rollout['phase'];

/** The deployment under way, or the last one; of a settled service what made it serve. */
export function rolloutOf(live: ServiceLive): Rollout | undefined {
  const { codeDeploy } = live;
  const primary = primarySet(live.service);
  const run = codeDeploy?.active ?? codeDeploy?.last;
  if (codeDeploy === undefined || primary === undefined) return undefined;
  if (run === undefined) return withoutRun(live, primary.externalId ?? primary.id ?? '');
  const phase = phaseOf(live, codeDeploy, run);
  const steps = eventsOf(run).map(stepOf);
  const begun = steps.findLastIndex(({ status }) => status !== 'Pending');
  const waitsFor = waitInWords(run, codeDeploy.at);
  const sides = codeDeploy.active === undefined ? [] : sidesOf(live, run);
  const failed = phase === 'Failed' || phase === 'RollingBack';
  return {
    id: run.id,
    target: greenSet(live, run)?.taskDefinition ?? primary.taskDefinition ?? '',
    phase,
    step: [Math.max(begun + 1, 1), Math.max(steps.length, 1)],
    strategy: 'CodeDeploy',
    weights: weightsOf(live, run),
    allows: allowed(phase, run, codeDeploy),
    ...(failed && { cause: causeOf(live) }),
    ...(steps.length > 0 && { steps }),
    ...(sides.length > 0 && { sides }),
    ...(codeDeploy.active !== undefined && waitsFor !== undefined && { waitsFor }),
    ...(run.info.createTime !== undefined && { startedAt: run.info.createTime }),
    ...(run.info.completeTime !== undefined && { endedAt: run.info.completeTime }),
    ...(needsUs(live, codeDeploy) && { needsUs: true }),
  };
}

/** A service that ECS itself made serve, or that is settled: its deployments were not looked at. */
function withoutRun(live: ServiceLive, id: string): Rollout {
  const primary = primarySet(live.service);
  const steady = primary?.stabilityStatus === 'STEADY_STATE';
  return {
    id,
    target: primary?.taskDefinition ?? '',
    phase: steady ? 'Succeeded' : 'InProgress',
    step: [1, 1],
    strategy: 'CodeDeploy',
    weights: {},
    allows: steady ? ['restart'] : [],
    ...(primary?.createdAt !== undefined && { startedAt: primary.createdAt }),
  };
}

function phaseOf(live: ServiceLive, { active }: CodeDeployLive, run: Run): Phase {
  if (active !== undefined) {
    if (isWayBack(run)) return 'RollingBack';
    return isReady(run) && run.note?.ready?.then !== 'Continue' && run.note?.ready !== undefined
      ? 'AwaitingPromotion'
      : 'InProgress';
  }
  return failedDeployment(live) === undefined && run.info.status === 'Succeeded' ? 'Succeeded' : 'Failed';
}

function allowed(phase: Phase, run: Run, { active }: CodeDeployLive): readonly RolloutAction[] {
  if (phase === 'RollingBack') return [];
  if (phase === 'Failed') return ['retry', 'restart'];
  if (active === undefined) return ['restart'];
  return isReady(run) || waitsForTermination(run) ? ['promote', 'abort'] : ['abort'];
}

/** CodeDeploy goes on by itself, but for a ready wait that it would end by stopping, and for verification. */
function needsUs(live: ServiceLive, { active }: CodeDeployLive): boolean {
  if (active === undefined) return isPending(live);
  if (isWayBack(active)) return false;
  const { actionOnTimeout } = active.info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const then = active.note?.ready?.then ?? 'Continue';
  const waits = actionOnTimeout === 'STOP_DEPLOYMENT' && then === 'Continue' && movedSince(active) === undefined;
  return waits || isPending(live);
}

const STATUSES: Readonly<Record<LifecycleEventStatus, RolloutStep['status']>> = {
  Pending: 'Pending',
  InProgress: 'InProgress',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Skipped: 'Skipped',
  Unknown: 'Pending',
};

function stepOf(event: ReturnType<typeof eventsOf>[number]): RolloutStep {
  const { lifecycleEventName = '', status = 'Unknown', startTime, endTime, diagnostics } = event;
  const message = [diagnostics?.errorCode, diagnostics?.message].filter((part) => part !== undefined && part !== '');
  return {
    name: lifecycleEventName,
    status: STATUSES[status],
    ...(startTime !== undefined && { startedAt: startTime }),
    ...(endTime !== undefined && { endedAt: endTime }),
    ...(message.length > 0 && status === 'Failed' && { message: message.join(': ') }),
  };
}

/** Percent of production traffic by target group, as CodeDeploy has it for the task sets. */
function weightsOf(live: ServiceLive, run: Run): Readonly<Record<string, number>> {
  const sets = live.service.taskSets ?? [];
  return Object.fromEntries(
    (run.target?.taskSetsInfo ?? []).flatMap(({ identifer, trafficWeight }) => {
      const arn = sets.find(({ id }) => id === identifer)?.loadBalancers?.[0]?.targetGroupArn;
      return arn === undefined || trafficWeight === undefined ? [] : [[arn, trafficWeight]];
    }),
  );
}
