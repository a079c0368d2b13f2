import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { AwsError, type Call } from '../../kernel/service.ts';
import { invalidParameter } from './errors.ts';

/** Principal of ECS's own service-linked role. */
const ecsService = 'ecs.amazonaws.com';

/** RegisterTaskDefinition passes both roles of the task definition. */
export function checkPassedRoles(input: RegisterTaskDefinitionRequest, call: Call): void {
  checkPassRole(call, [input.taskRoleArn, input.executionRoleArn]);
}

/** RunTask passes the roles that it overrides, and needs ECS's service-linked role. */
export function checkRunTaskRoles({ overrides }: RunTaskRequest, call: Call): void {
  checkPassRole(call, [overrides?.taskRoleArn, overrides?.executionRoleArn]);
  checkServiceLinkedRole(call);
}

/** CreateService passes the roles that it names, and needs ECS's service-linked role. */
export function checkServiceRoles(input: CreateServiceRequest, call: Call): void {
  checkPassRole(call, [input.role, ...deploymentRoles(input)]);
  checkServiceLinkedRole(call);
}

/** UpdateService passes the roles that it names. */
export function checkUpdatedRoles(input: UpdateServiceRequest, call: Call): void {
  checkPassRole(call, deploymentRoles(input));
}

/** Roles that ECS takes during deployments: to shift traffic, and to call the functions of hooks. */
function deploymentRoles({
  loadBalancers = [],
  deploymentConfiguration,
}: Pick<UpdateServiceRequest, 'loadBalancers' | 'deploymentConfiguration'>): (string | undefined)[] {
  return [
    ...loadBalancers.map(({ advancedConfiguration }) => advancedConfiguration?.roleArn),
    ...(deploymentConfiguration?.lifecycleHooks ?? []).map(({ roleArn }) => roleArn),
  ];
}

/** CreateCluster makes ECS's service-linked role. Source: developer guide, "Using service-linked roles for Amazon ECS". */
export function makeServiceLinkedRole(_input: object, { world, scope }: Call): void {
  world.ports.identity.ensureServiceLinkedRole(scope.accountId, ecsService);
}

/** Whoever names a role to ECS must be allowed to pass it. Source: IAM user guide, "Grant permissions to pass a role". */
function checkPassRole({ world, principal }: Call, roles: readonly (string | undefined)[]): void {
  for (const role of roles) {
    const refusal = role ? world.ports.identity.refusal(principal, 'iam:PassRole', role) : undefined;
    if (refusal !== undefined) throw new AwsError('AccessDeniedException', refusal);
  }
}

/** Words as quoted: https://github.com/aws-samples/aws-modern-application-workshop/issues/69. */
function checkServiceLinkedRole({ world, scope }: Call): void {
  if (world.ports.identity.hasServiceLinkedRole(scope.accountId, ecsService)) return;
  throw invalidParameter(
    'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
  );
}
