import { own } from '../../kernel/own.ts';
import type { ScalableServices } from '../../kernel/ports.ts';
import type { Scope, World } from '../../kernel/world.ts';
import { serviceView } from './services/service-view.ts';
import { changeDesiredCount } from './services/update-service.ts';
import { ecsState, type ServiceRecord } from './state.ts';
import { hasTaskSets } from './task-set-record.ts';

/** The desired counts of this world's services, by `service/<cluster>/<service>`. */
export function scalableServicesPort(world: World): ScalableServices {
  return {
    desiredCount: (scope, resourceId) => activeService(world, scope, resourceId)?.desiredCount,
    setDesiredCount(scope, resourceId, count) {
      const service = activeService(world, scope, resourceId);
      if (!service) return;
      changeDesiredCount(world, scope, service, count);
      world.ports.trail.recordServiceCall(scope, {
        by: 'ecs.application-autoscaling.amazonaws.com',
        role: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
        session: 'AutoScaling-UpdateDesiredCapacity',
        service: 'ecs',
        operation: 'UpdateService',
        input: { cluster: service.cluster, service: service.name, desiredCount: count },
        output: { service: serviceView(world, scope, service, false) },
      });
    },
    deploymentInProgress(scope, resourceId) {
      const service = activeService(world, scope, resourceId);
      if (!service) return false;
      if (hasTaskSets(service)) return service.taskSets.length > 1;
      return service.deployments.some(
        ({ status, rolloutState }) => status !== 'PRIMARY' || rolloutState === 'IN_PROGRESS',
      );
    },
  };
}

function activeService(world: World, scope: Scope, resourceId: string): ServiceRecord | undefined {
  const service = own(ecsState(world, scope).services, resourceId.replace(/^service\//, ''));
  return service?.status === 'ACTIVE' ? service : undefined;
}
