import type { AlarmConfiguration, AutoRollbackConfiguration } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../kernel/service.ts';

/** Most alarms of a deployment group: API_AlarmConfiguration. */
const mostAlarms = 10;

/** An alarm configuration as it is kept. @throws AwsError InvalidAlarmConfigException, AlarmsLimitExceededException */
export function checkAlarms(config: AlarmConfiguration | undefined): AlarmConfiguration | undefined {
  if (!config) return undefined;
  const names = (config.alarms ?? []).map(({ name = '' }) => name);
  if (config.enabled && names.length === 0) throw invalid('The alarm configuration is enabled, but the list is empty');
  if (names.some((name) => name === '' || name.length > 255)) {
    throw invalid('An alarm name is empty or exceeds the limit of 255 characters');
  }
  if (new Set(names).size < names.length) throw invalid('Two alarms with the same name have been specified');
  if (names.length > mostAlarms) {
    throw new AwsError('AlarmsLimitExceededException', `At most ${mostAlarms} alarms can be specified`);
  }
  return {
    enabled: config.enabled ?? false,
    ignorePollAlarmFailure: config.ignorePollAlarmFailure ?? false,
    alarms: names.map((name) => ({ name })),
  };
}

/** When to roll back, as it is kept. @throws AwsError InvalidAutoRollbackConfigException */
export function checkAutoRollback(
  config: AutoRollbackConfiguration | undefined,
): AutoRollbackConfiguration | undefined {
  if (!config) return undefined;
  if (config.enabled && !config.events?.length) {
    throw new AwsError(
      'InvalidAutoRollbackConfigException',
      'Automatic rollback is enabled, but no event types were listed',
    );
  }
  return { enabled: config.enabled ?? false, events: [...(config.events ?? [])] };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidAlarmConfigException', message);
}
