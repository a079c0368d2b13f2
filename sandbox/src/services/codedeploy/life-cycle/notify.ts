import { applicationArn, groupArn } from '../arns.ts';
import type { Running } from './running.ts';

/**
 * Tells EventBridge where a deployment stands.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
 */
export function notify(
  { world, scope, deployment }: Running,
  state: 'START' | 'READY' | 'SUCCESS' | 'FAILURE' | 'STOP',
): void {
  const { applicationName, group, groupId, id } = deployment;
  world.ports.events.emit(scope, () => ({
    source: 'aws.codedeploy',
    detailType: 'CodeDeploy Deployment State-change Notification',
    resources: [applicationArn(scope, applicationName), groupArn(scope, applicationName, group.name)],
    detail: {
      region: scope.region,
      deploymentId: id,
      instanceGroupId: groupId,
      application: applicationName,
      deploymentGroup: group.name,
      state,
    },
  }));
}
