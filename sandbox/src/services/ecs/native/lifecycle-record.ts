import type {
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStage,
  DeploymentLifecycleHookStatus,
  DeploymentLifecycleHookTargetType,
  ServiceDeploymentLifecycleStage,
} from '@aws-sdk/client-ecs';

/** A lifecycle stage. The SDK's own type for service deployments lacks one that its documentation names. */
export type LifecycleStage = ServiceDeploymentLifecycleStage | DeploymentLifecycleHookStage;

/** One call of a lifecycle hook. Times are milliseconds of sandbox time. */
export interface HookRecord {
  /** `ecs-pause-<id>` or `ecs-lambda-<id>`. */
  readonly hookId: string;
  readonly targetType: DeploymentLifecycleHookTargetType;
  /** The function of a Lambda hook, and the role that ECS takes to call it. */
  readonly targetArn?: string;
  readonly roleArn?: string;
  /** What the function is told this execution is. */
  readonly executionId: string;
  readonly expiresAt: number;
  readonly timeoutAction: DeploymentLifecycleHookAction;
  status: DeploymentLifecycleHookStatus;
  /** When the function is called next. */
  callAt?: number;
  /** `hookDetails` of the hook, with what the function added. */
  details?: unknown;
  /** Why it failed, in the words that follow `lifecycle hook(s) failed.` */
  problem?: string;
}

/** The way of traffic through one load balancer of the service. */
export interface Route {
  readonly productionRule: string;
  readonly testRule?: string;
  readonly roleArn: string;
  /** ARNs of the target groups of the revision that serves, and of the new one. */
  readonly blue: string;
  readonly green: string;
}

/** Where a service deployment stands in its lifecycle. */
export interface LifecycleRecord {
  stage: LifecycleStage;
  stageSince: number;
  /** Whether the stage's own work was done and its hooks were called. */
  entered: boolean;
  /** Hooks of this stage. */
  hooks: HookRecord[];
  /** Ids of the deployments: the one that goes out, and the one that served until now. */
  readonly green: string;
  readonly blue?: string;
  /** Whether each of them should have tasks. */
  greenWanted: boolean;
  blueWanted: boolean;
  readonly routes: readonly Route[];
  /** Whether there is traffic to shift, and test traffic: by load balancers or by Service Connect. */
  readonly shifts: boolean;
  readonly tests: boolean;
  /** Percent of the traffic that goes to green. */
  production: number;
  test: number;
  /** Production shifts that were made. */
  steps: number;
}
