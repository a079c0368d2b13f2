import { emitDeploymentChange } from '../scheduler/emitted-events.ts';
import { addEvent } from '../scheduler/service-events.ts';
import type { DeploymentRecord } from '../state.ts';
import { deploymentOf, type On } from './on.ts';
import type { Problem } from './problems.ts';
import { type Healthy, rollbackStage } from './stages.ts';

/**
 * Fails the service deployment. With a rollback traffic and tasks go back to the revision that completed last; without
 * one, and without such a revision, everything stays as it is.
 * Source: developer guide, "Amazon ECS blue/green service deployments workflow"; "Stopping Amazon ECS service deployments".
 */
export function failLifecycle(on: On, problem: Problem, rollback: boolean, healthy: Healthy): void {
  const { world, service, current, lifecycle } = on;
  const green = deploymentOf(on, lifecycle.green);
  const blue = deploymentOf(on, lifecycle.blue);
  const now = world.clock.now();
  if (green) fail(on, green, problem);
  current.updatedAt = now;
  current.statusReason = problem.reason;
  lifecycle.hooks = [];
  if (rollback && blue) return rollBack(on, blue, problem, healthy);
  current.finishedAt = now;
  if (rollback) {
    current.status = 'ROLLBACK_FAILED';
    current.statusReason = `${problem.reason} No rollback candidate was found to run the rollback.`;
    return;
  }
  current.status = 'STOPPED';
  current.stoppedAt = now;
  current.statusReason = `Service deployment was stopped: ${problem.detected}`;
  service.steady = false;
}

function fail({ world, service }: On, green: DeploymentRecord, { detected }: Problem): void {
  green.rolloutState = 'FAILED';
  green.rolloutStateReason = `ECS deployment failed: ${detected}`;
  green.updatedAt = world.clock.now();
  addEvent(world, service, `(deployment ${green.id}) deployment failed: ${detected}`);
  emitDeploymentChange(world, service, green, 'SERVICE_DEPLOYMENT_FAILED');
}

/** Blue becomes the PRIMARY deployment again; it is scaled up first where its tasks were stopped already. */
function rollBack(on: On, blue: DeploymentRecord, { reason, detected }: Problem, healthy: Healthy): void {
  const { world, service, current, lifecycle } = on;
  const now = world.clock.now();
  for (const deployment of service.deployments) deployment.status = 'ACTIVE';
  blue.status = 'PRIMARY';
  blue.desiredCount = service.desiredCount;
  blue.failedTasks = 0;
  blue.updatedAt = now;
  blue.rolloutState = 'IN_PROGRESS';
  blue.rolloutStateReason = `ECS deployment failed: ${detected} Rolling back to deploymentId ${blue.id}.`;
  service.deployments = [blue, ...service.deployments.filter((deployment) => deployment !== blue)];
  service.spec = blue.spec;
  service.startFailures = 0;
  service.launchNotBefore = 0;
  current.status = 'ROLLBACK_IN_PROGRESS';
  current.rollback = { reason, startedAt: now, serviceRevisionArn: blue.revisionArn };
  lifecycle.blueWanted = true;
  lifecycle.stage = (healthy.get(blue.id) ?? 0) >= service.desiredCount ? rollbackStage(on) : 'SCALE_UP';
  lifecycle.stageSince = now;
  lifecycle.entered = false;
  addEvent(world, service, `rolling back to deployment ${blue.id}.`);
  emitDeploymentChange(world, service, blue, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
}
