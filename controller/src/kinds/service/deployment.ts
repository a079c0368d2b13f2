import type { DeploymentConfiguration, DeploymentEarlySuccessCriteria } from '@aws-sdk/client-ecs';
import type { DeploymentSpec, EarlySuccessCriteria } from '../../api/deployment.ts';
import { equalJson } from '../../core/canonical.ts';
import type { JsonObject } from '../../core/json.ts';
import { objectOf, sorted } from '../../ecs/tree.ts';

/**
 * What ECS fills in: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html.
 * A DAEMON service goes from 0 to 100 percent.
 */
function percents(daemon: boolean): { readonly minimumHealthyPercent: number; readonly maximumPercent: number } {
  return daemon
    ? { minimumHealthyPercent: 0, maximumPercent: 100 }
    : { minimumHealthyPercent: 100, maximumPercent: 200 };
}

/** What ECS fills in: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html */
export const CIRCUIT_BREAKER = {
  enable: false,
  rollback: false,
  resetOnHealthyTask: true,
  thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
} as const;

/** Canonical form of `spec.deployment`. */
export function canonicalDeployment(spec: DeploymentSpec | undefined, daemon: boolean): JsonObject {
  return objectOf({
    strategy: spec?.strategy ?? 'Rolling',
    rolling: {
      ...percents(daemon),
      ...objectOf(spec?.rolling),
      circuitBreaker: { ...CIRCUIT_BREAKER, ...objectOf(spec?.rolling?.circuitBreaker) },
      earlySuccessCriteria: canonicalCriteria(spec?.rolling?.earlySuccessCriteria),
    },
    alarms: spec?.alarms && { rollback: false, ...objectOf(spec.alarms), names: sorted(spec.alarms.names) },
  });
}

/** Strategies under the names of the manifest. */
const STRATEGIES: Readonly<Record<string, string>> = {
  ROLLING: 'Rolling',
  BLUE_GREEN: 'BlueGreen',
  LINEAR: 'Linear',
  CANARY: 'Canary',
};

/** Settings that the manifest has no words for, with what ECS fills in: shown only when they are something else. */
const UNDECLARED: JsonObject = { bakeTimeInMinutes: 0 };

/** Criteria that are switched off are none. */
function canonicalCriteria(
  criteria: EarlySuccessCriteria | DeploymentEarlySuccessCriteria | undefined,
): object | undefined {
  return criteria?.enable === true ? criteria : undefined;
}

/** Canonical form of the live deployment configuration. */
export function canonicalLiveDeployment(live: DeploymentConfiguration | undefined, daemon: boolean): JsonObject {
  const {
    deploymentCircuitBreaker,
    alarms,
    strategy,
    bakeTimeInMinutes,
    minimumHealthyPercent,
    maximumPercent,
    earlySuccessCriteria,
    ...rest
  } = live ?? {};
  const names = sorted(objectOf({ names: alarms?.alarmNames })['names']);
  return objectOf({
    ...undeclared({ ...rest, bakeTimeInMinutes }),
    strategy: STRATEGIES[strategy ?? 'ROLLING'] ?? strategy,
    rolling: {
      ...percents(daemon),
      ...objectOf({ minimumHealthyPercent, maximumPercent }),
      circuitBreaker: { ...CIRCUIT_BREAKER, ...objectOf(deploymentCircuitBreaker) },
      earlySuccessCriteria: canonicalCriteria(earlySuccessCriteria),
    },
    alarms:
      names.length === 0 && alarms?.enable !== true
        ? undefined
        : { names, rollback: alarms?.rollback ?? false, ...(alarms?.enable === false ? { enable: false } : {}) },
  });
}

function undeclared(live: object): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(live)).filter(([key, value]) => !equalJson(value, UNDECLARED[key])),
  );
}

/**
 * What the API is sent: what Git says, and of the older settings also the default, so that what somebody set by hand
 * goes back. Newer settings are not sent unasked: not every region knows them.
 */
export function renderDeployment(spec: DeploymentSpec | undefined, daemon: boolean): DeploymentConfiguration {
  const { rolling, alarms } = spec ?? {};
  return {
    ...percents(daemon),
    ...(rolling?.minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent: rolling.minimumHealthyPercent }),
    ...(rolling?.maximumPercent === undefined ? {} : { maximumPercent: rolling.maximumPercent }),
    strategy: 'ROLLING',
    deploymentCircuitBreaker: {
      enable: false,
      ...rolling?.circuitBreaker,
      rollback: rolling?.circuitBreaker?.rollback ?? false,
    },
    ...(rolling?.earlySuccessCriteria === undefined ? {} : { earlySuccessCriteria: rolling.earlySuccessCriteria }),
    alarms: {
      alarmNames: [...(alarms?.names ?? [])],
      enable: alarms !== undefined,
      rollback: alarms?.rollback ?? false,
    },
  };
}
