import type { DeploymentController } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { RevisionSpec } from '../state.ts';

/** What a service shows of a task set while none is PRIMARY: "the task set fields are null". Source: developer guide, "Deploy Amazon ECS services using a third-party controller". */
export const noTaskSet: RevisionSpec = {
  taskDefinition: '',
  launchType: 'EC2',
  loadBalancers: [],
  serviceRegistries: [],
};

/**
 * Throws for what tasks of a task set cannot have. Sources: "Troubleshooting Amazon ECS deployment strategy updates"
 * (words), API_UpdateService (one target group); for VPC Lattice and volumes the words are the sandbox's own.
 */
export function checkTaskSetSpec(spec: RevisionSpec, { type }: DeploymentController): void {
  if (spec.serviceConnectConfiguration?.enabled) {
    throw invalidParameter(
      type === 'EXTERNAL'
        ? 'The EXTERNAL deployment controller type is not supported for services using Service Connect.'
        : 'Service Connect feature is only supported with ECS (rolling update) deployment controller. Update to ECS deployment controller and try again.',
    );
  }
  if (spec.vpcLatticeConfigurations?.length) {
    throw invalidParameter(`The ${type} deployment controller type is not supported for services using VPC Lattice.`);
  }
  if (spec.volumeConfigurations?.length) {
    throw invalidParameter(`The ${type} deployment controller type does not support volume configurations.`);
  }
  if (spec.loadBalancers.length > 1) {
    throw invalidParameter(`The ${type} deployment controller type does not support multiple target groups.`);
  }
}
