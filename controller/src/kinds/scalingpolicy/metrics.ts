import type {
  CustomizedMetricSpecification,
  TargetTrackingMetricDataQuery,
} from '@aws-sdk/client-application-auto-scaling';
import type { CustomMetric, MetricDimension, MetricQuery } from '../../api/scalingpolicy.ts';

/** A metric of one's own as a manifest wants it: dimensions are a set. */
export function wantedMetric(metric: CustomMetric): CustomMetric {
  const { dimensions, metrics, ...rest } = metric;
  return {
    ...rest,
    ...(dimensions !== undefined && dimensions.length > 0 && { dimensions: byName(dimensions) }),
    ...(metrics !== undefined && { metrics: metrics.map(wantedQuery) }),
  };
}

/** One metric or expression as a manifest wants it. */
export function wantedQuery(query: MetricQuery): MetricQuery {
  const { metricStat, ...rest } = query;
  if (metricStat === undefined) return { ...rest, returnData: query.returnData ?? true };
  const { dimensions, ...metric } = metricStat.metric;
  const sorted =
    dimensions !== undefined && dimensions.length > 0 ? { ...metric, dimensions: byName(dimensions) } : metric;
  return { ...rest, metricStat: { ...metricStat, metric: sorted }, returnData: query.returnData ?? true };
}

/** A metric of one's own as AWS has it. */
export function liveMetric(custom: CustomizedMetricSpecification): CustomMetric {
  const { MetricName, Namespace, Dimensions = [], Statistic, Unit, Metrics = [] } = custom;
  return {
    ...(MetricName !== undefined && { metricName: MetricName }),
    ...(Namespace !== undefined && { namespace: Namespace }),
    ...(Dimensions.length > 0 && { dimensions: liveDimensions(Dimensions) }),
    ...(Statistic !== undefined && { statistic: Statistic }),
    ...(Unit !== undefined && { unit: Unit }),
    ...(Metrics.length > 0 && { metrics: Metrics.map(liveQuery) }),
  };
}

/** One metric or expression as AWS has it; those of target tracking and of predictive scaling are alike. */
export function liveQuery({
  Id,
  Expression,
  Label,
  MetricStat,
  ReturnData,
}: TargetTrackingMetricDataQuery): MetricQuery {
  const { MetricName = '', Namespace = '', Dimensions = [] } = MetricStat?.Metric ?? {};
  const metric = { metricName: MetricName, namespace: Namespace };
  const dimensions = Dimensions.length > 0 ? { dimensions: liveDimensions(Dimensions) } : {};
  return {
    id: Id ?? '',
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat !== undefined && {
      metricStat: {
        metric: { ...metric, ...dimensions },
        stat: MetricStat.Stat ?? '',
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    returnData: ReturnData ?? true,
  };
}

function liveDimensions(
  dimensions: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[],
): MetricDimension[] {
  return byName(dimensions.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })));
}

function byName(dimensions: readonly MetricDimension[]): MetricDimension[] {
  return dimensions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
