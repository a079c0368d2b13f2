import type { DeploymentInfo, LoadBalancerInfo } from '@aws-sdk/client-codedeploy';
import { withoutContent } from './revisions.ts';
import { type DeploymentState, type GroupSettings, isOver } from './state.ts';

/** The load balancers of a group, as the API shows them. */
export function describedLoadBalancers(settings: GroupSettings): LoadBalancerInfo {
  const { targetGroups, productionListener, testListener } = settings;
  return {
    targetGroupPairInfoList: [
      {
        targetGroups: targetGroups.map((name) => ({ name })),
        prodTrafficRoute: { listenerArns: [productionListener] },
        ...(testListener === undefined ? {} : { testTrafficRoute: { listenerArns: [testListener] } }),
      },
    ],
  };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html */
export function deploymentInfo(deployment: DeploymentState): DeploymentInfo {
  const { group, status } = deployment;
  const done = status === 'Succeeded' ? 1 : 0;
  return {
    applicationName: deployment.applicationName,
    deploymentGroupName: group.name,
    deploymentConfigName: deployment.configName,
    deploymentId: deployment.id,
    ...(deployment.previousRevision ? { previousRevision: withoutContent(deployment.previousRevision) } : {}),
    ...(deployment.revision ? { revision: withoutContent(deployment.revision) } : {}),
    status,
    ...(deployment.error ? { errorInformation: deployment.error } : {}),
    createTime: new Date(deployment.createdAt),
    ...(deployment.startedAt === undefined ? {} : { startTime: new Date(deployment.startedAt) }),
    ...(deployment.completedAt === undefined ? {} : { completeTime: new Date(deployment.completedAt) }),
    // There is one target. It is counted when the deployment is over, and not before.
    ...(isOver(deployment)
      ? { deploymentOverview: { Pending: 0, InProgress: 0, Succeeded: done, Failed: 1 - done, Skipped: 0, Ready: 0 } }
      : {}),
    ...(deployment.description === undefined ? {} : { description: deployment.description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    ...(deployment.autoRollback ? { autoRollbackConfiguration: deployment.autoRollback } : {}),
    updateOutdatedInstancesOnly: false,
    ...(deployment.rollbackInfo ? { rollbackInfo: deployment.rollbackInfo } : {}),
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    instanceTerminationWaitTimeStarted: deployment.terminationWaitStarted,
    blueGreenDeploymentConfiguration: group.blueGreen,
    loadBalancerInfo: describedLoadBalancers(group),
    deploymentStatusMessages: [],
    computePlatform: 'ECS',
    ...(deployment.overrideAlarms ? { overrideAlarmConfiguration: deployment.overrideAlarms } : {}),
  };
}
