import type { MonitoringConfiguration } from '@aws-sdk/client-ecs';
import type { Monitoring } from '../../api/service.ts';
import type { Json, JsonObject } from '../../core/json.ts';

/** Seconds between data points of a metric that nothing is said of. */
const DEFAULT_RESOLUTION = 60;
/** The metrics whose resolution can be chosen. */
const METRICS = ['CPUUtilization', 'MemoryUtilization'];

/**
 * Canonical form of `spec.monitoring`, declared or live: the metrics by their resolution, without those that have the
 * default one. Undefined when all have.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MonitoringConfiguration.html
 */
export function canonicalMonitoring(
  monitoring: Monitoring | MonitoringConfiguration | undefined,
): JsonObject | undefined {
  const metrics = new Map<number, Set<string>>();
  for (const { metricNames, resolutionSeconds = DEFAULT_RESOLUTION } of monitoring?.metricConfigurations ?? []) {
    if (resolutionSeconds === DEFAULT_RESOLUTION) continue;
    metrics.set(resolutionSeconds, new Set([...(metrics.get(resolutionSeconds) ?? []), ...(metricNames ?? [])]));
  }
  const metricConfigurations: Json[] = [...metrics].map(([resolutionSeconds, names]) => ({
    resolutionSeconds,
    metricNames: [...names].toSorted(),
  }));
  return metricConfigurations.length === 0 ? undefined : { metricConfigurations };
}

/** What the API is sent. Metrics that are not named go back to the default resolution: what is omitted would stay. */
export function renderMonitoring(monitoring: Monitoring | undefined): MonitoringConfiguration {
  const declared = monitoring?.metricConfigurations ?? [];
  const named = new Set(declared.flatMap(({ metricNames }) => metricNames as readonly string[]));
  const others = METRICS.filter((name) => !named.has(name));
  return {
    metricConfigurations: [
      ...declared.map(({ metricNames, resolutionSeconds }) => ({ metricNames: [...metricNames], resolutionSeconds })),
      ...(others.length === 0 ? [] : [{ metricNames: others, resolutionSeconds: DEFAULT_RESOLUTION }]),
    ],
  };
}
