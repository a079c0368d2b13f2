import type { DeleteServiceRequest, DeleteServiceResponse } from '@aws-sdk/client-ecs';
import type { Call } from '../../../kernel/service.ts';
import type { Scope, World } from '../../../kernel/world.ts';
import { invalidParameter, serviceNotFound } from '../errors.ts';
import { activeCluster, existingService } from '../lookup.ts';
import { endServiceDeployment } from '../scheduler/rollout.ts';
import { wakeScheduler } from '../scheduler/wake.ts';
import { ecsState } from '../state.ts';
import { drainTaskSet } from '../tasksets/delete-task-set.ts';
import { serviceView } from './service-view.ts';

/** INACTIVE services "may be cleaned up and purged" after a while; the sandbox takes an hour. Source: API_DeleteService. */
export const keepInactiveMs = 3_600_000;

/** DeleteService: ACTIVE to DRAINING; INACTIVE once its tasks are gone. Source: API_DeleteService. */
export function deleteService(input: DeleteServiceRequest, { world, scope }: Call): DeleteServiceResponse {
  activeCluster(world, scope, input.cluster);
  const service = existingService(world, scope, input.cluster, input.service ?? '');
  if (service.status === 'INACTIVE') throw serviceNotFound();
  if (service.status === 'ACTIVE') {
    if (!input.force && service.schedulingStrategy === 'REPLICA') {
      if (service.desiredCount > 0) throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      if (service.deployments.length > 1 || service.taskSets.length > 1) {
        throw invalidParameter('The service cannot be stopped while deployments are active.');
      }
    }
    service.status = 'DRAINING';
    endServiceDeployment(world, scope, service, 'the service was deleted');
    service.desiredCount = 0;
    for (const deployment of service.deployments) deployment.desiredCount = 0;
    for (const taskSet of service.taskSets) drainTaskSet(world, scope, service, taskSet);
    wakeScheduler(world, scope, service, 0);
  }
  return { service: serviceView(world, scope, service, true) };
}

/** Timer: an INACTIVE service is forgotten, unless a new one took its name. */
export function forgetService(
  { service: key, createdAt }: { readonly service: string; readonly createdAt: number },
  scope: Scope,
  world: World,
): void {
  const { services } = ecsState(world, scope);
  if (services[key]?.status === 'INACTIVE' && services[key].createdAt === createdAt) delete services[key];
}
