import { parseArn } from '../../../kernel/arn.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { ecsArn } from '../arns.ts';
import type { DeploymentRecord, ServiceRecord } from '../state.ts';

/** Service action events by their names, and what kind each is. */
const actionTypes = {
  SERVICE_STEADY_STATE: 'INFO',
  TASKSET_STEADY_STATE: 'INFO',
  SERVICE_TASK_START_IMPAIRED: 'WARN',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ERROR',
  SERVICE_TASK_CONFIGURATION_FAILURE: 'ERROR',
} as const;

/** Deployment state change events by their names, and what kind each is. */
const deploymentTypes = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'INFO',
  SERVICE_DEPLOYMENT_COMPLETED: 'INFO',
  SERVICE_DEPLOYMENT_FAILED: 'ERROR',
} as const;

/**
 * Tells EventBridge of something that the service scheduler did or could not do.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export function emitServiceAction(
  world: World,
  service: ServiceRecord,
  eventName: keyof typeof actionTypes,
  reason?: string,
  taskSetArn?: string,
): void {
  const scope = scopeOf(service);
  const providers = service.spec.capacityProviderStrategy ?? [];
  world.ports.events.emit(scope, () => ({
    source: 'aws.ecs',
    detailType: 'ECS Service Action',
    resources: taskSetArn === undefined ? [service.arn] : [service.arn, taskSetArn],
    detail: {
      eventType: actionTypes[eventName],
      eventName,
      clusterArn: ecsArn(scope, `cluster/${service.cluster}`),
      ...(reason === undefined ? {} : { reason }),
      ...(reason === undefined || providers.length === 0
        ? {}
        : {
            capacityProviderArns: providers.map(({ capacityProvider }) =>
              ecsArn(scope, `capacity-provider/${capacityProvider}`),
            ),
          }),
      createdAt: new Date(world.clock.now()),
    },
  }));
}

/**
 * Tells EventBridge where a deployment of a service stands, with the reason of its rollout state.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export function emitDeploymentChange(
  world: World,
  service: ServiceRecord,
  { id, rolloutStateReason, updatedAt }: DeploymentRecord,
  eventName: keyof typeof deploymentTypes,
): void {
  const scope = scopeOf(service);
  world.ports.events.emit(scope, () => ({
    source: 'aws.ecs',
    detailType: 'ECS Deployment State Change',
    resources: [service.arn],
    detail: {
      eventType: deploymentTypes[eventName],
      eventName,
      clusterArn: ecsArn(scope, `cluster/${service.cluster}`),
      deploymentId: id,
      updatedAt: `${new Date(updatedAt).toISOString().slice(0, 19)}Z`,
      reason: rolloutStateReason,
    },
  }));
}

function scopeOf({ arn }: ServiceRecord): Scope {
  const { accountId = '', region = '' } = parseArn(arn) ?? {};
  return { accountId, region };
}
