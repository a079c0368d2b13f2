import { refusalOf } from '../service-role.ts';
import type { DeploymentState } from '../state.ts';
import { stop } from './end.ts';
import type { Running } from './running.ts';

/**
 * Stops the deployment when an alarm is on, also when it was before the deployment began, and when the state of one
 * cannot be retrieved unless that is to be ignored. True when it was stopped.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AlarmConfiguration.html
 */
export function stopOnAlarm(on: Running): boolean {
  const { world, scope, deployment } = on;
  const config = alarmsOf(deployment);
  if (!config?.enabled) return false;
  const refusal = refusalOf(world, deployment.group.roleArn, 'cloudwatch:DescribeAlarms', '*');
  const states = (config.alarms ?? []).map(({ name = '' }) => ({
    name,
    state: refusal === undefined ? world.ports.metrics.alarmState(scope, name) : undefined,
  }));
  const active = states.filter(({ state }) => state === 'ALARM');
  if (active.length > 0) {
    const names = active.map(({ name }) => `<${name}>`).join(' ');
    const message =
      'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the ' +
      `affected deployments have been stopped. Activated alarms: ${names}`;
    stop(on, 'Stopped', { code: 'ALARM_ACTIVE', message }, 'DEPLOYMENT_STOP_ON_ALARM');
    return true;
  }
  const unknown = states.filter(({ state }) => state === undefined);
  if (unknown.length === 0 || config.ignorePollAlarmFailure) return false;
  const message =
    refusal ?? `The state of these alarms could not be retrieved: ${unknown.map(({ name }) => name).join(', ')}`;
  const code = refusal === undefined ? 'CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND' : 'IAM_ROLE_PERMISSIONS';
  stop(on, 'Stopped', { code, message }, 'DEPLOYMENT_STOP_ON_ALARM');
  return true;
}

/** Those of the deployment, or of its group. */
function alarmsOf({ overrideAlarms, group }: DeploymentState): DeploymentState['overrideAlarms'] {
  return overrideAlarms ?? group.alarms;
}
