import type { DeploymentConfiguration, DeploymentEarlySuccessCriteria, Service } from '@aws-sdk/client-ecs';
import type { DeploymentSpec, EarlySuccessCriteria } from '../../api/deployment.ts';
import type { ServiceSpec } from '../../api/service.ts';
import { equalJson } from '../../core/canonical.ts';
import type { Desired } from '../../core/driver.ts';
import type { JsonObject } from '../../core/json.ts';
import { objectOf, sorted } from '../../ecs/tree.ts';
import { controllerFor } from './deployer.ts';
import { canonicalHooks, canonicalLiveHooks, renderHooks } from './native/hooks.ts';
import {
  canonicalLiveRoutes,
  canonicalLiveShift,
  canonicalRoutes,
  canonicalShift,
  renderShift,
  shiftingStrategy,
} from './native/shifting.ts';

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

/**
 * Canonical form of `spec.deployment`. Of CodeDeploy and Progressive as it is written: what stands in AWS for it is
 * compared by their deployers, and here it is part of what a hold is on.
 */
export function canonicalDeployment(desired: Pick<Desired<ServiceSpec>, 'spec' | 'needs'>): JsonObject {
  const { deployment: spec, schedulingStrategy } = desired.spec;
  const strategy = spec?.strategy ?? 'Rolling';
  const alarms = spec?.alarms && { rollback: false, ...objectOf(spec.alarms), names: sorted(spec.alarms.names) };
  if (controllerFor(desired.spec) !== 'ECS') {
    return objectOf({ strategy, alarms, codeDeploy: spec?.codeDeploy, progressive: spec?.progressive });
  }
  return objectOf({
    strategy,
    ...(spec !== undefined && shiftingStrategy(spec) !== undefined
      ? { ...canonicalShift(spec), ...canonicalRoutes(desired) }
      : { rolling: canonicalRolling(spec, schedulingStrategy === 'DAEMON') }),
    hooks: canonicalHooks(spec?.hooks),
    alarms,
  });
}

function canonicalRolling(spec: DeploymentSpec | undefined, daemon: boolean): JsonObject {
  return objectOf({
    ...percents(daemon),
    ...objectOf(spec?.rolling),
    circuitBreaker: { ...CIRCUIT_BREAKER, ...objectOf(spec?.rolling?.circuitBreaker) },
    earlySuccessCriteria: canonicalCriteria(spec?.rolling?.earlySuccessCriteria),
  });
}

/** Strategies of ECS under the names of the manifest. */
export const STRATEGIES: Readonly<Record<string, string>> = {
  ROLLING: 'Rolling',
  BLUE_GREEN: 'BlueGreen',
  LINEAR: 'Linear',
  CANARY: 'Canary',
};

/** Settings that a manifest of a rolling deployment has no words for, with what ECS fills in: shown only when they are something else. */
const UNDECLARED: JsonObject = { bakeTimeInMinutes: 0 };

/** Criteria that are switched off are none. */
function canonicalCriteria(
  criteria: EarlySuccessCriteria | DeploymentEarlySuccessCriteria | undefined,
): object | undefined {
  return criteria?.enable === true ? criteria : undefined;
}

/**
 * Canonical form of the live deployment settings, of what the wanted strategy has: what belongs to another strategy
 * means nothing under this one.
 */
export function canonicalLiveDeployment(
  live: Service,
  desired: Pick<Desired<ServiceSpec>, 'spec' | 'needs'>,
): JsonObject {
  const { deployment: wanted } = desired.spec;
  if (controllerFor(desired.spec) !== 'ECS') return canonicalDeployment(desired);
  const configuration = live.deploymentConfiguration ?? {};
  const {
    deploymentCircuitBreaker,
    alarms,
    strategy,
    minimumHealthyPercent,
    maximumPercent,
    earlySuccessCriteria,
    lifecycleHooks,
    bakeTimeInMinutes,
    linearConfiguration: _linear,
    canaryConfiguration: _canary,
    ...rest
  } = configuration;
  const names = sorted(objectOf({ names: alarms?.alarmNames })['names']);
  const shifts = shiftingStrategy(wanted) !== undefined;
  return objectOf({
    ...undeclared(shifts ? rest : { ...rest, bakeTimeInMinutes }),
    strategy: STRATEGIES[strategy ?? 'ROLLING'] ?? strategy,
    ...(shifts
      ? { ...canonicalLiveShift(configuration, wanted), ...canonicalLiveRoutes(live.loadBalancers) }
      : {
          rolling: {
            ...percents(live.schedulingStrategy === 'DAEMON'),
            ...objectOf({ minimumHealthyPercent, maximumPercent }),
            circuitBreaker: { ...CIRCUIT_BREAKER, ...objectOf(deploymentCircuitBreaker) },
            earlySuccessCriteria: canonicalCriteria(earlySuccessCriteria),
          },
        }),
    hooks: canonicalLiveHooks(lifecycleHooks),
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
  const { alarms, hooks } = spec ?? {};
  const strategy = shiftingStrategy(spec);
  return {
    ...(spec !== undefined && strategy !== undefined ? renderShift(spec, strategy) : renderRolling(spec, daemon)),
    ...(hooks === undefined ? {} : { lifecycleHooks: renderHooks(hooks) }),
    alarms: {
      alarmNames: [...(alarms?.names ?? [])],
      enable: alarms !== undefined,
      rollback: alarms?.rollback ?? false,
    },
  };
}

function renderRolling(spec: DeploymentSpec | undefined, daemon: boolean): DeploymentConfiguration {
  const { rolling } = spec ?? {};
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
  };
}
