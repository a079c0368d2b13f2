import type { TaskSetLook } from '../../../kernel/ports.ts';
import { AwsError } from '../../../kernel/service.ts';
import { recordCall, refusalOf } from '../service-role.ts';
import type { Side } from '../state.ts';
import { DeploymentProblem, type Running, taskSetsOf } from './running.ts';
import { attachGreen, checkListeners, pairArns } from './traffic.ts';

/**
 * Makes the replacement task set with the other target group of the pair than the one of the original task set. Task
 * sets that earlier deployments left without a rollback go first: their target group is needed.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
 *
 * @throws DeploymentProblem
 */
export function install(on: Running): void {
  const { world, scope, deployment } = on;
  const { cluster, name } = deployment.group.service;
  const { appSpec } = deployment;
  const original = taskSetsOf(on).find(({ status }) => status === 'PRIMARY');
  if (!original || !appSpec) {
    throw new DeploymentProblem('INVALID_ECS_SERVICE', `The ECS service ${name} has no PRIMARY task set.`);
  }
  const pair = pairArns(on);
  const blueGroup = original.targetGroupArn ?? '';
  const greenGroup = pair.find((arn) => arn !== blueGroup) ?? '';
  checkListeners(on, blueGroup);
  for (const left of taskSetsOf(on).filter(({ status }) => status === 'ACTIVE')) remove(on, sideOf(left));
  attachGreen(on, blueGroup, greenGroup);
  const { taskDefinition, containerName, containerPort } = appSpec;
  const input = {
    cluster,
    service: name,
    taskDefinition,
    externalId: deployment.id,
    loadBalancers: [{ targetGroupArn: greenGroup, containerName, containerPort }],
  };
  const created = asEcs(on, 'CreateTaskSet', input, () =>
    world.ports.taskSets.create(scope, {
      cluster,
      service: name,
      taskDefinition,
      targetGroupArn: greenGroup,
      containerName,
      containerPort,
      externalId: deployment.id,
      ...(appSpec.platformVersion === undefined ? {} : { platformVersion: appSpec.platformVersion }),
      ...(appSpec.capacityProviderStrategy ? { capacityProviderStrategy: appSpec.capacityProviderStrategy } : {}),
      ...appSpec.network,
    }),
  );
  deployment.blue = sideOf(original);
  deployment.green = { taskSet: created.id, targetGroupArn: greenGroup };
}

/** Whether the replacement task set is steady. @throws DeploymentProblem when it is gone */
export function isSteady(on: Running): boolean {
  const green = taskSetsOf(on).find(({ id }) => id === on.deployment.green?.taskSet);
  if (!green || green.status === 'DRAINING') {
    throw new DeploymentProblem('ECS_UPDATE_ERROR', 'The replacement task set is no longer there.');
  }
  return green.stability === 'STEADY_STATE';
}

/** Makes a task set the PRIMARY one, when it is not yet. @throws DeploymentProblem */
export function makePrimary(on: Running, side: Side): void {
  const { world, scope, deployment } = on;
  const { cluster, name } = deployment.group.service;
  const found = taskSetsOf(on).find(({ id }) => id === side.taskSet);
  if (found?.status === 'PRIMARY') return;
  const input = { cluster, service: name, primaryTaskSet: side.taskSet };
  asEcs(on, 'UpdateServicePrimaryTaskSet', input, () =>
    world.ports.taskSets.setPrimary(scope, cluster, name, side.taskSet),
  );
}

/** Removes a task set with its tasks, when it is still there. @throws DeploymentProblem */
export function remove(on: Running, side: Side): void {
  const { world, scope, deployment } = on;
  const { cluster, name } = deployment.group.service;
  const found = taskSetsOf(on).find(({ id }) => id === side.taskSet);
  if (!found || found.status === 'DRAINING') return;
  const input = { cluster, service: name, taskSet: side.taskSet, force: true };
  asEcs(on, 'DeleteTaskSet', input, () => world.ports.taskSets.remove(scope, cluster, name, side.taskSet));
}

function sideOf({ id, targetGroupArn = '' }: TaskSetLook): Side {
  return { taskSet: id, targetGroupArn };
}

/** Makes a call to ECS with the service role. Words of the failure as quoted. */
function asEcs<T>({ world, scope, deployment }: Running, operation: string, input: object, call: () => T): T {
  const { roleArn } = deployment.group;
  const refusal = refusalOf(world, roleArn, `ecs:${operation}`, deployment.serviceArn);
  if (refusal !== undefined) throw new DeploymentProblem('IAM_ROLE_PERMISSIONS', refusal);
  try {
    const done = call();
    recordCall(world, scope, roleArn, { service: 'ecs', operation, input });
    return done;
  } catch (problem) {
    if (!(problem instanceof AwsError)) throw problem;
    throw new DeploymentProblem(
      'ECS_UPDATE_ERROR',
      `The ECS service cannot be updated due to an unexpected error: ${problem.message} (Service: AmazonECS; ` +
        `Status Code: 400; Error Code: ${problem.code}; Request ID: ${world.uuid()}; Proxy: null). Check your ECS service status.`,
    );
  }
}
