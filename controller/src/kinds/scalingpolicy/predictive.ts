import type {
  PredictiveScalingCustomizedMetricSpecification,
  PredictiveScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { PredictiveMetricQueries, PredictiveScaling } from '../../api/predictivescaling.ts';
import { liveQuery, wantedQuery } from './metrics.ts';

/** A metric that AWS defines. */
export interface PredefinedTree {
  readonly metric: string;
  readonly resourceLabel?: string;
}

/** A predictive policy with every default filled in. */
export type PredictiveTree = Required<
  Pick<PredictiveScaling, 'targetValue' | 'mode' | 'schedulingBufferTime' | 'maxCapacityBreachBehavior'>
> &
  Pick<PredictiveScaling, 'maxCapacityBuffer' | 'customScalingMetric' | 'customLoadMetric' | 'customCapacityMetric'> & {
    readonly metricPair?: PredefinedTree;
    readonly scalingMetric?: PredefinedTree;
    readonly loadMetric?: PredefinedTree;
  };

/** PredictiveScalingPolicyConfiguration: what is omitted. */
const DEFAULTS = {
  mode: 'ForecastOnly',
  schedulingBufferTime: 300,
  maxCapacityBreachBehavior: 'HonorMaxCapacity',
} as const;

/** What a manifest wants. */
export function wantedPredictive({ policyName: _name, ...one }: PredictiveScaling): PredictiveTree {
  const { customScalingMetric, customLoadMetric, customCapacityMetric, ...rest } = one;
  return {
    ...DEFAULTS,
    ...rest,
    ...(customScalingMetric && { customScalingMetric: wantedQueries(customScalingMetric) }),
    ...(customLoadMetric && { customLoadMetric: wantedQueries(customLoadMetric) }),
    ...(customCapacityMetric && { customCapacityMetric: wantedQueries(customCapacityMetric) }),
  };
}

/** What AWS has. It takes one metric specification. */
export function livePredictive(live: PredictiveScalingPolicyConfiguration): PredictiveTree {
  const [metrics] = live.MetricSpecifications ?? [];
  const pair = metrics?.PredefinedMetricPairSpecification;
  const scaling = metrics?.PredefinedScalingMetricSpecification;
  const load = metrics?.PredefinedLoadMetricSpecification;
  const customScaling = metrics?.CustomizedScalingMetricSpecification;
  const customLoad = metrics?.CustomizedLoadMetricSpecification;
  const customCapacity = metrics?.CustomizedCapacityMetricSpecification;
  return {
    targetValue: metrics?.TargetValue ?? 0,
    mode: live.Mode ?? DEFAULTS.mode,
    schedulingBufferTime: live.SchedulingBufferTime ?? DEFAULTS.schedulingBufferTime,
    maxCapacityBreachBehavior: live.MaxCapacityBreachBehavior ?? DEFAULTS.maxCapacityBreachBehavior,
    ...(live.MaxCapacityBuffer !== undefined && { maxCapacityBuffer: live.MaxCapacityBuffer }),
    ...(pair && { metricPair: livePredefined(pair) }),
    ...(scaling && { scalingMetric: livePredefined(scaling) }),
    ...(load && { loadMetric: livePredefined(load) }),
    ...(customScaling && { customScalingMetric: liveQueries(customScaling) }),
    ...(customLoad && { customLoadMetric: liveQueries(customLoad) }),
    ...(customCapacity && { customCapacityMetric: liveQueries(customCapacity) }),
  };
}

function livePredefined(live: {
  readonly PredefinedMetricType: string | undefined;
  readonly ResourceLabel?: string | undefined;
}): PredefinedTree {
  const metric = live.PredefinedMetricType ?? '';
  return live.ResourceLabel === undefined ? { metric } : { metric, resourceLabel: live.ResourceLabel };
}

function wantedQueries({ metrics }: PredictiveMetricQueries): PredictiveMetricQueries {
  return { metrics: metrics.map(wantedQuery) };
}

function liveQueries({
  MetricDataQueries = [],
}: PredictiveScalingCustomizedMetricSpecification): PredictiveMetricQueries {
  return { metrics: MetricDataQueries.map(liveQuery) };
}
