import type { RevisionSpec, ServiceRecord } from './state.ts';

/** A task set of a service under the deployment controller CODE_DEPLOY or EXTERNAL. Times are milliseconds of sandbox time. */
export interface TaskSetRecord {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly arn: string;
  /** Of its load balancers there is at most one, and it has no Service Connect, volumes or VPC Lattice. */
  readonly spec: RevisionSpec;
  readonly createdAt: number;
  /** `CODE_DEPLOY` when CodeDeploy made it. */
  readonly startedBy?: string;
  /** The CodeDeploy deployment id, or what CreateTaskSet was given. */
  readonly externalId?: string;
  readonly clientToken?: string;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** Percent of the service's desired count. */
  scale: number;
  /** What the scheduler last made of desired count and scale. */
  computedDesiredCount: number;
  stability: 'STEADY_STATE' | 'STABILIZING';
  stabilityAt: number;
  updatedAt: number;
  /** Tasks that stopped by themselves, could not start, or were found unhealthy, since the set was made. */
  failedTasks: number;
}

/**
 * How many tasks a set should run: "multiplying the service's desiredCount by the task set's scale percentage. The
 * result is always rounded up". Source: API_TaskSet (computedDesiredCount).
 */
export function wantedCount(service: Pick<ServiceRecord, 'desiredCount'>, { scale }: TaskSetRecord): number {
  return Math.ceil((service.desiredCount * scale) / 100);
}

/** Whether task sets, and not deployments, run the service's tasks. */
export function hasTaskSets({ deploymentController }: Pick<ServiceRecord, 'deploymentController'>): boolean {
  return deploymentController.type === 'CODE_DEPLOY' || deploymentController.type === 'EXTERNAL';
}

/** The task set that serves production traffic. */
export function primaryTaskSet({ taskSets }: Pick<ServiceRecord, 'taskSets'>): TaskSetRecord | undefined {
  return taskSets.find(({ status }) => status === 'PRIMARY');
}
