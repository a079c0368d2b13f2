import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import { emitDeploymentChange } from '../scheduler/emitted-events.ts';
import { definitionOf } from '../lookup.ts';
import { beginLifecycle, resolveTargetGroups } from '../native/begin-lifecycle.ts';
import { endServiceDeployment } from '../scheduler/rollout.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { type DeploymentRecord, ecsState, type RevisionSpec, type ServiceRecord } from '../state.ts';
import { imageDigest } from '../tasks/image-digest.ts';
import { addRevision } from './add-revision.ts';

/** Begins to bring the service to a new revision: it becomes the PRIMARY deployment. */
export function startDeployment(world: World, scope: Scope, service: ServiceRecord, spec: RevisionSpec): void {
  const state = ecsState(world, scope);
  const now = world.clock.now();
  const id = deploymentDigits(world);
  const clusterArn = ecsArn(scope, `cluster/${service.cluster}`);
  const path = `${service.cluster}/${service.name}`;
  const targetGroups = resolveTargetGroups(world, scope, service, spec);
  const imageDigests = resolvedImages(world, scope, spec);
  const revision = addRevision(world, scope, service, `ecs-svc/${id}`, spec, { imageDigests, targetGroups });
  const deployment: DeploymentRecord = {
    id: `ecs-svc/${id}`,
    revisionArn: revision.arn,
    spec,
    targetGroups,
    createdAt: now,
    updatedAt: now,
    status: 'PRIMARY',
    desiredCount: service.desiredCount,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ecs-svc/${id} in progress.`,
  };
  const sources = service.deployments.map(({ revisionArn }) => revisionArn);
  endServiceDeployment(world, scope, service, 'a new service deployment was started');
  for (const older of service.deployments) older.status = 'ACTIVE';
  service.deployments.unshift(deployment);
  service.spec = spec;
  service.startFailures = 0;
  service.launchNotBefore = 0;
  service.steady = false;
  const lifecycle = beginLifecycle(world, scope, service, deployment);
  const serviceDeploymentArn = ecsArn(scope, `service-deployment/${path}/${world.id(21)}`);
  state.serviceDeployments[serviceDeploymentArn] = {
    arn: serviceDeploymentArn,
    serviceArn: service.arn,
    clusterArn,
    targetRevisionArn: revision.arn,
    sourceRevisionArns: sources,
    deploymentConfiguration: service.deploymentConfiguration,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    status: 'IN_PROGRESS',
    ignoredAlarms: firing(world, scope, service),
    triggeredAlarms: [],
    failureCount: 0,
    circuitBroken: false,
    ...(lifecycle ? { lifecycle } : {}),
  };
  service.currentServiceDeployment = serviceDeploymentArn;
  emitDeploymentChange(world, service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  wakeScheduler(world, scope, service);
}

/** Alarms that are in ALARM already do not fail the deployment. Source: "How CloudWatch alarms detect Amazon ECS deployment failures". */
function firing(world: World, scope: Scope, service: ServiceRecord): string[] {
  const { alarms } = service.deploymentConfiguration;
  if (!alarms?.enable) return [];
  return (alarms.alarmNames ?? []).filter((name) => world.ports.metrics.alarmState(scope, name) === 'ALARM');
}

/**
 * "Amazon ECS resolves container image names and any image tags specified in the task definition to container image
 * digests", unless the container's versionConsistency is disabled. Source: API_ContainerImage.
 */
function resolvedImages(world: World, scope: Scope, { taskDefinition }: RevisionSpec): Record<string, string> {
  const consistent = definitionOf(world, scope, taskDefinition).containerDefinitions.filter(
    ({ versionConsistency }) => versionConsistency !== 'disabled',
  );
  return Object.fromEntries(consistent.map(({ name = '', image = '' }) => [name, imageDigest(world, image)]));
}

/** Nineteen digits, as deployments, revisions and task sets are numbered. */
export function deploymentDigits(world: World): string {
  const number = BigInt(`0x${world.id(16)}`) % 9_000_000_000_000_000_000n;
  return String(number + 1_000_000_000_000_000_000n);
}
