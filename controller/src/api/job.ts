import type { CapacityProviderStrategyItem } from './cluster.ts';
import type { EnvironmentFile, EnvironmentVariable, ResourceRequirement } from './container.ts';
import type { PlacementConstraint, PlacementStrategy, ServiceNetwork } from './service.ts';
import type { ManagedEbsVolume } from './servicevolume.ts';
import type { EphemeralStorage, TaskTemplate } from './task.ts';

/**
 * A task that runs to its end, once: a database migration, a batch. Without a hook annotation it runs once for its
 * content, that is cluster, task, overrides and all that says where it runs; as a hook once for each sync. It succeeded
 * when every essential container exited with 0. A failed Job stays failed until its content changes or a person retries
 * it. The record is kept in tags of its task definition revision, so that no controller runs it twice.
 * @rules [{"rule":"has(self.cluster) != has(self.clusterArn)","message":"exactly one of cluster and clusterArn"},{"rule":"!(has(self.launchType) && has(self.capacityProviderStrategy))","message":"at most one of launchType and capacityProviderStrategy"}]
 */
export interface JobSpec {
  /** A Cluster of this Application. */
  cluster?: string;
  /** ARN of a cluster outside this Application. */
  clusterArn?: string;
  /** Where the task runs. Default: the cluster's default strategy. */
  launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /**
   * Which capacity providers the task may run on.
   * @minItems 1
   * @maxItems 20
   */
  capacityProviderStrategy?: CapacityProviderStrategyItem[];
  /**
   * Fargate platform version.
   * @default "LATEST"
   */
  platformVersion?: string;
  /** Subnets and security groups of the task. Needed for Fargate and network mode awsvpc. */
  network?: ServiceNetwork;
  /**
   * The task definition. It belongs to this Job; its family is `<application>-<job>`. The exit codes of all essential
   * containers count, and the first one that ends ends the others: a sidecar needs `essential: false`.
   */
  task: TaskTemplate;
  /** What differs from the task definition when the task runs. */
  overrides?: TaskOverrides;
  /**
   * EBS volumes for the volume of the task that is `configuredAtLaunch`.
   * @maxItems 1
   */
  volumeConfigurations?: JobVolumeConfiguration[];
  /**
   * Which container instances may run the task.
   * @maxItems 10
   */
  placementConstraints?: PlacementConstraint[];
  /**
   * Which container instances are preferred, in this order.
   * @maxItems 5
   */
  placementStrategy?: PlacementStrategy[];
  /** The task group, which placement strategies and constraints count by. Default: `family:<family>`. */
  group?: string;
  /**
   * How long one try may take, from its start; then the task is stopped and the try has failed.
   * @asType integer
   * @minimum 1
   * @maximum 604800
   * @default 3600
   */
  timeoutSeconds?: number;
  /**
   * How often a failed try is repeated.
   * @asType integer
   * @minimum 0
   * @maximum 20
   * @default 0
   */
  retries?: number;
  /** The time between tries. */
  backoff?: JobBackoff;
  /**
   * The task may run a second time without harm. Then an unknown outcome (the controller died while it asked ECS to
   * start the task, and came back more than an hour later) is followed by another try. Without, the Job stops and asks.
   * @default false
   */
  retrySafe?: boolean;
  /**
   * Task definition revisions of earlier content are deregistered at the next run when they ended longer ago than this,
   * even when `revisionHistoryLimit` would keep them. The revision of the present content stays: it carries the record
   * that the Job has run.
   * @asType integer
   * @minimum 0
   */
  ttlSecondsAfterFinished?: number;
  /**
   * How many task definition revisions of earlier content stay ACTIVE. Each carries the record of its runs: content that
   * comes back while its revision is kept does not run again.
   * @asType integer
   * @minimum 0
   * @default 10
   */
  revisionHistoryLimit?: number;
  /**
   * Allows `ecs execute-command`.
   * @default false
   */
  enableExecuteCommand?: boolean;
  /** Whether ECS copies the tags of the task definition to the task. The task has `tags` in any case. Default: NONE. */
  propagateTags?: 'TASK_DEFINITION' | 'NONE';
  /**
   * ECS tags the task with its cluster.
   * @default false
   */
  enableECSManagedTags?: boolean;
  /** AWS tags of the task definitions and tasks, besides the ownership tags. Keys not named here are left alone. */
  tags?: Record<string, string>;
  /**
   * What happens in AWS when the manifest goes away.
   * @default "Delete"
   */
  deletionPolicy?: 'Delete' | 'Retain';
}

/**
 * What differs from the task definition when the task runs.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
 */
export interface TaskOverrides {
  /** Containers, by their names in the task. */
  containerOverrides?: ContainerOverride[];
  /** CPU of the task: units or `"1 vCPU"`. */
  cpu?: number | string;
  /** Memory of the task: MiB or `"2 GB"`. */
  memory?: number | string;
  /** ARN or name of the role that the containers act as. */
  taskRole?: string;
  /** ARN or name of the role that pulls the images, reads the secrets and writes the logs. */
  executionRole?: string;
  /** Space of a Fargate task. */
  ephemeralStorage?: EphemeralStorage;
}

/**
 * What differs in one container.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html
 */
export interface ContainerOverride {
  /** Its name in the task. */
  name: string;
  /** The command. */
  command?: string[];
  /** Variables that are added or replaced. */
  environment?: EnvironmentVariable[];
  /** Files of variables in S3 that are added. */
  environmentFiles?: EnvironmentFile[];
  /**
   * CPU units.
   * @asType integer
   * @minimum 0
   */
  cpu?: number;
  /**
   * The hard limit of memory in MiB.
   * @asType integer
   * @minimum 4
   */
  memory?: number;
  /**
   * The soft limit of memory in MiB.
   * @asType integer
   * @minimum 4
   */
  memoryReservation?: number;
  /** GPUs. */
  resourceRequirements?: ResourceRequirement[];
}

/** Times between tries: seconds, seconds x factor, ... up to maxSeconds. As Kubernetes waits between pods of a Job. */
export interface JobBackoff {
  /**
   * The first wait.
   * @asType integer
   * @minimum 0
   * @default 10
   */
  seconds?: number;
  /**
   * What each wait is multiplied by.
   * @minimum 1
   * @default 2
   */
  factor?: number;
  /**
   * The longest wait.
   * @asType integer
   * @minimum 0
   * @default 360
   */
  maxSeconds?: number;
}

/**
 * The EBS volume of a task volume that is `configuredAtLaunch`.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskVolumeConfiguration.html
 */
export interface JobVolumeConfiguration {
  /** Name of the volume in the task. */
  name: string;
  /** The new volume of the task. */
  managedEBSVolume: JobManagedEbsVolume;
}

/**
 * An EBS volume for the task.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskManagedEBSVolumeConfiguration.html
 * @rules [{"rule":"has(self.sizeInGiB) || has(self.snapshotId)","message":"sizeInGiB or snapshotId is needed"},{"rule":"!has(self.volumeInitializationRate) || has(self.snapshotId)","message":"volumeInitializationRate needs snapshotId"}]
 */
export interface JobManagedEbsVolume extends ManagedEbsVolume {
  /** What becomes of the volume when the task ends. Default: it is deleted. */
  terminationPolicy?: EbsTerminationPolicy;
}

/** What becomes of the volume when the task ends. */
export interface EbsTerminationPolicy {
  /** False: the volume stays, and costs, until somebody deletes it. */
  deleteOnTermination: boolean;
}
