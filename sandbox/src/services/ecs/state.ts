import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  ContainerDefinition,
  DeploymentConfiguration,
  DeploymentController,
  LoadBalancer,
  MonitoringConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  ServiceConnectConfiguration,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  TaskDefinition,
  VpcLatticeConfiguration,
} from '@aws-sdk/client-ecs';
import type { Scope, World } from '../../kernel/world.ts';
import type { ServiceDeploymentRecord } from './service-deployment-record.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskSetRecord } from './task-set-record.ts';

/** Everything that ECS knows of one account and region. Times are milliseconds of sandbox time since the epoch. */
export interface EcsState {
  /** By name. Deleted clusters stay as INACTIVE. */
  readonly clusters: Record<string, ClusterRecord>;
  /** Highest revision ever given, by family: a revision number is never used again. */
  readonly latestRevisions: Record<string, number>;
  /** By `family:revision`. */
  readonly taskDefinitions: Record<string, TaskDefinitionRecord>;
  /** By `cluster/service`. */
  readonly services: Record<string, ServiceRecord>;
  /** By task id. */
  readonly tasks: Record<string, TaskRecord>;
  /** Task id by the private address of its network interface. */
  readonly addresses: Record<string, string>;
  /** By ARN. */
  readonly serviceDeployments: Record<string, ServiceDeploymentRecord>;
  /** By ARN. */
  readonly revisions: Record<string, RevisionRecord>;
  /** Answers to idempotency tokens: the tasks of `RunTask`. */
  readonly runTaskTokens: Record<string, RunTaskToken>;
  /** Values set by PutAccountSetting(Default), by principal (or `default`) and setting name. */
  readonly accountSettings: Record<string, string>;
  /** How many network interfaces were ever made: the next address. */
  interfaces: number;
  /** Whether the timer that sends service metrics is set. */
  sendsMetrics: boolean;
}

/** A cluster. */
export interface ClusterRecord {
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: ClusterSetting[];
  configuration: ClusterConfiguration | undefined;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
  serviceConnectDefaults: ClusterServiceConnectDefaults | undefined;
}

/** A task definition revision, as it reads back, with times as numbers. */
export interface TaskDefinitionRecord
  extends Omit<TaskDefinition, 'registeredAt' | 'deregisteredAt' | 'deleteRequestedAt' | 'containerDefinitions'> {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly registeredAt: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  deregisteredAt?: number;
  deleteRequestedAt?: number;
}

/** What a service revision pins: everything whose change replaces tasks. */
export interface RevisionSpec {
  /** Its ARN. Empty while a service under the controller EXTERNAL has no PRIMARY task set. */
  readonly taskDefinition: string;
  readonly launchType?: 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly network?: AwsVpcConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration;
  readonly volumeConfigurations?: readonly ServiceVolumeConfiguration[];
  readonly vpcLatticeConfigurations?: readonly VpcLatticeConfiguration[];
  readonly monitoring?: MonitoringConfiguration;
}

/** An immutable service revision. */
export interface RevisionRecord {
  readonly arn: string;
  /** The digits that the revision shares with its deployment's id (`ecs-svc/<digits>`). */
  readonly id: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly spec: RevisionSpec;
  readonly createdAt: number;
  /** By container, for those whose version is consistent: what their tags meant when the revision was deployed. */
  readonly imageDigests?: Readonly<Record<string, string>>;
  /** As in its deployment. */
  readonly targetGroups?: Readonly<Record<string, string>>;
}

/** One entry of a service's `deployments`. */
export interface DeploymentRecord {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly revisionArn: string;
  readonly spec: RevisionSpec;
  /** Target groups that its tasks are in, by the one that the service declares; those that are not here are the same. */
  readonly targetGroups?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  status: 'PRIMARY' | 'ACTIVE';
  desiredCount: number;
  failedTasks: number;
  updatedAt: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Since when everything but the bake time of its alarms is done. */
  bakingSince?: number;
}

/** What the tasks of a service belong to: a deployment, or a task set. */
export interface TaskOwner {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly spec: RevisionSpec;
  /** As in a deployment. */
  readonly targetGroups?: Readonly<Record<string, string>>;
  readonly status: string;
  failedTasks: number;
  updatedAt: number;
}

/** One service event. */
interface EventRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
  /** How many targets or tasks it tells of, when it counts some. */
  readonly count?: number;
}

/** A service. */
export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  /** Name of its cluster. */
  readonly cluster: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  deploymentController: DeploymentController;
  readonly roleArn: string;
  /** The CreateService input without token and tags, to tell a repeated call from another one. */
  readonly request: string;
  readonly clientToken?: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  spec: RevisionSpec;
  deploymentConfiguration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds?: number;
  placementConstraints: readonly PlacementConstraint[];
  placementStrategy: readonly PlacementStrategy[];
  enableECSManagedTags: boolean;
  enableExecuteCommand: boolean;
  propagateTags: 'NONE' | 'SERVICE' | 'TASK_DEFINITION';
  availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  /**
   * PRIMARY first. Under another controller than ECS only what is left to show of the time before: the deployment that
   * became a task set.
   */
  deployments: DeploymentRecord[];
  /** Of services under the controllers CODE_DEPLOY and EXTERNAL, PRIMARY first. */
  taskSets: TaskSetRecord[];
  /** The deployment that completed last: what a rollback goes back to. */
  lastCompleted?: DeploymentRecord;
  currentServiceDeployment?: string;
  /** Newest first, at most 100. */
  events: EventRecord[];
  /** Tasks that are not STOPPED yet. */
  taskIds: string[];
  /** Whether the steady state was reported since something last moved. */
  steady: boolean;
  lastSteadyEventAt: number;
  /** Rounds of tasks in a row that did not reach RUNNING, and when the last of them failed. */
  startFailures: number;
  lastStartFailureAt: number;
  /** No task is launched before this time. */
  launchNotBefore: number;
  /** The pending scheduler pass. */
  wake?: { readonly timer: string; readonly at: number };
}

/** The tasks that a RunTask call with a token started. */
interface RunTaskToken {
  readonly request: string;
  readonly taskIds: readonly string[];
  readonly at: number;
}

/** The state of ECS in this account and region. */
export function ecsState(world: World, scope: Scope): EcsState {
  return world.slice<EcsState>(scope, 'ecs', () => ({
    clusters: {},
    latestRevisions: {},
    taskDefinitions: {},
    services: {},
    tasks: {},
    addresses: {},
    serviceDeployments: {},
    revisions: {},
    runTaskTokens: {},
    accountSettings: {},
    interfaces: 0,
    sendsMetrics: false,
  }));
}
