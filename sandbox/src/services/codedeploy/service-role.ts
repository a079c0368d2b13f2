import { AwsError, type Call } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

const principal = 'codedeploy.amazonaws.com';

/** Services as the messages about missing permissions name them. */
const services = {
  ecs: 'AmazonECS',
  elasticloadbalancing: 'AmazonElasticLoadBalancing',
  lambda: 'AWSLambda',
  cloudwatch: 'AmazonCloudWatch',
} as const;

/** The service role of a group: who names it must be allowed to pass it, and CodeDeploy to assume it. @throws AwsError */
export function checkRole(roleArn: string | undefined, call: Call): string {
  if (!roleArn) throw new AwsError('RoleRequiredException', 'Service role must be specified');
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw new AwsError('InvalidRoleException', `The service role ${roleArn} is not in a valid format`);
  }
  const { identity } = call.world.ports;
  const refusal = identity.refusal(call.principal, 'iam:PassRole', roleArn);
  if (refusal !== undefined) throw new AwsError('AccessDeniedException', refusal);
  if (!identity.assumableBy(roleArn, principal)) {
    throw new AwsError(
      'InvalidRoleException',
      `AWS CodeDeploy does not have the permissions required to assume the role ${roleArn}.`,
    );
  }
  return roleArn;
}

/** Whether CodeDeploy may assume the role by now. */
export function isAssumable(world: World, roleArn: string): boolean {
  return world.ports.identity.assumableBy(roleArn, principal);
}

/**
 * Why a session of the service role may not do an action (`ecs:CreateTaskSet`), in CodeDeploy's words; undefined when it
 * may. The user guide, "Troubleshoot Amazon ECS deployment issues", "The IAM role does not have enough permissions".
 */
export function refusalOf(world: World, roleArn: string, action: string, resource: string): string | undefined {
  const { accountId, name } = partsOf(roleArn);
  const session = `arn:aws:sts::${accountId}:assumed-role/${name}/CodeDeploy`;
  if (world.ports.identity.refusal(session, action, resource) === undefined) return undefined;
  const service = services[action.split(':')[0] as keyof typeof services];
  return `The IAM role ${roleArn} does not give you permission to perform operations in the following AWS service: ${service}.`;
}

/** Tells CloudTrail of a call that CodeDeploy made as a session of the service role. */
export function recordCall(
  world: World,
  scope: Scope,
  roleArn: string,
  call: { readonly service: 'ecs' | 'elasticloadbalancing'; readonly operation: string; readonly input: object },
): void {
  const role = partsOf(roleArn).name;
  world.ports.trail.recordServiceCall(scope, {
    by: principal,
    role,
    roleArn,
    session: 'CodeDeploy',
    ...call,
    output: {},
  });
}

function partsOf(roleArn: string): { readonly accountId: string; readonly name: string } {
  const [, accountId = '', name = ''] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return { accountId, name };
}
