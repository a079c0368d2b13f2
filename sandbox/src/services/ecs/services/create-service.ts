import type { CreateServiceRequest, CreateServiceResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import { ecsArn } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import { activeCluster, serviceKey } from '../lookup.ts';
import { checkShiftableLoadBalancers } from '../native/check-load-balancers.ts';
import { ensureMetrics } from '../service-metrics.ts';
import { ecsState, type ServiceRecord } from '../state.ts';
import { tagRecord } from '../tags.ts';
import { makeTaskSet } from '../tasksets/make-task-set.ts';
import { checkCodeDeployService, checkControllerSupports, externalSpec } from '../tasksets/service-controller.ts';
import { checkDaemon } from './daemon.ts';
import { deploymentConfiguration } from './deployment-configuration.ts';
import { echoedPlacement } from './echo.ts';
import { checkTargetGroupsInUse, createdSpec } from './revision-spec.ts';
import { serviceView } from './service-view.ts';
import { startDeployment } from './start-deployment.ts';

/** CreateService. The same request again is answered with the service as it is. Source: API_CreateService. */
export function createService(input: CreateServiceRequest, call: Call): CreateServiceResponse {
  const { world, scope } = call;
  const name = input.serviceName ?? '';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid service name.');
  const cluster = activeCluster(world, scope, input.cluster);
  const state = ecsState(world, scope);
  const key = serviceKey(cluster.name, name);
  const request = idempotencyKey(input);
  const existing = state.services[key];
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  if (existing?.status === 'ACTIVE') {
    if (existing.request === request) return { service: serviceView(world, scope, existing, true) };
    throw invalidParameter('Creation of service was not idempotent.');
  }
  const schedulingStrategy = input.schedulingStrategy ?? 'REPLICA';
  const controller = input.deploymentController?.type ?? 'ECS';
  const configuration = deploymentConfiguration(input.deploymentConfiguration, undefined, schedulingStrategy);
  checkControllerSupports(controller, configuration, schedulingStrategy);
  const spec = controller === 'EXTERNAL' ? externalSpec(input) : createdSpec(world, scope, cluster, input);
  checkTargetGroupsInUse(world, scope, spec);
  if (controller === 'ECS') checkShiftableLoadBalancers(world, scope, configuration, spec);
  if (controller === 'CODE_DEPLOY') checkCodeDeployService(spec, { type: controller });
  checkDaemon(input, spec);
  const desiredCount = desired(input);
  const tags = tagRecord(input.tags);
  const arn = ecsArn(scope, `service/${cluster.name}/${name}`);
  const service: ServiceRecord = {
    arn,
    name,
    cluster: cluster.name,
    createdAt: call.now,
    createdBy: call.principal,
    schedulingStrategy,
    deploymentController: { type: controller },
    roleArn: `arn:aws:iam::${scope.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    request,
    ...(input.clientToken ? { clientToken: input.clientToken } : {}),
    status: 'ACTIVE',
    desiredCount,
    spec,
    deploymentConfiguration: configuration,
    ...(input.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds }),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: echoedPlacement(input.placementStrategy ?? []),
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing:
      input.availabilityZoneRebalancing ?? (schedulingStrategy === 'REPLICA' ? 'ENABLED' : 'DISABLED'),
    deployments: [],
    taskSets: [],
    events: [],
    taskIds: [],
    steady: false,
    lastSteadyEventAt: 0,
    startFailures: 0,
    lastStartFailureAt: 0,
    launchNotBefore: 0,
  };
  state.services[key] = service;
  world.resources.add({
    arn,
    type: 'ecs:service',
    accountId: scope.accountId,
    region: scope.region,
    createdAt: call.now,
    tags,
  });
  if (controller === 'ECS') startDeployment(world, scope, service, spec);
  // No deployment of CodeDeploy started it: it has neither startedBy nor externalId.
  if (controller === 'CODE_DEPLOY') makeTaskSet(world, scope, service, { spec, scale: 100, status: 'PRIMARY' });
  ensureMetrics(world, scope);
  return { service: serviceView(world, scope, service, true) };
}

function desired(input: CreateServiceRequest): number {
  if (input.schedulingStrategy === 'DAEMON') return 0;
  if (input.desiredCount === undefined) {
    throw invalidParameter('desiredCount must be specified when the scheduling strategy is REPLICA.');
  }
  if (input.desiredCount < 0) throw invalidParameter('Desired count cannot be negative.');
  return input.desiredCount;
}

/** What a repeated call must have in common with the first. */
function idempotencyKey({ clientToken: _token, tags: _tags, ...rest }: CreateServiceRequest): string {
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
