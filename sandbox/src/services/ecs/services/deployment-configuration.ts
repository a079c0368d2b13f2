import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import { checkDeclaredStrategy, strategyConfiguration } from '../native/check-strategy.ts';

/** What holds when nothing is declared. Source: API_DeploymentConfiguration, API_DeploymentCircuitBreaker. */
const defaults = {
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  alarms: { alarmNames: [], enable: false, rollback: false },
  deploymentCircuitBreaker: {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
  },
} as const satisfies DeploymentConfiguration;

/** The declared configuration over what held before, over the defaults. Throws for what ECS or the sandbox refuses. */
export function deploymentConfiguration(
  declared: DeploymentConfiguration | undefined,
  before: DeploymentConfiguration | undefined,
  schedulingStrategy: 'REPLICA' | 'DAEMON',
): DeploymentConfiguration {
  const daemon = schedulingStrategy === 'DAEMON' ? { maximumPercent: 100, minimumHealthyPercent: 0 } : {};
  const base: DeploymentConfiguration = before ?? {
    ...structuredClone(defaults),
    alarms: { alarmNames: [], enable: false, rollback: false },
    ...daemon,
  };
  const merged: DeploymentConfiguration = {
    ...base,
    ...declared,
    deploymentCircuitBreaker: {
      ...defaults.deploymentCircuitBreaker,
      ...base.deploymentCircuitBreaker,
      ...declared?.deploymentCircuitBreaker,
    },
  };
  checkDeclaredStrategy(declared, merged.strategy ?? 'ROLLING');
  check(merged, schedulingStrategy);
  return strategyConfiguration(merged);
}

function check(configuration: DeploymentConfiguration, schedulingStrategy: 'REPLICA' | 'DAEMON'): void {
  const { maximumPercent = 200, minimumHealthyPercent = 100, alarms } = configuration;
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter('minimumHealthyPercent must be between 0 and 100.');
  }
  if (maximumPercent < 100) throw invalidParameter('maximumPercent must be at least 100.');
  if (schedulingStrategy === 'REPLICA' && maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  if (schedulingStrategy === 'DAEMON' && maximumPercent > 100) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. ' +
        'Change the maximumPercent value to 100, and try again',
    );
  }
  checkEarlySuccess(configuration.earlySuccessCriteria, minimumHealthyPercent);
  if (alarms?.enable && !alarms.alarmNames?.length) {
    throw invalidParameter('alarmNames must be specified when deployment alarms are enabled.');
  }
}

/** Source: API_DeploymentEarlySuccessCriteria; the words are the sandbox's own. */
function checkEarlySuccess(
  criteria: DeploymentConfiguration['earlySuccessCriteria'],
  minimumHealthyPercent: number,
): void {
  if (!criteria?.enable) return;
  const { healthyPercent, sourceServiceRevisionCleanup } = criteria;
  if (healthyPercent === undefined || !sourceServiceRevisionCleanup) {
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup must be specified with early success criteria.',
    );
  }
  if (healthyPercent < minimumHealthyPercent) {
    throw invalidParameter('healthyPercent must be greater than or equal to minimumHealthyPercent.');
  }
}
