import type { TaskOverride } from '@aws-sdk/client-ecs';

/** The states of a task, in their order. Source: ECS developer guide, "Task lifecycle". */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Why a task stopped. */
export type StopCode = 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

/** A container of a task. */
export interface ContainerRecord {
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  readonly runtimeId: string;
  /** Known when it is launched: a tag may move later. */
  imageDigest?: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Whether the runtime was asked to start it. */
  launched: boolean;
  startedAt?: number;
  exitCode?: number;
  reason?: string;
  /** Failures of its health check in a row. */
  failedChecks: number;
  /** Loopback port that its local process was given. */
  localPort?: number;
}

/** A target that this task is registered as. */
export interface RegisteredTarget {
  readonly targetGroupArn: string;
  readonly port: number;
}

/** A task. Times are milliseconds of sandbox time since the epoch. */
export interface TaskRecord {
  readonly id: string;
  readonly arn: string;
  /** Name of its cluster. */
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly group: string;
  readonly startedBy?: string;
  /** Key of the service that runs it (`cluster/service`). */
  readonly service?: string;
  /** The service's deployment that launched it. */
  readonly deployment?: string;
  readonly launchType: 'FARGATE';
  readonly capacityProviderName?: string;
  readonly platformVersion: string;
  readonly platformFamily: string;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly address: string;
  readonly attachmentId: string;
  readonly interfaceId: string;
  readonly macAddress: string;
  readonly cpu: string;
  readonly memory: string;
  readonly overrides: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly createdAt: number;
  readonly containers: ContainerRecord[];
  desiredStatus: 'RUNNING' | 'STOPPED';
  lastStatus: TaskStatus;
  version: number;
  targets: RegisteredTarget[];
  /** Environment that its secrets resolved to, by container name. */
  secrets: Record<string, Record<string, string>>;
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  /** Until when the service scheduler may not stop it. */
  protectedUntil?: number;
  /** Whether the scheduler has seen it healthy. */
  provenHealthy: boolean;
}

/** Whether the task still takes part in its service: it was not told to stop. */
export function isLive(task: TaskRecord): boolean {
  return task.desiredStatus === 'RUNNING';
}

/** Whether the task still works or drains: it has not begun to stop its containers. */
export function isServing(task: TaskRecord): boolean {
  return task.lastStatus !== 'STOPPING' && task.lastStatus !== 'DEPROVISIONING' && task.lastStatus !== 'STOPPED';
}

/** Whether the task counts as pending (PROVISIONING, PENDING or ACTIVATING). */
export function isPending(task: TaskRecord): boolean {
  return task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING' || task.lastStatus === 'ACTIVATING';
}

/** HEALTHY when all essential containers with a health check pass, UNHEALTHY when one fails, else UNKNOWN. */
export function taskHealth(task: TaskRecord, checked: readonly string[]): 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' {
  const states = task.containers.filter((container) => checked.includes(container.name)).map((c) => c.healthStatus);
  if (states.includes('UNHEALTHY')) return 'UNHEALTHY';
  return states.length > 0 && states.every((state) => state === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}
