import type { TaskSets } from '../../kernel/ports.ts';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { GroupSettings } from './state.ts';

/**
 * The ECS service of a group: "The Amazon ECS service's deployment controller must be set to CodeDeploy." Words as
 * quoted. https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
 *
 * @throws AwsError InvalidECSServiceException
 */
export function deployableService(
  { world, scope }: Call,
  { cluster, name }: GroupSettings['service'],
): NonNullable<ReturnType<TaskSets['service']>> {
  const found = world.ports.taskSets.service(scope, cluster, name);
  if (!found) {
    throw new AwsError(
      'InvalidECSServiceException',
      `The ECS service ${name} does not exist in the cluster ${cluster}`,
    );
  }
  if (found.controller !== 'CODE_DEPLOY') {
    throw new AwsError(
      'InvalidECSServiceException',
      "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    );
  }
  return found;
}
