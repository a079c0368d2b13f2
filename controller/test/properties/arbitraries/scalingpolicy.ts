import * as fc from 'fast-check';
import type { PredictiveMetricQueries, PredictiveScaling } from '../../../src/api/predictivescaling.ts';
import type {
  CustomMetric,
  MetricDimension,
  MetricQuery,
  ScalingPolicySpec,
  ScheduledScaling,
  StepAdjustment,
  StepScaling,
  SuspendedScaling,
  TargetTracking,
} from '../../../src/api/scalingpolicy.ts';
import { some, tags } from './common.ts';

const LABEL = 'app/shop/0123456789abcdef/targetgroup/api/0123456789abcdef';

const seconds = fc.integer({ min: 0, max: 900 });
const targetValue = fc.oneof(fc.integer({ min: 1, max: 90 }), fc.constantFrom(0.5, 10.25, 70.1));
const word = fc.stringMatching(/^[A-Z][a-z]{1,7}$/);
const dimensions: fc.Arbitrary<MetricDimension[]> = fc.uniqueArray(fc.record({ name: word, value: word }), {
  selector: ({ name }) => name,
  maxLength: 3,
});

const singleMetric: fc.Arbitrary<CustomMetric> = fc
  .tuple(
    fc.record({
      metricName: word,
      namespace: word,
      statistic: fc.constantFrom(
        'Average' as const,
        'Minimum' as const,
        'Maximum' as const,
        'SampleCount' as const,
        'Sum' as const,
      ),
    }),
    some<CustomMetric>({ dimensions, unit: fc.constantFrom('Count', 'Percent') }),
  )
  .map(([base, rest]) => ({ ...rest, ...base }));

const stat: fc.Arbitrary<NonNullable<MetricQuery['metricStat']>> = fc
  .tuple(
    word,
    word,
    fc.constantFrom('Average', 'Sum', 'p90'),
    some<{ dimensions: MetricDimension[]; unit: string }>({ dimensions, unit: fc.constant('Count') }),
  )
  .map(([metricName, namespace, how, { unit, ...metric }]) => ({
    metric: { ...metric, metricName, namespace },
    stat: how,
    ...(unit !== undefined && { unit }),
  }));
const queries: fc.Arbitrary<MetricQuery[]> = fc
  .tuple(stat, stat, some<MetricQuery>({ label: word }), fc.boolean())
  .map(([one, two, rest, explicit]) => [
    { ...rest, id: 'm1', metricStat: one, returnData: false },
    { id: 'm2', metricStat: two, returnData: false },
    { id: 'e1', expression: 'm1 / m2', ...(explicit && { returnData: true }) },
  ]);

const tracking: fc.Arbitrary<TargetTracking> = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom(
          'ECSServiceAverageCPUUtilization' as const,
          'ECSServiceAverageMemoryUtilization' as const,
          'ECSServiceAverageCPUUtilizationHighResolution' as const,
        )
        .map((metric): Partial<TargetTracking> => ({ metric })),
      fc.constant<Partial<TargetTracking>>({ metric: 'ALBRequestCountPerTarget', resourceLabel: LABEL }),
      singleMetric.map((customMetric): Partial<TargetTracking> => ({ customMetric })),
      queries.map((metrics): Partial<TargetTracking> => ({ customMetric: { metrics } })),
    ),
    targetValue,
    some<TargetTracking>({ scaleOutCooldown: seconds, scaleInCooldown: seconds, disableScaleIn: fc.boolean() }),
  )
  .map(([metric, value, rest]) => ({ ...rest, ...metric, targetValue: value }));

/** Steps upwards from the threshold without gaps; without bounds at either end, or with. */
const steps: fc.Arbitrary<StepAdjustment[]> = fc.constantFrom<StepAdjustment[]>(
  [{ scalingAdjustment: 1, metricIntervalLowerBound: 0 }],
  [
    { scalingAdjustment: 1, metricIntervalLowerBound: 0, metricIntervalUpperBound: 10 },
    { scalingAdjustment: 3, metricIntervalLowerBound: 10 },
  ],
  [{ scalingAdjustment: -2, metricIntervalUpperBound: 0 }],
);
const step: fc.Arbitrary<StepScaling> = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom('ChangeInCapacity' as const, 'ExactCapacity' as const)
        .map((adjustmentType): Pick<StepScaling, 'adjustmentType' | 'minAdjustmentMagnitude'> => ({ adjustmentType })),
      fc.integer({ min: 1, max: 5 }).map(
        (minAdjustmentMagnitude): Pick<StepScaling, 'adjustmentType' | 'minAdjustmentMagnitude'> => ({
          adjustmentType: 'PercentChangeInCapacity',
          minAdjustmentMagnitude,
        }),
      ),
    ),
    steps,
    some<StepScaling>({
      cooldown: seconds,
      metricAggregationType: fc.constantFrom('Average' as const, 'Minimum' as const, 'Maximum' as const),
    }),
  )
  .map(([kind, stepAdjustments, rest]) => ({
    ...rest,
    ...kind,
    stepAdjustments:
      kind.adjustmentType === 'ExactCapacity'
        ? stepAdjustments.map((one) => ({ ...one, scalingAdjustment: Math.abs(one.scalingAdjustment) }))
        : stepAdjustments,
  }));

const customQueries: fc.Arbitrary<PredictiveMetricQueries> = queries.map((metrics) => ({ metrics }));
const forecast: fc.Arbitrary<Partial<PredictiveScaling>> = fc.oneof(
  fc.constantFrom<Partial<PredictiveScaling>>(
    { metricPair: { metric: 'ECSServiceCPUUtilization' } },
    { metricPair: { metric: 'ALBRequestCount', resourceLabel: LABEL } },
    {
      scalingMetric: { metric: 'ECSServiceAverageCPUUtilization' },
      loadMetric: { metric: 'ECSServiceTotalCPUUtilization' },
    },
  ),
  fc
    .tuple(customQueries, customQueries, some<PredictiveScaling>({ customCapacityMetric: customQueries }))
    .map(([customScalingMetric, customLoadMetric, rest]) => ({ ...rest, customScalingMetric, customLoadMetric })),
);
const predictive: fc.Arbitrary<PredictiveScaling> = fc
  .tuple(
    forecast,
    targetValue,
    some<PredictiveScaling>({
      mode: fc.constantFrom('ForecastOnly' as const, 'ForecastAndScale' as const),
      schedulingBufferTime: fc.integer({ min: 0, max: 3600 }),
    }),
    fc.oneof(
      fc.constant<Partial<PredictiveScaling>>({}),
      fc.constant<Partial<PredictiveScaling>>({ maxCapacityBreachBehavior: 'HonorMaxCapacity' }),
      fc.integer({ min: 0, max: 100 }).map(
        (maxCapacityBuffer): Partial<PredictiveScaling> => ({
          maxCapacityBreachBehavior: 'IncreaseMaxCapacity',
          maxCapacityBuffer,
        }),
      ),
    ),
  )
  .map(([what, value, how, breach]) => ({ ...how, ...breach, ...what, targetValue: value }));

// The sandbox begins in this decade: nothing of this fires while a specification is tried.
const schedule = fc.oneof(
  fc.record({ schedule: fc.constantFrom('cron(0 6 ? * SAT *)', 'cron(0 22 1 * ? *)', 'cron(15 10 * * ? *)') }),
  fc.record({ schedule: fc.constant('at(2099-01-01T00:00:00)') }),
  fc.record({ schedule: fc.constant('rate(1 day)'), startTime: fc.constant('2098-01-01T00:00:00Z') }),
);
const scheduled: fc.Arbitrary<ScheduledScaling> = fc
  .tuple(
    schedule,
    fc.oneof(
      fc.record({ minCapacity: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ maxCapacity: fc.integer({ min: 20, max: 30 }) }),
      fc.record({ minCapacity: fc.integer({ min: 0, max: 5 }), maxCapacity: fc.integer({ min: 20, max: 30 }) }),
    ),
    some<ScheduledScaling>({
      timezone: fc.constantFrom('Etc/UTC', 'UTC', 'Europe/Berlin', 'America/New_York'),
      endTime: fc.constant('2100-01-01T00:00:00Z'),
    }),
  )
  .map(([when, limits, rest]) => ({ ...rest, ...when, ...limits }));

/** Valid scaling of a service, with policies of every type; each has a name of its own. */
export const scalingPolicies: fc.Arbitrary<ScalingPolicySpec> = fc
  .tuple(
    fc.integer({ min: 0, max: 8 }),
    fc.integer({ min: 10, max: 19 }),
    some<ScalingPolicySpec>({
      targetTracking: fc
        .array(tracking, { maxLength: 3 })
        .map((all) => all.map((one, index): TargetTracking => ({ ...one, policyName: `track-${index}` }))),
      step: fc.array(step, { maxLength: 2 }),
      predictive: fc.array(predictive, { maxLength: 1 }),
      scheduled: fc.array(scheduled, { maxLength: 3 }),
      suspend: some<SuspendedScaling>({ scaleIn: fc.boolean(), scaleOut: fc.boolean(), scheduled: fc.boolean() }),
      tags,
    }),
    fc.constantFrom<ScalingPolicySpec['target']>({ service: 'api' }, { resourceId: 'service/main/api' }),
  )
  .map(([minCapacity, maxCapacity, rest, target]) => ({ ...rest, target, minCapacity, maxCapacity }));
