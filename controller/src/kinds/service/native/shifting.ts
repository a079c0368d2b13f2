import type { DeploymentConfiguration, DeploymentStrategy, LoadBalancer } from '@aws-sdk/client-ecs';
import type { DeploymentSpec } from '../../../api/deployment.ts';
import type { ServiceSpec } from '../../../api/service.ts';
import type { Desired, Unknown } from '../../../core/driver.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Ref } from '../../../core/manifest.ts';
import { objectOf } from '../../../ecs/tree.ts';
import { type Route, routeOf } from '../../../elbv2/routes.ts';

type Strategy = NonNullable<DeploymentSpec['strategy']>;

/** The strategies of ECS that run both revisions side by side and shift traffic, under AWS's names. */
const SHIFTING: Readonly<Partial<Record<Strategy, DeploymentStrategy>>> = {
  BlueGreen: 'BLUE_GREEN',
  Linear: 'LINEAR',
  Canary: 'CANARY',
};

/** AWS's name of a strategy of ECS that shifts traffic; undefined for the others. */
export function shiftingStrategy(deployment: DeploymentSpec | undefined): DeploymentStrategy | undefined {
  return SHIFTING[deployment?.strategy ?? 'Rolling'];
}

/** What ECS fills in: API_LinearConfiguration and API_CanaryConfiguration of the ECS API reference. */
const LINEAR = { stepPercent: 10, stepBakeMinutes: 6 } as const;
const CANARY = { percent: 5, bakeMinutes: 10 } as const;

/** Canonical form of how traffic shifts. */
export function canonicalShift({ strategy, bakeMinutes, linear, canary }: DeploymentSpec): JsonObject {
  return objectOf({
    bakeMinutes: bakeMinutes ?? 0,
    ...(strategy === 'Linear' ? { linear: { ...LINEAR, ...objectOf(linear) } } : {}),
    ...(strategy === 'Canary' ? { canary: { ...CANARY, ...objectOf(canary) } } : {}),
  });
}

/** Canonical form of how traffic shifts in AWS, of what the wanted strategy has. */
export function canonicalLiveShift(live: DeploymentConfiguration, wanted: DeploymentSpec | undefined): JsonObject {
  const { linearConfiguration: linear, canaryConfiguration: canary } = live;
  return objectOf({
    bakeMinutes: live.bakeTimeInMinutes ?? 0,
    ...(wanted?.strategy === 'Linear' && live.strategy === 'LINEAR'
      ? {
          linear: {
            ...LINEAR,
            ...objectOf({ stepPercent: linear?.stepPercent, stepBakeMinutes: linear?.stepBakeTimeInMinutes }),
          },
        }
      : {}),
    ...(wanted?.strategy === 'Canary' && live.strategy === 'CANARY'
      ? {
          canary: {
            ...CANARY,
            ...objectOf({ percent: canary?.canaryPercent, bakeMinutes: canary?.canaryBakeTimeInMinutes }),
          },
        }
      : {}),
  });
}

/** What the API is sent. ECS refuses a circuit breaker here, so that one of an earlier strategy is switched off. */
export function renderShift(deployment: DeploymentSpec, strategy: DeploymentStrategy): DeploymentConfiguration {
  const { linear, canary, bakeMinutes } = deployment;
  return {
    strategy,
    bakeTimeInMinutes: bakeMinutes ?? 0,
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...(strategy === 'LINEAR'
      ? {
          linearConfiguration: {
            stepPercent: linear?.stepPercent ?? LINEAR.stepPercent,
            stepBakeTimeInMinutes: linear?.stepBakeMinutes ?? LINEAR.stepBakeMinutes,
          },
        }
      : {}),
    ...(strategy === 'CANARY'
      ? {
          canaryConfiguration: {
            canaryPercent: canary?.percent ?? CANARY.percent,
            canaryBakeTimeInMinutes: canary?.bakeMinutes ?? CANARY.bakeMinutes,
          },
        }
      : {}),
  };
}

type Want = Pick<Desired<ServiceSpec>, 'spec' | 'needs'>;

/** The rules whose traffic shifts, where the strategy shifts any. */
export function routesOf({ spec: { deployment }, needs }: Want): {
  readonly production?: Route;
  readonly test?: Route;
} {
  if (shiftingStrategy(deployment) === undefined) return {};
  const { productionRule, testRule } = deployment ?? {};
  return {
    ...(productionRule === undefined ? {} : { production: routeOf(productionRule, needs) }),
    ...(testRule === undefined ? {} : { test: routeOf(testRule, needs) }),
  };
}

/** Stands for a rule that does not exist yet. */
const pending = (on: Ref): string => `\${${on}:arn}`;

/**
 * Canonical form of what a load balancer's entry says of the rules and the role, which the manifest says of the
 * deployment: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
 */
export function canonicalRoutes(desired: Want): JsonObject {
  const { production, test } = routesOf(desired);
  const arnOf = (route: Route | undefined): string | undefined =>
    route?.arn ?? (route?.on === undefined ? route?.words : pending(route.on));
  return production === undefined
    ? {}
    : objectOf({
        productionRule: arnOf(production),
        testRule: arnOf(test),
        listenerRole: desired.spec.deployment?.listenerRole,
      });
}

/** What is not known before the rules exist. */
export function unknownRoutes(desired: Want): readonly Unknown[] {
  return Object.values(routesOf(desired)).flatMap(({ arn, on }: Route): readonly Unknown[] =>
    arn === undefined && on !== undefined ? [{ path: '/deployment', after: [on] }] : [],
  );
}

/** Canonical form of what AWS has in their place. */
export function canonicalLiveRoutes(live: readonly LoadBalancer[] | undefined): JsonObject {
  const advanced = live?.find((entry) => entry.advancedConfiguration !== undefined)?.advancedConfiguration;
  return objectOf({
    productionRule: advanced?.productionListenerRule,
    testRule: advanced?.testListenerRule,
    listenerRole: advanced?.roleArn,
  });
}
