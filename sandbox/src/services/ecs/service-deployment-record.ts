import type { DeploymentConfiguration, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { LifecycleRecord } from './native/lifecycle-record.ts';

/** A service deployment: one attempt to bring the service to a revision. Times are milliseconds of sandbox time. */
export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly targetRevisionArn: string;
  readonly sourceRevisionArns: readonly string[];
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly createdAt: number;
  readonly startedAt: number;
  /** Alarms that were in ALARM when it began: they do not fail it. */
  ignoredAlarms: string[];
  triggeredAlarms: string[];
  status: ServiceDeploymentStatus;
  statusReason?: string;
  updatedAt: number;
  finishedAt?: number;
  stoppedAt?: number;
  rollback?: { readonly reason: string; readonly startedAt: number; readonly serviceRevisionArn: string };
  /** Failures that the circuit breaker has counted. */
  failureCount: number;
  /** Whether the circuit breaker opened. */
  circuitBroken: boolean;
  /** Of the strategies BLUE_GREEN, LINEAR and CANARY, and of ROLLING with hooks. */
  lifecycle?: LifecycleRecord;
}

/** Whether the deployment is still under way. */
export function isOngoing(deployment: ServiceDeploymentRecord): boolean {
  return (
    deployment.status === 'PENDING' ||
    deployment.status === 'IN_PROGRESS' ||
    deployment.status === 'STOP_REQUESTED' ||
    deployment.status === 'ROLLBACK_REQUESTED' ||
    deployment.status === 'ROLLBACK_IN_PROGRESS'
  );
}
