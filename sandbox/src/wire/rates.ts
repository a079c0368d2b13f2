/** A group of actions that share a token bucket. */
export interface Rate {
  readonly group: string;
  /** Most tokens that the bucket holds. */
  readonly burst: number;
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** The operations of the group. */
  readonly operations: RegExp;
}

/**
 * Request rates for an account in a region, by service.
 *
 * ecs: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * elasticloadbalancing: AWS publishes no figures; these are the limits that the AWS Load Balancer Controller keeps to
 * by default, https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
 * tagging: https://docs.aws.amazon.com/general/latest/gr/arg.html
 * ssm: https://docs.aws.amazon.com/general/latest/gr/ssm.html (default throughput)
 * secretsmanager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 * logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html and
 * https://repost.aws/knowledge-center/cloudwatch-logs-throttling
 * monitoring: https://docs.aws.amazon.com/general/latest/gr/cw_region.html#limits_cloudwatch
 * cloudtrail: https://docs.aws.amazon.com/general/latest/gr/ct.html#limits_cloudtrail
 * ec2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * ecr: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 * events: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (PutEvents in eu-west-1)
 * sts: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html ("600 requests per second", shared)
 *
 * Where AWS names a rate and no burst, the bucket holds one second's worth. Application Auto Scaling and IAM have no
 * published rates: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html
 */
const rates: Readonly<Record<string, readonly Rate[]>> = {
  cloudtrail: [
    rate('lookup', 2, 2, /^LookupEvents$/),
    rate('read', 10, 10, /^(Describe|Get|List)/),
    ...['CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging'].map(each(1)),
    ...['PutEventSelectors', 'AddTags', 'RemoveTags'].map(each(1)),
  ],
  ec2: [rate('read', 100, 20, /^Describe/), rate('modify', 50, 5, /./)],
  ecr: [
    rate('PutImage', 10, 10, /^PutImage$/),
    rate('GetAuthorizationToken', 500, 500, /^GetAuthorizationToken$/),
    rate('BatchGetImage', 2000, 2000, /^BatchGetImage$/),
  ],
  events: [rate('PutEvents', 10_000, 10_000, /^PutEvents$/), rate('other', 50, 50, /./)],
  ecs: [
    rate('service modify', 50, 5, /^(Create|Update|Delete)Service$/),
    rate('service read', 100, 20, /^(DescribeServices|ListServices)$/),
    rate('service deployments', 50, 20, /^(Describe|List)ServiceDeployments$/),
    rate('service revisions', 50, 20, /^DescribeServiceRevisions$/),
    rate('services by namespace', 10, 1, /^ListServicesByNamespace$/),
    rate('task definition modify', 20, 1, /^(Register|Deregister)TaskDefinition$/),
    rate('task definition read', 50, 20, /^(DescribeTaskDefinition|ListTaskDefinitions|ListTaskDefinitionFamilies)$/),
    rate('task definition delete', 5, 1, /^DeleteTaskDefinitions$/),
    rate(
      'cluster modify',
      20,
      1,
      /^((Create|Update|Delete)Cluster|UpdateClusterSettings|PutClusterCapacityProviders)$/,
    ),
    rate('cluster read', 50, 20, /^(DescribeClusters|ListClusters)$/),
    rate('tag modify', 20, 10, /^(Tag|Untag)Resource$/),
    rate('tag read', 50, 20, /^ListTagsForResource$/),
    rate('task read', 100, 20, /^(DescribeTasks|ListTasks)$/),
    rate('task run', 100, 40, /^(RunTask|StartTask|StopTask|ExecuteCommand)$/),
  ],
  elasticloadbalancing: [
    rate('register', 20, 4, /^(Register|Deregister)Targets$/),
    rate('read', 40, 10, /^Describe/),
    rate('modify', 20, 3, /./),
  ],
  logs: [rate('create stream', 50, 50, /^CreateLogStream$/), rate('filter', 5, 5, /^FilterLogEvents$/)],
  monitoring: [
    ...['PutMetricAlarm', 'DeleteAlarms', 'SetAlarmState', 'EnableAlarmActions', 'DisableAlarmActions'].map(each(3)),
    ...['DescribeAlarms', 'DescribeAlarmsForMetric'].map(each(9)),
    rate('DescribeAlarmHistory', 20, 20, /^DescribeAlarmHistory$/),
    rate('GetMetricData', 500, 500, /^GetMetricData$/),
    rate('GetMetricStatistics', 400, 400, /^GetMetricStatistics$/),
    rate('ListMetrics', 25, 25, /^ListMetrics$/),
    rate('PutMetricData', 500, 500, /^PutMetricData$/),
    rate('ListTagsForResource', 10, 10, /^ListTagsForResource$/),
    ...['TagResource', 'UntagResource'].map(each(20)),
  ],
  secretsmanager: [
    rate('batch', 100, 100, /^BatchGetSecretValue$/),
    rate('list', 100, 100, /^ListSecrets$/),
    rate('policy', 50, 50, /ResourcePolicy$/),
    rate('tag', 50, 50, /^(Tag|Untag)Resource$/),
    rate('value modify', 50, 50, /^(PutSecretValue|UpdateSecret|UpdateSecretVersionStage)$/),
  ],
  sts: [rate('requests', 600, 600, /^(AssumeRole|GetAccessKeyInfo|GetCallerIdentity|GetSessionToken)$/)],
  ssm: [rate('read', 40, 40, /^(GetParameter|GetParameters|GetParametersByPath)$/)],
  tagging: [rate('get resources', 15, 15, /^Get/), rate('tag', 5, 5, /^(Tag|Untag)Resources$/)],
};

function rate(group: string, burst: number, perSecond: number, operations: RegExp): Rate {
  return { group, burst, perSecond, operations };
}

/** Makes the rate of one operation with a bucket of its own, of so many a second. */
function each(perSecond: number): (operation: string) => Rate {
  return (operation) => rate(operation, perSecond, perSecond, new RegExp(`^${operation}$`));
}

/** The rate that AWS allows for an operation; undefined when none is known. */
export function rateOf(service: string, operation: string): Rate | undefined {
  return rates[service]?.find(({ operations }) => operations.test(operation));
}
