import type { CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse } from '@aws-sdk/client-iam';
import { AwsError, type Call } from '../../kernel/service.ts';
import type { World } from '../../kernel/world.ts';
import { addRole, view } from './roles.ts';
import { iamState, type RoleState } from './state.ts';

/**
 * Names of the service-linked roles of the services here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const roleNames: Readonly<Record<string, string>> = {
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'ecs.application-autoscaling.amazonaws.com': 'AWSServiceRoleForApplicationAutoScaling_ECSService',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
};

/** CreateServiceLinkedRole: once for an account. Source: API_CreateServiceLinkedRole. */
export function createServiceLinkedRole(
  input: CreateServiceLinkedRoleRequest,
  { world, scope }: Call,
): CreateServiceLinkedRoleResponse {
  const service = input.AWSServiceName ?? '';
  const name = roleNames[service];
  if (name === undefined) throw new AwsError('InvalidInput', `Invalid service principal: ${service}`);
  if (linkedRole(world, scope.accountId, service)) {
    throw new AwsError(
      'InvalidInput',
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  }
  return { Role: view(world, addLinkedRole(world, scope.accountId, service, name, input.Description)) };
}

/** The account's role for the service; undefined while there is none. */
export function linkedRole(world: World, accountId: string, service: string): RoleState | undefined {
  return iamState(world, accountId).roles[roleNames[service] ?? ''];
}

/** Makes the account's role for the service, unless it is there: services do so on their first use. */
export function ensureLinkedRole(world: World, accountId: string, service: string): void {
  const name = roleNames[service];
  if (name !== undefined && !linkedRole(world, accountId, service)) addLinkedRole(world, accountId, service, name);
}

function addLinkedRole(
  world: World,
  accountId: string,
  service: string,
  name: string,
  description?: string,
): RoleState {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  return addRole(world, accountId, {
    name,
    path: `/aws-service-role/${service}/`,
    trust: { document, since: world.clock.now() },
    maxSessionDuration: 3600,
    ...(description === undefined ? {} : { description }),
  });
}
