import type { CapacityProviderStrategyItem } from './cluster.ts';
import type { DeploymentSpec } from './deployment.ts';
import type { ServiceConnect } from './serviceconnect.ts';
import type { ServiceVolumeConfiguration } from './servicevolume.ts';
import type { TaskTemplate } from './task.ts';

/**
 * An ECS service with its task definition.
 * @rules [{"rule":"has(self.cluster) != has(self.clusterArn)","message":"exactly one of cluster and clusterArn"},{"rule":"!(has(self.launchType) && has(self.capacityProviderStrategy))","message":"at most one of launchType and capacityProviderStrategy"},{"rule":"!(has(self.desiredCount) && has(self.schedulingStrategy) && self.schedulingStrategy == 'DAEMON')","message":"a DAEMON service has no desiredCount: one task runs on each container instance"}]
 */
export interface ServiceSpec {
  /** A Cluster of this Application. */
  cluster?: string;
  /** ARN of a cluster outside this Application. */
  clusterArn?: string;
  /**
   * How many tasks run. Under a ScalingPolicy the autoscaler decides and this is the first count. Default: 1.
   * @asType integer
   * @minimum 0
   */
  desiredCount?: number;
  /** Where tasks run. Default: the cluster's default strategy; EC2 for DAEMON, which takes no capacity providers. */
  launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /**
   * How tasks spread over capacity providers.
   * @minItems 1
   * @maxItems 20
   */
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  /**
   * Fargate platform version.
   * @default "LATEST"
   */
  platformVersion?: string;
  /** Subnets and security groups of the tasks. Needed for Fargate and network mode awsvpc. */
  network?: ServiceNetwork;
  /**
   * Target groups that the tasks are registered with.
   * @maxItems 5
   */
  loadBalancers?: ServiceLoadBalancer[];
  /**
   * Seconds after a task has started in which failing health checks do not stop it.
   * @asType integer
   * @minimum 0
   * @maximum 2147483647
   * @default 0
   */
  healthCheckGracePeriodSeconds?: number;
  /**
   * The Cloud Map service that the tasks are registered with. ECS takes one.
   * @maxItems 1
   */
  serviceRegistries?: ServiceRegistry[];
  /** Service Connect. */
  serviceConnect?: ServiceConnect;
  /** VPC Lattice target groups that the tasks are registered with. */
  vpcLatticeConfigurations?: VpcLatticeConfiguration[];
  /**
   * EBS volumes for the volume of the task that is `configuredAtLaunch`.
   * @maxItems 1
   */
  volumeConfigurations?: ServiceVolumeConfiguration[];
  /** How finely ECS measures the service. */
  monitoring?: Monitoring;
  /**
   * Allows `ecs execute-command`.
   * @default false
   */
  enableExecuteCommand?: boolean;
  /** Where tasks take their tags from. Default: no tags are copied. */
  propagateTags?: 'SERVICE' | 'TASK_DEFINITION' | 'NONE';
  /**
   * ECS tags the tasks with cluster and service.
   * @default false
   */
  enableECSManagedTags?: boolean;
  /** Moves tasks so that Availability Zones stay even. Omitted: left as it is. */
  availabilityZoneRebalancing?: 'ENABLED' | 'DISABLED';
  /**
   * `REPLICA`: desiredCount tasks; `DAEMON`: one on each container instance. A change replaces the service.
   * @default "REPLICA"
   */
  schedulingStrategy?: 'REPLICA' | 'DAEMON';
  /**
   * Which container instances may run tasks.
   * @maxItems 10
   */
  placementConstraints?: PlacementConstraint[];
  /**
   * How tasks spread over container instances, in this order.
   * @maxItems 5
   */
  placementStrategy?: PlacementStrategy[];
  /** The task definition. It belongs to this service; its family is `<application>-<service>`. */
  task: TaskTemplate;
  /** How a new revision replaces the old one. */
  deployment?: DeploymentSpec;
  /** What has to be true for a rollout to count. */
  verify?: Verify;
  /**
   * `secrets`: a new version of a secret or parameter that a container reads begins a rollout.
   * @maxItems 1
   */
  restartOn?: 'secrets'[];
  /**
   * How many task definition revisions stay ACTIVE besides those in use.
   * @asType integer
   * @minimum 0
   * @default 10
   */
  revisionHistoryLimit?: number;
  /** AWS tags of the service and its task definitions, besides the ownership tags. Keys not named here are left alone. */
  tags?: Record<string, string>;
  /**
   * The name of the service in AWS. Default: derived from the Application's name and `metadata.name`.
   * @pattern ^([a-zA-Z0-9_-]{1,255}|.*\$\{.*)$
   */
  nameOverride?: string;
  /**
   * What happens in AWS when the manifest goes away.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/** Where the tasks' network interfaces are. */
export interface ServiceNetwork {
  /**
   * Subnet ids, at most 16, in one VPC.
   * @minItems 1
   * @maxItems 16
   */
  subnets: string[];
  /**
   * Security group ids. Omitted: the default group of the VPC.
   * @maxItems 5
   */
  securityGroups?: string[];
  /**
   * Each task gets a public address. Needed in a public subnet without NAT.
   * @default false
   */
  assignPublicIp?: boolean;
}

/**
 * A target group and the container port that it gets.
 * @rules [{"rule":"has(self.targetGroup) != has(self.targetGroupArn)","message":"exactly one of targetGroup and targetGroupArn"}]
 */
export interface ServiceLoadBalancer {
  /** A TargetGroup of this Application. */
  targetGroup?: string;
  /** ARN of a target group outside this Application. */
  targetGroupArn?: string;
  /** Name of the container. */
  container: string;
  /**
   * A containerPort of its portMappings.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port: number;
}

/**
 * A Cloud Map service.
 * @rules [{"rule":"!(has(self.port) && (has(self.containerName) || has(self.containerPort)))","message":"port, or containerName with containerPort, but not both"},{"rule":"has(self.containerName) == has(self.containerPort)","message":"containerName and containerPort go together"}]
 */
export interface ServiceRegistry {
  /** Its ARN. */
  registryArn: string;
  /**
   * The port of SRV records with awsvpc.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  port?: number;
  /** The container of SRV records. */
  containerName?: string;
  /**
   * The container port of SRV records.
   * @asType integer
   * @minimum 1
   * @maximum 65535
   */
  containerPort?: number;
}

/**
 * A VPC Lattice target group and the container port that it gets.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_VpcLatticeConfiguration.html
 */
export interface VpcLatticeConfiguration {
  /** ARN of the target group. */
  targetGroupArn: string;
  /** Name of a portMapping. */
  portName: string;
  /** ARN of the infrastructure role that ECS registers tasks with. */
  roleArn: string;
}

/** How finely ECS measures the service: its metrics CPUUtilization and MemoryUtilization in CloudWatch. */
export interface Monitoring {
  /**
   * Metrics with a resolution of their own. The others have 60 seconds.
   * @minItems 1
   * @maxItems 2
   */
  metricConfigurations: MetricConfiguration[];
}

/** Metrics and their resolution. */
export interface MetricConfiguration {
  /**
   * Which metrics.
   * @minItems 1
   */
  metricNames: ('CPUUtilization' | 'MemoryUtilization')[];
  /**
   * Seconds between data points. 20 costs extra, and is what the HighResolution metrics of a ScalingPolicy need.
   * @asType integer
   */
  resolutionSeconds: 20 | 60;
}

/**
 * Which container instances may run tasks.
 * @rules [{"rule":"(self.type == 'memberOf') == has(self.expression)","message":"expression is needed for memberOf, and only there"}]
 */
export interface PlacementConstraint {
  /** Each task on another instance, or instances that match the expression. */
  type: 'distinctInstance' | 'memberOf';
  /** In the cluster query language, for memberOf. */
  expression?: string;
}

/**
 * How tasks spread over container instances.
 * @rules [{"rule":"self.type != 'random' || !has(self.field)","message":"random has no field"}]
 */
export interface PlacementStrategy {
  /** How. */
  type: 'random' | 'spread' | 'binpack';
  /** `instanceId`, `host` or an attribute for spread; `cpu` or `memory` for binpack. */
  field?: string;
}

/**
 * What has to be true for a rollout to count. What fails rolls it back: the revision is held, and the sync fails.
 */
export interface Verify {
  /** Requests to an address, when the rollout has come through. */
  http?: VerifyHttp;
  /**
   * Analyses of metrics.
   * @maxItems 20
   */
  analyses?: Analysis[];
}

/**
 * Measures something again and again, as an AnalysisTemplate of Argo Rollouts does.
 * @rules [{"rule":"(has(self.cloudWatch) ? 1 : 0) + (has(self.prometheus) ? 1 : 0) + (has(self.http) ? 1 : 0) == 1","message":"exactly one of cloudWatch, prometheus and http"},{"rule":"has(self.successCondition) || has(self.failureCondition) || has(self.http)","message":"successCondition or failureCondition, or both"}]
 */
export interface Analysis {
  /**
   * Its name, for steps and hooks.
   * @pattern ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$
   */
  name: string;
  /**
   * When it runs. `Named`: only where a step or hook names it; `Rollout`: from the first traffic of the new revision
   * until the rollout has come through; `After`: when it has come through.
   * @default "Named"
   */
  when?: 'Named' | 'Rollout' | 'After';
  /**
   * Seconds between two measurements.
   * @asType integer
   * @minimum 10
   * @maximum 3600
   * @default 60
   */
  intervalSeconds?: number;
  /**
   * How many measurements. Under `when: Rollout` it goes on for as long as the rollout.
   * @asType integer
   * @minimum 1
   * @maximum 1000
   * @default 1
   */
  count?: number;
  /**
   * A measurement succeeds when this holds, such as `result < 0.01`. With failureCondition alone: whatever does not fail.
   * @pattern ^result (<|<=|>|>=|==|!=) -?[0-9]+(\.[0-9]+)?$
   */
  successCondition?: string;
  /**
   * A measurement fails when this holds. With successCondition alone: whatever does not succeed. With both, what is
   * neither is inconclusive.
   * @pattern ^result (<|<=|>|>=|==|!=) -?[0-9]+(\.[0-9]+)?$
   */
  failureCondition?: string;
  /**
   * How many measurements may fail.
   * @asType integer
   * @minimum 0
   * @default 0
   */
  failureLimit?: number;
  /**
   * How many measurements may be inconclusive: without data, or neither success nor failure.
   * @asType integer
   * @minimum 0
   * @default 3
   */
  inconclusiveLimit?: number;
  /** A metric or a metric expression of CloudWatch. */
  cloudWatch?: CloudWatchQuery;
  /** A query of Prometheus. */
  prometheus?: PrometheusQuery;
  /** Requests to an address; each answer is a measurement. */
  http?: AnalysisHttp;
}

/**
 * A query of CloudWatch, of the same shape as GetMetricData's. One query returns data: the only one, or the one with
 * `returnData`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export interface CloudWatchQuery {
  /**
   * Metrics and expressions over them.
   * @minItems 1
   * @maxItems 20
   */
  queries: MetricDataQuery[];
}

/**
 * A metric, or an expression over others.
 * @rules [{"rule":"has(self.metricStat) != has(self.expression)","message":"exactly one of metricStat and expression"}]
 */
export interface MetricDataQuery {
  /**
   * Its name in expressions.
   * @pattern ^[a-z][a-zA-Z0-9_]*$
   */
  id: string;
  /** An expression, such as `100 * errors / requests`. */
  expression?: string;
  /** A metric. */
  metricStat?: MetricStat;
  /** The result. Needed where there are several. */
  returnData?: boolean;
}

/** A statistic of a metric. */
export interface MetricStat {
  /** Such as `AWS/ApplicationELB`. */
  namespace: string;
  /** Such as `HTTPCode_Target_5XX_Count`. */
  metricName: string;
  /** Such as `LoadBalancer: ${LoadBalancer/public:fullName}`. `${rollout.targetGroup}` is the target group of the new revision, as CloudWatch names it. */
  dimensions?: Record<string, string>;
  /**
   * Seconds.
   * @asType integer
   * @default 60
   */
  period?: 10 | 30 | 60 | 300;
  /** Such as `Sum`, `Average` or `p99`. */
  stat: string;
}

/** A query of Prometheus. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface PrometheusQuery {
  /**
   * Address of the server.
   * @pattern ^(https?://.+|\$\{.+)$
   */
  url: string;
  /** An instant query that gives one number. */
  query: string;
}

/** A request whose answer is a measurement. */
export interface AnalysisHttp {
  /**
   * Where to.
   * @pattern ^(https?://.+|\$\{.+)$
   */
  url: string;
  /**
   * The status that counts as success. Default: any from 200 to 299.
   * @asType integer
   * @minimum 100
   * @maximum 599
   */
  expectedStatus?: number;
}

/** Requests until one succeeds. */
export interface VerifyHttp {
  /**
   * Where to, for example `http://${LoadBalancer/public:dnsName}/health`.
   * @pattern ^(https?://.+|\$\{.+)$
   */
  url: string;
  /**
   * How many requests at most.
   * @asType integer
   * @minimum 1
   * @maximum 1000
   * @default 30
   */
  attempts?: number;
  /**
   * Seconds between requests.
   * @asType integer
   * @minimum 1
   * @maximum 3600
   * @default 10
   */
  intervalSeconds?: number;
  /**
   * The status that counts as success. Default: any from 200 to 299.
   * @asType integer
   * @minimum 100
   * @maximum 599
   */
  expectedStatus?: number;
}
