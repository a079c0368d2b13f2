import type {
  AlarmConfiguration,
  AutoRollbackConfiguration,
  BlueGreenDeploymentConfiguration,
  ComputePlatform,
  DeploymentCreator,
  DeploymentStatus,
  ECSTaskSet,
  ErrorInformation,
  LifecycleEventStatus,
  MinimumHealthyHosts,
  RevisionLocation,
  RollbackInfo,
  TriggerConfig,
} from '@aws-sdk/client-codedeploy';
import type { Scope, World } from '../../kernel/world.ts';

/** A CodeDeploy application as it is kept. */
export interface ApplicationState {
  readonly id: string;
  name: string;
  readonly platform: ComputePlatform;
  readonly createdAt: number;
  /** By name. */
  readonly groups: Record<string, GroupState>;
}

/** How traffic goes over: the parts that a deployment configuration has for ECS. Intervals in minutes. */
export type Routing =
  | { readonly type: 'AllAtOnce' }
  | { readonly type: 'TimeBasedCanary'; readonly percentage: number; readonly interval: number }
  | { readonly type: 'TimeBasedLinear'; readonly percentage: number; readonly interval: number };

/** A deployment configuration. Predefined ones have no id. */
export interface ConfigState {
  readonly id?: string;
  readonly name: string;
  readonly platform: ComputePlatform;
  readonly createdAt: number;
  /** Of Lambda and ECS. */
  readonly routing?: Routing;
  /** Of EC2. */
  readonly minimumHealthyHosts?: MinimumHealthyHosts;
}

/** The settings of a deployment group for ECS. A deployment keeps those that it began with. */
export interface GroupSettings {
  readonly name: string;
  readonly configName: string;
  readonly roleArn: string;
  readonly service: { readonly cluster: string; readonly name: string };
  /** Names of the two target groups. */
  readonly targetGroups: readonly [string, string];
  readonly productionListener: string;
  readonly testListener?: string;
  readonly blueGreen: BlueGreenDeploymentConfiguration;
  readonly alarms?: AlarmConfiguration;
  readonly autoRollback?: AutoRollbackConfiguration;
  readonly triggers: readonly TriggerConfig[];
}

/** A deployment group as it is kept. */
export interface GroupState {
  readonly id: string;
  settings: GroupSettings;
  lastSuccessful?: string;
  lastAttempted?: string;
}

/** What an AppSpec for ECS says. */
export interface AppSpec {
  readonly taskDefinition: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly platformVersion?: string;
  readonly network?: {
    readonly subnets?: readonly string[];
    readonly securityGroups?: readonly string[];
    readonly assignPublicIp?: 'ENABLED' | 'DISABLED';
  };
  readonly capacityProviderStrategy?: readonly {
    readonly capacityProvider: string;
    readonly weight?: number;
    readonly base?: number;
  }[];
  /** Functions by lifecycle event. */
  readonly hooks: Readonly<Record<string, string>>;
}

/** One lifecycle event of a deployment's target. */
export interface EventState {
  readonly name: string;
  status: LifecycleEventStatus;
  startedAt?: number;
  endedAt?: number;
  /** Of a hook that runs: what its function reports with. */
  executionId?: string;
}

/** A task set in a deployment. */
export interface Side {
  /** `ecs-svc/<digits>`. */
  readonly taskSet: string;
  readonly targetGroupArn: string;
}

/** What a deployment waits for. */
export type Wait = 'READY_WAIT' | 'TERMINATION_WAIT';

/** A deployment as it is kept. */
export interface DeploymentState {
  readonly id: string;
  readonly applicationName: string;
  readonly groupId: string;
  readonly group: GroupSettings;
  readonly configName: string;
  readonly routing: Routing;
  /** Undefined in a rollback of a group that never had a successful deployment. */
  readonly revision?: RevisionLocation;
  readonly previousRevision?: RevisionLocation;
  readonly description?: string;
  readonly creator: DeploymentCreator;
  readonly createdAt: number;
  readonly overrideAlarms?: AlarmConfiguration;
  readonly autoRollback?: AutoRollbackConfiguration;
  readonly serviceArn: string;
  startedAt?: number;
  completedAt?: number;
  changedAt: number;
  status: DeploymentStatus;
  error?: ErrorInformation;
  rollbackInfo?: RollbackInfo;
  appSpec?: AppSpec;
  readonly events: EventState[];
  blue?: Side;
  green?: Side;
  /** Weights that the rules of the test listener had when the deployment began. */
  testWeights?: Record<string, Record<string, number>>;
  /** Share of production traffic that green gets, in percent. */
  shifted: number;
  /** How many increments of the traffic shift are done. */
  increments: number;
  /** When the next increment is due. */
  nextIncrementAt?: number;
  /** Since when green is not steady while traffic shifts. */
  unsteadySince?: number;
  wait?: Wait;
  /** Whether the wait before traffic moves is over. */
  readyWaitOver: boolean;
  /** When the wait is over. */
  waitUntil?: number;
  terminationWaitStarted: boolean;
  /** The timer of the next step. */
  timer?: string;
  /** The task sets as they were at the end. */
  taskSets?: ECSTaskSet[];
}

/** Everything of CodeDeploy at one account and region. */
export interface CodeDeployState {
  /** By name. */
  readonly applications: Record<string, ApplicationState>;
  /** Own configurations, by name. */
  readonly configs: Record<string, ConfigState>;
  /** By id, the oldest first. */
  readonly deployments: Record<string, DeploymentState>;
}

/** The state of CodeDeploy at one account and region. */
export function codeDeployState(world: World, scope: Scope): CodeDeployState {
  return world.slice<CodeDeployState>(scope, 'codedeploy', () => ({ applications: {}, configs: {}, deployments: {} }));
}

/** Whether the deployment has come to its end. */
export function isOver({ status }: DeploymentState): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Stopped';
}
