import type { PredictiveScaling } from './predictivescaling.ts';

/**
 * How many tasks a service runs: limits, policies that move the number between them, and actions that move the limits
 * in time. While it exists, the service's `desiredCount` belongs to it.
 */
export interface ScalingPolicySpec {
  /** What is scaled. */
  target: ScalingTarget;
  /**
   * The fewest tasks.
   * @asType integer
   * @minimum 0
   */
  minCapacity: number;
  /**
   * The most tasks.
   * @asType integer
   * @minimum 0
   */
  maxCapacity: number;
  /** Policies that keep a metric near a value. */
  targetTracking?: TargetTracking[];
  /** Policies that are triggered by a CloudWatch alarm whose action is the policy's ARN. */
  step?: StepScaling[];
  /** Policies that start tasks ahead of a load that comes again and again. */
  predictive?: PredictiveScaling[];
  /** Actions that set new limits at a time; these stay until the next action. */
  scheduled?: ScheduledScaling[];
  /** What is switched off for now. */
  suspend?: SuspendedScaling;
  /** Tags of the scalable target. */
  tags?: Record<string, string>;
  /**
   * What happens to the scalable target and its policies when the manifest is removed.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/**
 * What is scaled.
 * @rules [{"rule":"has(self.service) != has(self.resourceId)","message":"exactly one of service and resourceId must be set"}]
 */
export interface ScalingTarget {
  /** Name of a Service of the same Application. */
  service?: string;
  /**
   * An ECS service that is managed elsewhere, as Application Auto Scaling names it.
   * @pattern ^(service/[^/]+/[^/]+|.*\$\{.*)$
   */
  resourceId?: string;
}

/**
 * Keeps a metric near a value.
 * @rules [{"rule":"has(self.metric) != has(self.customMetric)","message":"exactly one of metric and customMetric must be set"},{"rule":"(has(self.metric) && self.metric == 'ALBRequestCountPerTarget') == has(self.resourceLabel)","message":"resourceLabel must be set with metric ALBRequestCountPerTarget, and only then"}]
 */
export interface TargetTracking {
  /**
   * Name of the policy. Default: derived from Application, resource and metric.
   * @minLength 1
   * @maxLength 256
   */
  policyName?: string;
  /** A metric that AWS defines. */
  metric?:
    | 'ECSServiceAverageCPUUtilization'
    | 'ECSServiceAverageMemoryUtilization'
    | 'ALBRequestCountPerTarget'
    | 'ECSServiceAverageCPUUtilizationHighResolution'
    | 'ECSServiceAverageMemoryUtilizationHighResolution';
  /** For ALBRequestCountPerTarget: `app/<load balancer>/<id>/targetgroup/<target group>/<id>`. */
  resourceLabel?: string;
  /** A metric of your own. */
  customMetric?: CustomMetric;
  /** The value to keep. */
  targetValue: number;
  /**
   * Seconds that a scale-out is given to work before another.
   * @asType integer
   * @minimum 0
   * @default 300
   */
  scaleOutCooldown?: number;
  /**
   * Seconds after a scale-in before another.
   * @asType integer
   * @minimum 0
   * @default 300
   */
  scaleInCooldown?: number;
  /**
   * Only ever add tasks.
   * @default false
   */
  disableScaleIn?: boolean;
}

/**
 * A metric of your own: one metric, or metric math over several.
 * @rules [{"rule":"has(self.metricName) != has(self.metrics)","message":"exactly one of metricName and metrics must be set"},{"rule":"has(self.metricName) == has(self.namespace) && has(self.metricName) == has(self.statistic)","message":"metricName, namespace and statistic go together"},{"rule":"has(self.metricName) || !(has(self.dimensions) || has(self.unit))","message":"dimensions and unit need metricName"}]
 */
export interface CustomMetric {
  /** Name of the metric. */
  metricName?: string;
  /** Namespace of the metric. */
  namespace?: string;
  /** Dimensions of the metric. */
  dimensions?: MetricDimension[];
  /** How values are summed up. */
  statistic?: 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | 'Sum';
  /** Unit of the metric, such as `Count`. */
  unit?: string;
  /**
   * Metrics and expressions; exactly one of them returns data.
   * @minItems 1
   */
  metrics?: MetricQuery[];
}

/** A dimension of a metric. */
export interface MetricDimension {
  /** Name of the dimension. */
  name: string;
  /** Value of the dimension. */
  value: string;
}

/**
 * One metric, or an expression over the others.
 * @rules [{"rule":"has(self.expression) != has(self.metricStat)","message":"exactly one of expression and metricStat must be set"}]
 */
export interface MetricQuery {
  /**
   * What expressions call it.
   * @pattern ^[a-z][A-Za-z0-9_]*$
   */
  id: string;
  /** Metric math over the ids of others. */
  expression?: string;
  /** A metric. */
  metricStat?: MetricStat;
  /** A name for people. */
  label?: string;
  /**
   * Whether this is the value that is tracked.
   * @default true
   */
  returnData?: boolean;
}

/** A metric and how it is read. */
export interface MetricStat {
  /** The metric. */
  metric: QueriedMetric;
  /** The statistic, such as `Average` or `p90`. */
  stat: string;
  /** Unit of the metric. */
  unit?: string;
}

/** A metric of CloudWatch. */
export interface QueriedMetric {
  /** Name of the metric. */
  metricName: string;
  /** Namespace of the metric. */
  namespace: string;
  /** Dimensions of the metric. */
  dimensions?: MetricDimension[];
}

/** Adds or takes tasks by steps when an alarm fires. */
export interface StepScaling {
  /**
   * Name of the policy; the ARN is the output `policyArn(<policyName>)`. Default: derived from Application, resource
   * and position.
   * @minLength 1
   * @maxLength 256
   */
  policyName?: string;
  /** Whether a step adds a number, adds a share, or sets the number. */
  adjustmentType: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity';
  /**
   * The steps, by how far the metric is from the alarm's threshold.
   * @minItems 1
   * @maxItems 20
   */
  stepAdjustments: StepAdjustment[];
  /**
   * The fewest tasks that PercentChangeInCapacity adds or takes.
   * @asType integer
   * @minimum 1
   */
  minAdjustmentMagnitude?: number;
  /**
   * Seconds before another step.
   * @asType integer
   * @minimum 0
   * @default 300
   */
  cooldown?: number;
  /**
   * How data points of the metric are summed up.
   * @default "Average"
   */
  metricAggregationType?: 'Average' | 'Minimum' | 'Maximum';
}

/** One step: between two distances from the alarm's threshold. */
export interface StepAdjustment {
  /** From this distance on; minus infinity when omitted. */
  metricIntervalLowerBound?: number;
  /** Up to this distance; infinity when omitted. */
  metricIntervalUpperBound?: number;
  /**
   * How many tasks, or percent.
   * @asType integer
   */
  scalingAdjustment: number;
}

/**
 * Sets new limits at a time.
 * @rules [{"rule":"has(self.minCapacity) || has(self.maxCapacity)","message":"at least one of minCapacity and maxCapacity must be set"}]
 */
export interface ScheduledScaling {
  /**
   * Name of the action. Default: derived from Application, resource and position.
   * @minLength 1
   * @maxLength 256
   * @pattern ^[^:/| ]([^:/|]*[^:/| ])?$
   */
  scheduledActionName?: string;
  /**
   * `cron(minutes hours day-of-month month day-of-week year)`, `rate(value unit)` or `at(yyyy-mm-ddThh:mm:ss)`.
   * @pattern ^(cron|rate|at)\(.+\)$
   */
  schedule: string;
  /**
   * The time zone of cron and at, by its name in the IANA database.
   * @default "Etc/UTC"
   */
  timezone?: string;
  /**
   * Not before this time, in ISO 8601.
   * @format date-time
   */
  startTime?: string;
  /**
   * Not after this time, in ISO 8601.
   * @format date-time
   */
  endTime?: string;
  /**
   * The fewest tasks from then on.
   * @asType integer
   * @minimum 0
   */
  minCapacity?: number;
  /**
   * The most tasks from then on.
   * @asType integer
   * @minimum 0
   */
  maxCapacity?: number;
}

/** What is switched off for now. */
export interface SuspendedScaling {
  /**
   * Policies take no tasks.
   * @default false
   */
  scaleIn?: boolean;
  /**
   * Policies add no tasks.
   * @default false
   */
  scaleOut?: boolean;
  /**
   * Scheduled actions do nothing.
   * @default false
   */
  scheduled?: boolean;
}
