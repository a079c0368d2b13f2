import type { Health } from '../../core/driver.ts';
import type { ResourcePart } from './application.ts';

/** Rollouts of an Application. */
export interface RolloutList {
  kind: 'RolloutList';
  items: RolloutView[];
}

/** A rollout of a resource: the one in flight, or the last one. Read afresh. */
export interface RolloutView {
  kind: 'Rollout';
  application: string;
  /** `Kind/name`. */
  ref: string;
  id: string;
  /** In the words of `spec.deployment.strategy`: `Rolling`, `CodeDeploy` and so on. */
  strategy: string;
  phase: RolloutPhase;
  /** What it goes to, for example the ARN of a task definition. */
  target: string;
  /**
   * From 1.
   * @asType integer
   */
  step: number;
  /**
   * How many steps there are.
   * @asType integer
   */
  stepsOf: number;
  /** Share of production traffic in percent by ARN of the target group; empty where the strategy has no weights. */
  weights: Record<string, number>;
  /** What can be done to it now. */
  allows: RolloutActionName[];
  /** Why it rolled back or failed. */
  cause?: string;
  /** All steps, stages or lifecycle events in their order, those to come too. */
  steps: RolloutStepView[];
  /** What served before, and what it goes to. */
  sides: RolloutSideView[];
  /** Who or what is waited for. */
  waitsFor?: string;
  /** In ISO 8601. */
  startedAt?: string;
  /** In ISO 8601. */
  endedAt?: string;
  /** AWS does not go on by itself: the controller does. */
  needsController: boolean;
  health: Health;
  /** The last that AWS reported, newest first. */
  events: RolloutEvent[];
  /** AWS objects of the resource. */
  parts: ResourcePart[];
  /** Fields that Git does not decide now, in words. */
  holds: string[];
  /** Id of the operation that runs now. */
  operation?: string;
}

/** Where a rollout stands. */
export type RolloutPhase = 'InProgress' | 'AwaitingPromotion' | 'Paused' | 'RollingBack' | 'Succeeded' | 'Failed';

/**
 * `promote`: go on now; `pause`, `resume`; `abort`: back to what served before, now; `retry`: the revision that failed once
 * more; `restart`: new tasks of the same revision.
 */
export type RolloutActionName = 'promote' | 'pause' | 'resume' | 'abort' | 'retry' | 'restart';

/** One step, stage or lifecycle event of a rollout. */
export interface RolloutStepView {
  name: string;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
  /** In ISO 8601. */
  startedAt?: string;
  /** In ISO 8601. */
  endedAt?: string;
  /** What it waits for, or why it failed. */
  message?: string;
}

/** The tasks of one revision, and the traffic that they get. */
export interface RolloutSideView {
  role: 'stable' | 'new';
  revision: string;
  /** @asType integer */
  desired: number;
  /** @asType integer */
  running: number;
  /** @asType integer */
  pending: number;
  /** @asType integer */
  failed: number;
  /** ARN of its target group, where it has one. */
  targetGroup?: string;
  /** Percent of production traffic, where the sides have target groups of their own. */
  weight?: number;
  /** Percent of test traffic. */
  testWeight?: number;
}

/** Something that AWS reported. */
export interface RolloutEvent {
  /** In ISO 8601. */
  at: string;
  message: string;
}

/** What is to be done to a rollout. */
export interface RolloutActionBody {
  action: RolloutActionName;
}

/** What is kept of a rollout with its operation. */
export interface RecordedRolloutView {
  /** `Kind/name`. */
  ref: string;
  id: string;
  target: string;
  strategy: string;
  phase: RolloutPhase;
  /** Why it rolled back or failed. */
  cause?: string;
  /** In ISO 8601. */
  startedAt: string;
  /** In ISO 8601. Absent: the operation ended before the rollout did. */
  endedAt?: string;
  steps: RolloutStepView[];
}

/** Tasks, newest first. */
export interface TaskList {
  kind: 'TaskList';
  items: Task[];
}

/** One task of a Service or Job. */
export interface Task {
  id: string;
  arn: string;
  /** ARN of its cluster. */
  cluster: string;
  /** `PROVISIONING`, `PENDING`, `RUNNING`, `STOPPED` and so on. */
  lastStatus: string;
  desiredStatus: string;
  health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** `family:revision` of its task definition. */
  revision: string;
  /** Its Availability Zone. */
  zone?: string;
  /** In ISO 8601. */
  createdAt?: string;
  /** In ISO 8601. */
  startedAt?: string;
  /** In ISO 8601. */
  stoppedAt?: string;
  stoppedReason?: string;
  /** Whether it was started with ECS Exec. */
  execEnabled: boolean;
  containers: TaskContainerView[];
}

/** One container of a task. */
export interface TaskContainerView {
  name: string;
  image: string;
  lastStatus: string;
  health?: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** @asType integer */
  exitCode?: number;
  /** Why it did not start, or was stopped. */
  reason?: string;
  runtimeId?: string;
  /** Last status of its ExecuteCommandAgent, where ECS started one. */
  execAgent?: string;
}

/** Another number of tasks than Git says. */
export interface ScaleBody {
  /**
   * How many tasks.
   * @asType integer
   * @minimum 0
   * @maximum 5000
   */
  count: number;
  /**
   * For how long; then it is what Git says again. With a ScalingPolicy it is set once, and goes on from there.
   * @asType integer
   * @minimum 1
   * @maximum 2592000
   * @default 3600
   */
  forSeconds?: number;
}

/** What was done. */
export interface ScaleAnswer {
  kind: 'Scale';
  /** `Kind/name`. */
  ref: string;
  /** @asType integer */
  count: number;
  /** In words: until when it holds, or who goes on from there. */
  message: string;
}

/** A command that is to run in a container. */
export interface ExecBody {
  /**
   * The command line.
   * @minLength 1
   * @maxLength 4096
   */
  command: string;
  /**
   * Id of a task. Default: one that runs.
   * @maxLength 64
   */
  task?: string;
  /**
   * Name of a container. Default: the first whose agent runs.
   * @maxLength 255
   */
  container?: string;
}

/** A session of AWS Systems Manager, as the Session Manager plugin takes it. */
export interface ExecAnswer {
  kind: 'ExecSession';
  task: string;
  container: string;
  /** `ecs:<cluster>_<task>_<runtime id>`. */
  target: string;
  region: string;
  sessionId: string;
  streamUrl: string;
  /** Whoever has it is in the container. */
  token: string;
}
