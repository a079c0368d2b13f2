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
  /** What has to be true after a rollout for it to count. */
  verify?: Verify;
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

/** What has to be true after a rollout for it to count. */
export interface Verify {
  /** Requests to an address. */
  http?: VerifyHttp;
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
