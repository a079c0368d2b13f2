import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  ServiceDeployment,
  ServiceRevision,
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import { own } from '../../../kernel/own.ts';
import { AwsError, type Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import { existingService } from '../lookup.ts';
import { stopLifecycle } from '../native/continue.ts';
import { lifecycleView, requestedTasks, resolvedConfiguration, trafficShare } from '../native/lifecycle-view.ts';
import { decidesTasks, lifecycleOf } from '../native/on.ts';
import { page } from '../pages.ts';
import { failureThreshold } from '../scheduler/circuit-breaker.ts';
import { failRollout } from '../scheduler/rollout.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { isOngoing, type ServiceDeploymentRecord } from '../service-deployment-record.ts';
import { ecsState, type RevisionRecord, type ServiceRecord } from '../state.ts';
import { imageDigest } from '../tasks/image-digest.ts';
import { isPending, type TaskRecord } from '../task-record.ts';
import { serviceTasks } from './service-tasks.ts';
import { specView } from './spec-view.ts';

/** DescribeServiceDeployments: at most 20. */
export function describeServiceDeployments(
  input: DescribeServiceDeploymentsRequest,
  { world, scope }: Call,
): DescribeServiceDeploymentsResponse {
  const arns = input.serviceDeploymentArns ?? [];
  if (arns.length > 20) throw invalidParameter('Service deployments cannot have more than 20 elements.');
  const serviceDeployments: ServiceDeployment[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const arn of arns) {
    const record = own(ecsState(world, scope).serviceDeployments, arn);
    if (record) serviceDeployments.push(view(world, scope, record));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceDeployments, failures };
}

/** ListServiceDeployments of a service, the newest first, by status and time. */
export function listServiceDeployments(
  input: ListServiceDeploymentsRequest,
  { world, scope }: Call,
): ListServiceDeploymentsResponse {
  const service = existingService(world, scope, input.cluster, input.service ?? '');
  const after = input.createdAt?.after?.getTime() ?? 0;
  const before = input.createdAt?.before?.getTime() ?? Number.POSITIVE_INFINITY;
  const records = Object.values(ecsState(world, scope).serviceDeployments)
    .filter(({ serviceArn, createdAt }) => serviceArn === service.arn && createdAt >= after && createdAt <= before)
    .filter(({ status }) => !input.status?.length || input.status.includes(status))
    .toReversed();
  const { items, nextToken } = page(records, input.maxResults, input.nextToken);
  return {
    serviceDeployments: items.map((record) => ({
      serviceDeploymentArn: record.arn,
      serviceArn: record.serviceArn,
      clusterArn: record.clusterArn,
      startedAt: new Date(record.startedAt),
      createdAt: new Date(record.createdAt),
      finishedAt: date(record.finishedAt),
      targetServiceRevisionArn: record.targetRevisionArn,
      status: record.status,
      statusReason: record.statusReason,
    })),
    nextToken,
  };
}

/** StopServiceDeployment: ROLLBACK goes back to the last completed revision, ABORT leaves things as they are. */
export function stopServiceDeployment(
  input: StopServiceDeploymentRequest,
  { world, scope }: Call,
): StopServiceDeploymentResponse {
  const record = own(ecsState(world, scope).serviceDeployments, input.serviceDeploymentArn);
  if (!record) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  const service = ownerOf(world, scope, record);
  if (!isOngoing(record) || !service) {
    throw new AwsError(
      'ConflictException',
      `The service deployment is in ${record.status} status and can not be stopped.`,
      {
        resourceIds: [record.arn],
      },
    );
  }
  // "The service deployment continues to stop", or "continues the rollback operation": developer guide, "Stopping Amazon ECS service deployments".
  if (record.rollback || record.status !== 'IN_PROGRESS') return { serviceDeploymentArn: record.arn };
  const on = lifecycleOf(world, scope, service);
  if (on && decidesTasks(on)) stopLifecycle(on, input.stopType);
  else failRollout(world, scope, service, 'stopped', (input.stopType ?? 'ROLLBACK') === 'ROLLBACK');
  wakeScheduler(world, scope, service, 0);
  return { serviceDeploymentArn: record.arn };
}

/** DescribeServiceRevisions: at most 20. */
export function describeServiceRevisions(
  input: DescribeServiceRevisionsRequest,
  { world, scope }: Call,
): DescribeServiceRevisionsResponse {
  const arns = input.serviceRevisionArns ?? [];
  if (arns.length > 20) throw invalidParameter('Service revisions cannot have more than 20 elements.');
  const serviceRevisions: ServiceRevision[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const arn of arns) {
    const record = own(ecsState(world, scope).revisions, arn);
    if (record) serviceRevisions.push(revisionView(world, scope, record));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceRevisions, failures };
}

function view(world: World, scope: Scope, record: ServiceDeploymentRecord): ServiceDeployment {
  const service = ownerOf(world, scope, record);
  const tasks = service ? serviceTasks(world, scope, service) : [];
  const { deploymentCircuitBreaker: breaker, alarms } = record.deploymentConfiguration;
  const requested = service?.desiredCount ?? 0;
  const monitoring = isOngoing(record) ? ('MONITORING' as const) : ('MONITORING_COMPLETE' as const);
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    createdAt: new Date(record.createdAt),
    startedAt: new Date(record.startedAt),
    updatedAt: new Date(record.updatedAt),
    finishedAt: date(record.finishedAt),
    stoppedAt: date(record.stoppedAt),
    sourceServiceRevisions: record.sourceRevisionArns.map((arn) => ({
      ...counts(arn, tasks),
      requestedTaskCount: requestedTasks(record, deploymentIn(arn), requested),
      ...trafficShare(record.lifecycle, deploymentIn(arn)),
    })),
    targetServiceRevision: {
      ...counts(record.targetRevisionArn, tasks),
      requestedTaskCount: requestedOfTarget(record, requested),
      ...trafficShare(record.lifecycle, deploymentIn(record.targetRevisionArn)),
    },
    ...lifecycleView(record),
    status: record.status,
    statusReason: record.statusReason,
    deploymentConfiguration: record.deploymentConfiguration,
    rollback: record.rollback && { ...record.rollback, startedAt: new Date(record.rollback.startedAt) },
    deploymentCircuitBreaker: breaker?.enable
      ? {
          status: record.circuitBroken ? 'TRIGGERED' : monitoring,
          failureCount: record.failureCount,
          threshold: failureThreshold(breaker, requested),
        }
      : { status: 'DISABLED', failureCount: 0, threshold: failureThreshold(breaker, requested) },
    alarms: alarms?.enable
      ? {
          status: record.triggeredAlarms.length > 0 ? 'TRIGGERED' : monitoring,
          alarmNames: alarms.alarmNames,
          triggeredAlarmNames: record.triggeredAlarms,
        }
      : { status: 'DISABLED' },
  };
}

function revisionView(world: World, scope: Scope, { spec, ...record }: RevisionRecord): ServiceRevision {
  // A revision outlives its task definition.
  const definition = own(ecsState(world, scope).taskDefinitions, lastPart(spec.taskDefinition));
  return {
    serviceRevisionArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    taskDefinition: spec.taskDefinition,
    ...specView(spec),
    platformVersion: spec.platformVersion,
    loadBalancers: [...spec.loadBalancers],
    serviceRegistries: [...spec.serviceRegistries],
    resolvedConfiguration: resolvedConfiguration({ ...record, spec }),
    containerImages: definition?.containerDefinitions.map(({ name = '', image = '' }) => ({
      containerName: name,
      image,
      imageDigest: record.imageDigests?.[name] ?? imageDigest(world, image),
    })),
    guardDutyEnabled: false,
    serviceConnectConfiguration: spec.serviceConnectConfiguration,
    volumeConfigurations: spec.volumeConfigurations ? [...spec.volumeConfigurations] : undefined,
    vpcLatticeConfigurations: spec.vpcLatticeConfigurations ? [...spec.vpcLatticeConfigurations] : undefined,
    monitoring: spec.monitoring,
    createdAt: new Date(record.createdAt),
  };
}

/** The deployment that brought out a revision. */
function deploymentIn(revisionArn: string): { readonly id: string } {
  return { id: `ecs-svc/${lastPart(revisionArn)}` };
}

function requestedOfTarget(record: ServiceDeploymentRecord, desiredCount: number): number {
  if (record.lifecycle && isOngoing(record)) {
    return requestedTasks(record, deploymentIn(record.targetRevisionArn), desiredCount);
  }
  return record.rollback ? 0 : desiredCount;
}

function counts(revisionArn: string, tasks: readonly TaskRecord[]) {
  const { id } = deploymentIn(revisionArn);
  const launched = tasks.filter((task) => task.deployment === id);
  return {
    arn: revisionArn,
    runningTaskCount: launched.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTaskCount: launched.filter(isPending).length,
  };
}

function ownerOf(world: World, scope: Scope, record: ServiceDeploymentRecord): ServiceRecord | undefined {
  return Object.values(ecsState(world, scope).services).find(({ arn }) => arn === record.serviceArn);
}

function date(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
