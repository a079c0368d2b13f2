import type { DeploymentTarget, ECSTaskSet, TargetStatus } from '@aws-sdk/client-codedeploy';
import { type Running, taskSetsOf } from './life-cycle/running.ts';
import { shareOf } from './life-cycle/traffic.ts';
import type { DeploymentState, EventState } from './state.ts';

/** The id of a deployment's one target: `cluster:service`. */
export function targetId({ group }: DeploymentState): string {
  return `${group.service.cluster}:${group.service.name}`;
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTarget.html */
export function deploymentTarget(on: Running): DeploymentTarget {
  const { deployment } = on;
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: deployment.id,
      targetId: targetId(deployment),
      targetArn: deployment.serviceArn,
      lastUpdatedAt: new Date(deployment.changedAt),
      lifecycleEvents: deployment.events.map(described),
      status: targetStatus(deployment),
      taskSetsInfo: deployment.taskSets ?? taskSetViews(on),
    },
  };
}

/** The target is done when all its events are; the deployment may still wait. */
export function targetStatus({ status, events }: DeploymentState): TargetStatus {
  if (status === 'Failed' || status === 'Stopped') return 'Failed';
  if (status === 'Ready') return 'Ready';
  if (status === 'Created') return 'Pending';
  return events.every((event) => event.status === 'Succeeded' || event.status === 'Skipped')
    ? 'Succeeded'
    : 'InProgress';
}

/** The task sets of the deployment as they are now. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTaskSet.html */
export function taskSetViews(on: Running): ECSTaskSet[] {
  const { blue, green } = on.deployment;
  return taskSetsOf(on)
    .filter(({ id, status }) => (blue ? id === blue.taskSet || id === green?.taskSet : status === 'PRIMARY'))
    .map((taskSet) => ({
      identifer: taskSet.id,
      desiredCount: taskSet.desiredCount,
      pendingCount: taskSet.pendingCount,
      runningCount: taskSet.runningCount,
      status: taskSet.status,
      trafficWeight: shareOf(on, taskSet.targetGroupArn ?? ''),
      targetGroup: { name: taskSet.targetGroupArn?.split(':targetgroup/')[1]?.split('/')[0] },
      taskSetLabel: taskSet.id === green?.taskSet ? 'Green' : 'Blue',
    }));
}

function described({ name, status, startedAt, endedAt }: EventState): object {
  return {
    lifecycleEventName: name,
    ...(startedAt === undefined ? {} : { startTime: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { endTime: new Date(endedAt) }),
    status,
  };
}
