import type { Scope, World } from '../../../kernel/world.ts';
import { isOngoing, type ServiceDeploymentRecord } from '../service-deployment-record.ts';
import { type DeploymentRecord, ecsState, type ServiceRecord } from '../state.ts';
import { failureThreshold } from './circuit-breaker.ts';
import { emitDeploymentChange } from './emitted-events.ts';
import { addEvent } from './service-events.ts';

/**
 * How long a deployment with alarms is watched after it is in place, in milliseconds. ECS "computes this time period
 * based on the alarm configuration" without saying how. Source: "How CloudWatch alarms detect Amazon ECS deployment failures".
 */
const alarmBakeMs = 60_000;

/** A rollback whose tasks still run is reported complete after this long; observed on AWS, not documented. */
const rollbackSettleMs = 60_000;

/** Why a deployment fails. */
type Cause = 'circuitBreaker' | 'alarm' | 'stopped' | 'hook';

/** The words for each cause. */
const words: Readonly<Record<Cause, { event: string; failed: string; rollingBack: string; status: string }>> = {
  circuitBreaker: {
    event: 'deployment failed: tasks failed to start.',
    failed: 'ECS deployment circuit breaker: tasks failed to start.',
    rollingBack: 'ECS deployment circuit breaker: rolling back to deploymentId',
    status: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  },
  alarm: {
    event: 'deployment failed: alarm detected.',
    failed: 'ECS deployment alarm: alarm detected.',
    rollingBack: 'ECS deployment alarm: rolling back to deploymentId',
    status: 'Service deployment rolled back because a CloudWatch alarm was detected.',
  },
  stopped: {
    event: 'deployment failed: deployment stopped.',
    failed: 'ECS deployment stopped by user.',
    rollingBack: 'ECS deployment stopped by user: rolling back to deploymentId',
    status: 'Service deployment rolled back because of a StopServiceDeployment request.',
  },
  hook: {
    event: 'deployment failed: hook execution failure(s) detected.',
    failed: 'ECS deployment failed: hook execution failure(s) detected.',
    rollingBack: 'ECS deployment hook failure: rolling back to deploymentId',
    status: 'Service deployment rolled back because of lifecycle hook failures.',
  },
};

/** Fails the PRIMARY deployment when its circuit breaker opens or one of its alarms goes off. */
export function watchRollout(world: World, scope: Scope, service: ServiceRecord): void {
  const [primary] = service.deployments;
  const current = currentServiceDeployment(world, scope, service);
  if (!primary || primary.rolloutState !== 'IN_PROGRESS' || !current) return;
  const { deploymentCircuitBreaker: breaker, alarms } = service.deploymentConfiguration;
  if (breaker?.enable && primary.failedTasks >= failureThreshold(breaker, service.desiredCount)) {
    current.circuitBroken = true;
    failRollout(world, scope, service, 'circuitBreaker', breaker.rollback ?? false);
  } else if (alarms?.enable) {
    const firing = (alarms.alarmNames ?? []).filter((name) => world.ports.metrics.alarmState(scope, name) === 'ALARM');
    // An alarm that was on at the start counts once it has been off.
    current.ignoredAlarms = current.ignoredAlarms.filter((name) => firing.includes(name));
    const counting = firing.filter((name) => !current.ignoredAlarms.includes(name));
    if (counting.length === 0) return;
    current.triggeredAlarms = counting;
    // They are on when the rollback begins, so that they do not fail it.
    current.ignoredAlarms = firing;
    failRollout(world, scope, service, 'alarm', alarms.rollback ?? false);
  }
}

/** How long the service must be as wanted before its deployment is complete, in milliseconds. */
export function settleMs(world: World, scope: Scope, service: ServiceRecord): number {
  const rollingBack = currentServiceDeployment(world, scope, service)?.status === 'ROLLBACK_IN_PROGRESS';
  return Math.max(service.deploymentConfiguration.alarms?.enable ? alarmBakeMs : 0, rollingBack ? rollbackSettleMs : 0);
}

/** A task of the PRIMARY deployment became healthy: failures are forgotten, unless resetOnHealthyTask is off. */
export function taskBecameHealthy(world: World, scope: Scope, service: ServiceRecord): void {
  const [primary] = service.deployments;
  if (service.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask === false || !primary) return;
  primary.failedTasks = 0;
  const current = currentServiceDeployment(world, scope, service);
  if (current && isOngoing(current)) current.failureCount = 0;
}

/**
 * Marks the PRIMARY deployment FAILED, and goes back to the last completed one when asked and when there is one. `status`
 * is the statusReason of the service deployment.
 */
export function failRollout(
  world: World,
  scope: Scope,
  service: ServiceRecord,
  cause: Cause,
  rollback: boolean,
  status = words[cause].status,
): void {
  const [failed] = service.deployments;
  const current = currentServiceDeployment(world, scope, service);
  if (!failed || !current) return;
  const now = world.clock.now();
  const alreadyRollingBack = current.status === 'ROLLBACK_IN_PROGRESS';
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = words[cause].failed;
  failed.updatedAt = now;
  addEvent(world, service, `(deployment ${failed.id}) ${words[cause].event}`);
  emitDeploymentChange(world, service, failed, 'SERVICE_DEPLOYMENT_FAILED');
  current.updatedAt = now;
  current.statusReason = status;
  if (rollback && service.lastCompleted && !alreadyRollingBack) {
    rollBack(world, service, failed, service.lastCompleted, current, cause, status);
    return;
  }
  current.finishedAt = now;
  if (rollback) {
    current.status = 'ROLLBACK_FAILED';
    current.statusReason = `${status} No rollback candidate was found to run the rollback.`;
  } else {
    current.status = 'STOPPED';
    current.stoppedAt = now;
    current.statusReason = `Service deployment was stopped: ${words[cause].failed}`;
  }
}

/** The PRIMARY deployment has all of its tasks, healthy, and nothing of the others is left. */
export function completeRollout(world: World, scope: Scope, service: ServiceRecord): void {
  const [primary] = service.deployments;
  if (!primary) return;
  const now = world.clock.now();
  primary.rolloutState = 'COMPLETED';
  primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
  primary.updatedAt = now;
  delete primary.bakingSince;
  service.lastCompleted = structuredClone(primary);
  addEvent(world, service, `(deployment ${primary.id}) deployment completed.`);
  emitDeploymentChange(world, service, primary, 'SERVICE_DEPLOYMENT_COMPLETED');
  const current = currentServiceDeployment(world, scope, service);
  if (!current || !isOngoing(current)) return;
  current.status = current.rollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL';
  current.updatedAt = now;
  current.finishedAt = now;
}

/** A service deployment that is under way ends here, because something else takes its place. */
export function endServiceDeployment(world: World, scope: Scope, service: ServiceRecord, because: string): void {
  const current = currentServiceDeployment(world, scope, service);
  if (!current || !isOngoing(current)) return;
  const now = world.clock.now();
  current.status = 'STOPPED';
  current.statusReason = `Service deployment was stopped because ${because}.`;
  current.updatedAt = now;
  current.stoppedAt = now;
  current.finishedAt = now;
}

/** The service deployment that is or was the last one. */
function currentServiceDeployment(
  world: World,
  scope: Scope,
  service: ServiceRecord,
): ServiceDeploymentRecord | undefined {
  return ecsState(world, scope).serviceDeployments[service.currentServiceDeployment ?? ''];
}

/**
 * The deployment that completed last becomes PRIMARY again, under its own id; it cannot be rolled back to once more
 * before it has completed. Source: "How the Amazon ECS deployment circuit breaker detects failures".
 */
function rollBack(
  world: World,
  service: ServiceRecord,
  failed: DeploymentRecord,
  target: DeploymentRecord,
  current: ServiceDeploymentRecord,
  cause: Cause,
  reason: string,
): void {
  const now = world.clock.now();
  const restored: DeploymentRecord = {
    ...target,
    status: 'PRIMARY',
    desiredCount: service.desiredCount,
    failedTasks: 0,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `${words[cause].rollingBack} ${target.id}.`,
  };
  failed.status = 'ACTIVE';
  service.deployments = [restored, ...service.deployments.filter(({ id }) => id !== restored.id)];
  service.spec = restored.spec;
  service.startFailures = 0;
  service.launchNotBefore = 0;
  delete service.lastCompleted;
  current.status = 'ROLLBACK_IN_PROGRESS';
  current.rollback = { reason, startedAt: now, serviceRevisionArn: restored.revisionArn };
  addEvent(world, service, `rolling back to deployment ${restored.id}.`);
  emitDeploymentChange(world, service, restored, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
}
