import type { MetricQuery } from './scalingpolicy.ts';

/**
 * Starts tasks ahead of the load that a forecast over the last two weeks expects. Say what the load is and what the
 * tasks are kept at: by one `metricPair`, or by a scaling metric and a load metric.
 * @rules [{"rule":"has(self.metricPair) ? !(has(self.scalingMetric) || has(self.loadMetric) || has(self.customScalingMetric) || has(self.customLoadMetric)) : (has(self.scalingMetric) != has(self.customScalingMetric) && has(self.loadMetric) != has(self.customLoadMetric))","message":"either metricPair alone, or one of scalingMetric and customScalingMetric with one of loadMetric and customLoadMetric must be set"},{"rule":"has(self.maxCapacityBuffer) == (self.maxCapacityBreachBehavior == 'IncreaseMaxCapacity')","message":"maxCapacityBuffer must be set with maxCapacityBreachBehavior IncreaseMaxCapacity, and only then"}]
 */
export interface PredictiveScaling {
  /**
   * Name of the policy. Default: derived from Application, resource and position.
   * @minLength 1
   * @maxLength 256
   */
  policyName?: string;
  /** The value of the scaling metric to keep. */
  targetValue: number;
  /** A load metric and a scaling metric that AWS defines together. */
  metricPair?: PredefinedPredictiveMetric;
  /** The scaling metric: one that AWS defines. */
  scalingMetric?: PredefinedPredictiveMetric;
  /** The load metric: one that AWS defines. */
  loadMetric?: PredefinedPredictiveMetric;
  /** The scaling metric: one of your own. */
  customScalingMetric?: PredictiveMetricQueries;
  /** The load metric: one of your own. */
  customLoadMetric?: PredictiveMetricQueries;
  /** The metric that says how many tasks there were. */
  customCapacityMetric?: PredictiveMetricQueries;
  /**
   * Only forecast, or scale as well.
   * @default "ForecastOnly"
   */
  mode?: 'ForecastOnly' | 'ForecastAndScale';
  /**
   * How many seconds earlier than forecast tasks are started.
   * @asType integer
   * @minimum 0
   * @maximum 3600
   * @default 300
   */
  schedulingBufferTime?: number;
  /**
   * Whether the forecast may go beyond `maxCapacity`.
   * @default "HonorMaxCapacity"
   */
  maxCapacityBreachBehavior?: 'HonorMaxCapacity' | 'IncreaseMaxCapacity';
  /**
   * How far beyond the forecast the maximum is put, in percent.
   * @asType integer
   * @minimum 0
   * @maximum 100
   */
  maxCapacityBuffer?: number;
}

/** A metric that AWS defines for predictive scaling. */
export interface PredefinedPredictiveMetric {
  /**
   * Its name, such as `ECSServiceCPUUtilization` (pair), `ECSServiceAverageCPUUtilization` (scaling) or
   * `ECSServiceTotalCPUUtilization` (load).
   */
  metric:
    | 'ECSServiceAverageCPUUtilization'
    | 'ECSServiceAverageMemoryUtilization'
    | 'ECSServiceCPUUtilization'
    | 'ECSServiceMemoryUtilization'
    | 'ECSServiceTotalCPUUtilization'
    | 'ECSServiceTotalMemoryUtilization'
    | 'ALBRequestCount'
    | 'ALBRequestCountPerTarget'
    | 'TotalALBRequestCount';
  /** For request counts: `app/<load balancer>/<id>/targetgroup/<target group>/<id>`. */
  resourceLabel?: string;
}

/** Metrics and expressions over them; exactly one of them returns data. */
export interface PredictiveMetricQueries {
  /**
   * The metrics and expressions.
   * @minItems 1
   * @maxItems 10
   */
  metrics: MetricQuery[];
}
