import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** Whether deployments run blue and green beside each other, and shift traffic between them. */
export function shiftsTraffic({ strategy }: DeploymentConfiguration): boolean {
  return strategy === 'BLUE_GREEN' || strategy === 'LINEAR' || strategy === 'CANARY';
}

/** One shift of production traffic. */
export interface TrafficStep {
  /** Percent that green gets. */
  readonly percent: number;
  /** How long ECS waits then, in milliseconds; after 100 percent comes the bake time of the deployment instead. */
  readonly bakeMs: number;
}

const minute = 60_000;

/**
 * The shifts of production traffic: one for BLUE_GREEN, two for CANARY, equal increments for LINEAR, whose last one is
 * what is left. "This bake time is not applied after reaching 100 percent traffic."
 * Sources: API_LinearConfiguration, API_CanaryConfiguration; developer guide, "Amazon ECS linear deployments".
 */
export function trafficSteps(configuration: DeploymentConfiguration): TrafficStep[] {
  const last: TrafficStep = { percent: 100, bakeMs: 0 };
  if (configuration.strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = configuration.canaryConfiguration ?? {};
    return canaryPercent >= 100 ? [last] : [{ percent: canaryPercent, bakeMs: canaryBakeTimeInMinutes * minute }, last];
  }
  if (configuration.strategy === 'LINEAR') {
    const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = configuration.linearConfiguration ?? {};
    const tenths = Math.round(stepPercent * 10);
    const steps: TrafficStep[] = [];
    for (let at = tenths; at < 1000; at += tenths) {
      steps.push({ percent: at / 10, bakeMs: stepBakeTimeInMinutes * minute });
    }
    return [...steps, last];
  }
  return [last];
}

/** How long both revisions run on after the production shift, in milliseconds. Source: API_DeploymentConfiguration. */
export function bakeMs({ bakeTimeInMinutes = 0 }: DeploymentConfiguration): number {
  return bakeTimeInMinutes * minute;
}

/**
 * Weights of two target groups that split traffic by tenths of a percent. They add up to 1000 as on AWS, where a whole
 * share, above the highest weight of 999, is 100; as seen in https://github.com/go-to-k/cdk-real-drift/issues/1730.
 */
export function groupWeights(greenPercent: number): { readonly blue: number; readonly green: number } {
  if (greenPercent <= 0) return { blue: 100, green: 0 };
  if (greenPercent >= 100) return { blue: 0, green: 100 };
  const green = Math.round(greenPercent * 10);
  return { blue: 1000 - green, green };
}
